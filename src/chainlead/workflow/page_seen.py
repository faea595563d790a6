"""The pages that a case knows already: those of its exhibits and those that were checked before."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

import msgspec

from chainlead.custody import Entry
from chainlead.errors import ExhibitNotFoundError
from chainlead.evidence import ExhibitFile, Item, open_exhibit, read_file
from chainlead.findings import SeenPage, TextPrint, derive_print, read_page_texts
from chainlead.workflow.case import Case
from chainlead.workflow.findings import scan_limits
from chainlead.workflow.scan import exhibit_path

MOST_PAGES = 2_000
MOST_FILE_BYTES = 256 << 20
_HTML = "text/html"
_SEPARATOR = " › "


class PageRecord(msgspec.Struct, frozen=True):
    """A page as the journal keeps it."""

    name: str
    sha256: str
    text_sha256: str
    template_sha256: str
    triples: int
    sketch: list[int]
    addresses: list[str]

    @classmethod
    def of(cls, page: SeenPage) -> Self:
        """The record of a page."""
        made = page.text_print
        return cls(
            page.name, page.sha256, made.text_sha256, made.template_sha256, made.triples,
            list(made.sketch), list(page.addresses),
        )  # fmt: skip

    def to_page(self) -> SeenPage:
        """The page that was recorded."""
        made = TextPrint(self.text_sha256, self.template_sha256, self.triples, tuple(self.sketch))
        return SeenPage(self.name, self.sha256, made, tuple(self.addresses))


def pages_of_journal(
    entries: Iterable[Entry], get_blob: Callable[[str], bytes]
) -> Iterator[SeenPage]:
    """Pages that were checked before, each once."""
    known: set[tuple[str, str]] = set()
    for entry in entries:
        if entry.act != "page.check":
            continue
        for record in msgspec.json.decode(get_blob(entry.blobs["prints"]), type=list[PageRecord]):
            if (record.name, record.sha256) not in known:
                known.add((record.name, record.sha256))
                yield record.to_page()


def pages_of_exhibits(case: Case) -> tuple[list[SeenPage], list[str]]:
    """The HTML pages of the case's exhibits, read again; and what was left out, in sentences."""
    wanted: dict[str, dict[str, set[str]]] = {}
    for row in case.store.rows("items", media_type=_HTML):
        outer = str(row["location"]).split(_SEPARATOR)[0]
        wanted.setdefault(row["exhibit"], {}).setdefault(outer, set()).add(row["sha256"])
    pages: list[SeenPage] = []
    notes: list[str] = []
    for exhibit in sorted(wanted):
        try:
            path = exhibit_path(case, exhibit)
            found, left_out = _pages_of(case, exhibit, path, wanted[exhibit], len(pages))
        except ExhibitNotFoundError as error:
            notes.append(f"Pages of exhibit {exhibit} were not compared: {error.message}")
            continue
        pages.extend(found)
        if left_out:
            notes.append(
                f"{left_out} files of exhibit {exhibit} with pages were not compared: too large, "
                f"changed, or beyond {MOST_PAGES} pages."
            )
    return pages, notes


def _pages_of(
    case: Case, exhibit: str, path: Path, wanted: dict[str, set[str]], before: int
) -> tuple[list[SeenPage], int]:
    limits = replace(scan_limits(case, exhibit), raw_members=True)
    pages: list[SeenPage] = []
    done: set[str] = set()
    for file in open_exhibit(path, exhibit).files():
        outer = str(file.provenance.steps[0])
        if not isinstance(file, ExhibitFile) or outer not in wanted:
            continue
        if file.size_bytes > MOST_FILE_BYTES or before + len(pages) >= MOST_PAGES:
            continue
        items = [
            piece
            for piece in read_file(file, limits)
            if isinstance(piece, Item) and piece.media_type == _HTML
        ]
        texts = [text for text in read_page_texts(items) if text.sha256 in wanted[outer]]
        if texts:
            done.add(outer)
        for text in texts:
            name = _SEPARATOR.join([exhibit, *text.provenance.as_list()])
            addresses = _addresses(case, text.sha256)
            pages.append(SeenPage(name, text.sha256, derive_print(text.text), addresses))
    return pages, len(wanted.keys() - done)


def _addresses(case: Case, sha256: str) -> tuple[str, ...]:
    rows = case.store.rows("findings", kind="address", item_sha256=sha256)
    return tuple(sorted({str(r["detail"].get("canonical") or r["value"]) for r in rows}))
