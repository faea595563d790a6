"""Check a saved page as text: what it says about paying, what is a sign, what the ledger says.

Act: `page.check`, when a case was named: the result is kept so that later pages are compared with
it. Of its tables only the contacts change, which lead to providers that can be asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain as joined
from pathlib import Path
from typing import Any

import msgspec

from chainlead.custody import Entry
from chainlead.evidence import (
    ExhibitFile,
    Item,
    Limits,
    StreamRead,
    Unread,
    open_exhibit,
    read_file,
    readable_name,
)
from chainlead.findings import (
    PageCheck,
    PageText,
    SeenPage,
    check_page,
    read_page_texts,
    scan_items,
)
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.page_ledger import Asked, compare_with_ledger
from chainlead.workflow.page_seen import PageRecord, pages_of_exhibits, pages_of_journal

PAGE = "page"
"""The name under which the file itself is read; it is no exhibit."""
_NO_KEY = bytes(32)
_MOST_PAGES = 1_000
_PLACES = 3


@dataclass(frozen=True, slots=True)
class PageResult:
    """What the check of one file came to.

    Attributes:
        document: JSON values only.
        has_unread: whether something of the file could not be read.
    """

    document: dict[str, Any]
    has_unread: bool


@dataclass(slots=True)
class _Read:
    texts: tuple[PageText, ...] = ()
    findings: list[Any] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    sha256: str = ""
    size_bytes: int = 0
    pages_left_out: int = 0


def check_file(
    path: Path,
    *,
    case: Case | None = None,
    asked: Asked | None = None,
    limits: Limits | None = None,
    why: str = "",
) -> PageResult:
    """Check a saved page: HTML, MHTML, WARC, or plain text.

    Args:
        path: the file.
        case: open for writing; compare with its pages and its ledger, and keep the result.
        asked: how receipts are compared with prices.
        limits: how far to go into the file.
        why: the person's reason, for the journal.

    Raises:
        ExhibitNotFoundError: nothing is at the path.
    """
    question = asked or Asked()
    read = _read(path, replace(limits or Limits(), raw_members=True), case.key if case else _NO_KEY)
    notes: list[str] = []
    seen: list[SeenPage] = []
    if case is not None:
        seen = list(pages_of_journal(case.entries, case.blobs.get))
        from_exhibits, notes = pages_of_exhibits(case)
        known = {page.sha256 for page in from_exhibits}
        seen = from_exhibits + [page for page in seen if page.sha256 not in known]
    name = readable_name(path.name)
    checks = _checks(read, seen)
    document: dict[str, Any] = {
        "file": name,
        "sha256": read.sha256,
        "size_bytes": read.size_bytes,
        "pages": [_page_document(check, case, question) for check in checks],
        "pages_left_out": read.pages_left_out,
        "compared_with": len(seen),
        "asked": question.to_document(),
        "notes": notes,
        "unread": [
            {"location": note.provenance.as_list(), "reason": note.reason.value,
             "detail": note.detail}
            for note in read.unread
        ],
        "verdict": None,
    }  # fmt: skip
    if case is not None:
        records = [PageRecord.of(check.seen_as(_name_of(check))) for check in checks]
        case.act(
            "page.check",
            why=why,
            what={"file": name, "sha256": read.sha256, "pages": len(checks),
                  "asked": question.to_document()},
            blobs={
                "result": msgspec.json.encode(document, order="sorted"),
                "prints": msgspec.json.encode(records, order="sorted"),
            },
        )  # fmt: skip
    return PageResult(document, bool(read.unread))


def _read(path: Path, limits: Limits, key: bytes) -> _Read:
    read = _Read()
    kept: list[Item] = []
    for entry in open_exhibit(path, PAGE).files():
        if isinstance(entry, Unread):
            read.unread.append(entry)
            continue
        pieces = _noted(entry, limits, read)
        read.findings.extend(scan_items(_kept(pieces, kept), case_key=key))
    texts = read_page_texts(kept)
    read.texts = texts[:_MOST_PAGES]
    read.pages_left_out = len(texts) - len(read.texts)
    return read


def _noted(entry: ExhibitFile, limits: Limits, read: _Read) -> Iterator[Item]:
    for piece in read_file(entry, limits):
        if isinstance(piece, Item):
            yield piece
        elif isinstance(piece, Unread):
            read.unread.append(piece)
        elif isinstance(piece, StreamRead) and not read.sha256:
            read.sha256, read.size_bytes = piece.sha256, piece.size_bytes


def _kept(items: Iterable[Item], kept: list[Item]) -> Iterator[Item]:
    for item in items:
        if item.media_type in {"text/html", "text/plain"}:
            kept.append(item)
        yield item


def _checks(read: _Read, seen: list[SeenPage]) -> list[PageCheck]:
    """Every page, compared with those of the case and those before it in the file."""
    checks: list[PageCheck] = []
    before: list[SeenPage] = []
    for text in read.texts:
        check = check_page(text, read.findings, list(joined(seen, before)))
        before.append(check.seen_as(_name_of(check)))
        checks.append(check)
    return checks


def _name_of(check: PageCheck) -> str:
    return " › ".join(check.provenance.as_list())


def _page_document(check: PageCheck, case: Case | None, asked: Asked) -> dict[str, Any]:
    document = check.to_document()
    del document["exhibit"]
    document["known_as"] = _known_as(check, case)
    document["ledger"] = compare_with_ledger(case, check, asked) if case is not None else []
    return document


def _known_as(check: PageCheck, case: Case | None) -> list[str]:
    """Where the same bytes lie in the case's exhibits."""
    if case is None:
        return []
    rows: Iterable[Mapping[str, Any]] = case.store.rows("items", sha256=check.sha256)
    return sorted(f"{row['exhibit']} › {row['location']}" for row in rows)


def apply_check(projection: Projection, entry: Entry) -> None:
    """`page.check`: the contacts that its pages name; all else stays in its blobs."""
    document = msgspec.json.decode(projection.blobs.get(entry.blobs["result"]))
    rows = [
        {
            "page_sha256": page["sha256"],
            "kind": contact["kind"],
            "value": contact["value"],
            "certainty": contact["certainty"],
            "file": document["file"],
            "place": ", ".join(contact["places"][:_PLACES]),
            "journal_seq": entry.seq,
        }
        for page in document["pages"]
        for contact in page["contacts"]
    ]
    projection.store.insert("page_contacts", rows, replace=True)
