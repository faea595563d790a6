"""`answer import`: what a service answered, sealed, understood, checked and compared with what was asked.

The files are kept as blobs with the profile that read them; the result is made again from these and
from the case's tables alone. Every stated row is ASSERTED: it never becomes a fact of the ledger.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from chainlead import version
from chainlead.attribution import Lead
from chainlead.config import unit_folder
from chainlead.custody import Entry
from chainlead.errors import (
    AnswerFileError,
    AnswerMappingError,
    AnswerNotFoundError,
    RequestOrderError,
)
from chainlead.evidence import readable_name
from chainlead.model import Chain, moment_to_text
from chainlead.request import (
    Answer,
    AnswerFile,
    AnswerProfile,
    AskedTransfer,
    ReadingHints,
    State,
    StatedRow,
    account_customers,
    answer_document,
    check_row,
    checked_zone,
    derive_answer_leads,
    derive_asked,
    derive_unanswered,
    get_profile,
    parse_profile,
    propose_profile,
    read_answer,
    read_statement,
    write_profile,
)
from chainlead.store import Row, Store
from chainlead.workflow.answer_ledger import payment_books
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.leads import get_lead
from chainlead.workflow.replaced import take_place
from chainlead.workflow.request_states import record_state, state_of

_LARGEST_FILE = 128 << 20
_Given = Path | tuple[str, bytes]


def import_answer(
    case: Case,
    draft_id: str,
    files: Sequence[_Given],
    *,
    timezone: str,
    profile: str | AnswerProfile = "",
    accept_proposed: bool = False,
    encoding: str = "",
    separator: str = "",
    received_at: datetime | None = None,
    person: str = "",
    why: str = "",
) -> Answer:
    """Import the answer to a draft.

    Args:
        case: open for writing.
        draft_id: of the request that was answered, or its beginning.
        files: paths, or names with bytes.
        timezone: of the times in the answer where neither cell nor column says one.
        profile: the name of an answer profile, or one.
        accept_proposed: a person looked at the proposed meaning of the columns and accepts it.
        encoding: of text files, where it cannot be found out.
        separator: of CSV files, where it cannot be found out.
        received_at: when the answer came; now if left out.
        person: who received it, where that is somebody else than the author.
        why: the person's reason, for the journal.

    Returns:
        The answer. Its `state_note` is empty unless the request's state could not be recorded.

    Raises:
        DraftNotFoundError: no such draft.
        AnswerFileError: a file cannot be read; nothing was imported.
        AnswerMappingError: no time zone, no profile, or no such one.
    """
    draft_id = state_of(case.store, draft_id).draft_id
    zone = checked_zone(timezone)
    contents = [_content(each) for each in files]
    if not contents:
        raise AnswerFileError("No file was given.")
    asked = {"encoding": encoding, "separator": separator}
    chosen = _chosen(profile)
    hints = _hints(asked, chosen)
    read = read_answer(contents, hints)
    if chosen is None:
        chosen = propose_profile(read, service=_lead(case.projection, draft_id).service)
        if not accept_proposed:
            raise AnswerMappingError(
                f"What the columns mean was not confirmed. Proposed: {_in_words(chosen)}",
                next_step="Look at it with `chainlead answer look FILE`, then accept it with "
                "--accept, or name a profile with --profile.",
            )
    now = case.now()
    written = write_profile(chosen)
    what: dict[str, Any] = {
        "draft_id": draft_id,
        "files": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "size_bytes": file.size_bytes,
                "kept_shut": file.note if file.state == "kept" else "",
            }
            for file in read
            if not file.parent
        ],
        "timezone": zone,
        "profile": chosen.profile,
        "profile_sha256": _sha256(written),
        "hints": asked,
        "received_at": moment_to_text(received_at or now),
        "person": person.strip(),
        "version": version(),
    }
    answer = _answer(case.projection, what, read, chosen)
    what |= {"answer_id": answer.answer_id, "state": answer.state}
    result = encode(answer_document(answer))
    known = case.store.lookup("answers", answer_id=answer.answer_id)
    if known is not None and known["result_sha256"] == _sha256(result):
        return answer
    blobs = {
        f"file_{number:04}": content
        for number, ((_, content), told) in enumerate(zip(contents, what["files"], strict=True), 1)
        if not told["kept_shut"]
    }
    case.act(
        "answers.import", why=why, what=what, blobs={**blobs, "profile": written, "result": result}
    )
    try:
        record_state(
            case,
            draft_id,
            State(answer.state),
            person=person,
            when=received_at or now,
            note=f"answer {answer.answer_id}",
        )
    except RequestOrderError as error:
        answer.state_note = f"The request's state was not changed: {error.message}"
    return answer


def apply_import(projection: Projection, entry: Entry) -> None:
    """`answers.import`: the result, laid into tables; a newer result of the same files replaces it."""
    document = msgspec.json.decode(projection.blobs.get(entry.blobs["result"]))
    answer_id = document["answer_id"]
    store = projection.store
    for table in ("answer_rows", "answer_leads"):
        store.delete(table, answer_id=answer_id)
    row = {
        name: document[name]
        for name in (
            "answer_id", "draft_id", "lead_id", "service", "chain", "timezone", "profile",
            "received_at", "state", "files", "sheets", "items", "unanswered", "doubts", "checks",
        )
    }  # fmt: skip
    row |= {"result_sha256": entry.blobs["result"], "journal_seq": entry.seq}
    take_place(store, entry, answer_id)
    store.insert("answers", [row], replace=True)
    store.insert("answer_rows", (_row(document, each) for each in document["rows"]))
    store.insert(
        "answer_leads",
        (
            {"answer_id": answer_id, "lead_number": number, **each}
            for number, each in enumerate(document["leads"], 1)
        ),
    )


def _row(document: Mapping[str, Any], stated: Mapping[str, Any]) -> Row:
    check = stated["check"]
    return {
        "answer_id": document["answer_id"],
        "row_number": stated["number"],
        "strength": "asserted",
        "source": document["service"],
        "sha256": stated["sha256"],
        "sheet": stated["sheet"],
        "sheet_row": stated["sheet_row"],
        "kind": stated["kind"],
        "direction": stated["direction"],
        "occurred_at": stated["occurred_at"],
        "txid": check.get("txid") or stated["fields"].get("txid", ""),
        "address": stated["fields"].get("address", ""),
        "amount": stated["amount"],
        "check_state": check.get("state", ""),
        "ledger_check": check,
        "fields": stated["fields"],
        "others": stated["others"],
        "doubts": stated["doubts"],
    }


def reimport(projection: Projection, entry: Entry) -> bytes:
    """The result of an import, made again from the kept files and the tables as they were then."""
    what = entry.what
    profile = parse_profile(projection.blobs.get(entry.blobs["profile"]), "profile")
    given: list[tuple[str, bytes] | AnswerFile] = []
    for number, told in enumerate(what["files"], 1):
        facts = (told["name"], told["sha256"], told["size_bytes"])
        if told["kept_shut"]:
            given.append(AnswerFile(0, *facts, "picture", "kept", told["kept_shut"]))
        else:
            given.append((told["name"], projection.blobs.get(entry.blobs[f"file_{number:04}"])))
    read = read_answer(given, _hints(what["hints"], profile))
    return encode(answer_document(_answer(projection, what, read, profile)))


def import_anew(case: Case, entry: Entry, told: Mapping[str, Any]) -> bool:
    """Compare an answer anew with the ledger as it is now; the request stays as it is.

    Args:
        case: open for writing.
        entry: the import.
        told: what the journal says of the cause.

    Returns:
        Whether anything came out differently; only then it is kept.
    """
    result = reimport(case.projection, entry)
    if _sha256(result) == entry.blobs["result"]:
        return False
    blobs = {name: case.blobs.get(sha256) for name, sha256 in entry.blobs.items()}
    what = {**entry.what, "version": version(), "rerun": dict(told)}
    case.act("answers.import", why=entry.why, what=what, blobs={**blobs, "result": result})
    return True


def list_answers(case: Case) -> tuple[Row, ...]:
    """The answers of a case, in the order they were imported."""
    return tuple(case.store.rows("answers", order_by=["journal_seq"]))


def get_answer(store: Store, answer_id: str) -> Row:
    """The answer with this id, or with an id that starts like it.

    Raises:
        AnswerNotFoundError: none, or several.
    """
    known = [row["answer_id"] for row in store.rows("answers", columns=["answer_id"])]
    found = [each for each in known if answer_id and each.startswith(answer_id.strip().lower())]
    if len(found) != 1:
        several = "several answers have" if found else "no answer has"
        raise AnswerNotFoundError(f"In this case {several} the id {answer_id!r:.40}.")
    row = store.lookup("answers", answer_id=found[0])
    assert row is not None
    return row


def answer_rows(store: Store, answer_id: str) -> tuple[Row, ...]:
    """The stated rows of an answer, in the order of its files."""
    return tuple(store.rows("answer_rows", answer_id=answer_id))


def answer_leads(store: Store, answer_id: str) -> tuple[Row, ...]:
    """What an answer leads on to."""
    return tuple(store.rows("answer_leads", answer_id=answer_id))


def look(
    files: Sequence[_Given], *, profile: str = "", encoding: str = "", separator: str = ""
) -> tuple[tuple[AnswerFile, ...], AnswerProfile]:
    """Read files without a case: what is in them, and what their columns are taken to mean.

    Raises:
        AnswerFileError: a file cannot be read.
        AnswerMappingError: no such profile.
    """
    chosen = _chosen(profile)
    hints = _hints({"encoding": encoding, "separator": separator}, chosen)
    read = read_answer([_content(each) for each in files], hints)
    return read, chosen or propose_profile(read)


def encode(document: Mapping[str, Any]) -> bytes:
    """Canonical JSON: keys sorted, no blanks."""
    return msgspec.json.encode(document, order="sorted")


def _content(given: _Given) -> tuple[str, bytes]:
    if isinstance(given, tuple):
        return readable_name(given[0]), given[1]
    try:
        if given.stat().st_size > _LARGEST_FILE:
            raise AnswerFileError(
                f"{given.name} has {given.stat().st_size} bytes; at most {_LARGEST_FILE} are read."
            )
        return readable_name(given.name), given.read_bytes()
    except OSError as error:
        words = error.strerror or type(error).__name__
        raise AnswerFileError(
            f"{given} cannot be opened ({words}).", next_step="Check the path."
        ) from error


def _chosen(profile: str | AnswerProfile) -> AnswerProfile | None:
    if isinstance(profile, AnswerProfile):
        return profile
    return get_profile(profile, unit_folder()) if profile else None


def _hints(asked: Mapping[str, str], profile: AnswerProfile | None) -> ReadingHints:
    return ReadingHints(
        encoding=asked["encoding"] or (profile.encoding if profile else ""),
        separator=asked["separator"] or (profile.separator if profile else ""),
    )


def _lead(projection: Projection, draft_id: str) -> Lead:
    draft = projection.store.lookup("drafts", draft_id=draft_id)
    assert draft is not None
    return get_lead(projection.store, projection.blobs, draft["lead_id"])


def _answer(
    projection: Projection,
    what: Mapping[str, Any],
    read: tuple[AnswerFile, ...],
    profile: AnswerProfile,
) -> Answer:
    store = projection.store
    draft = store.lookup("drafts", draft_id=what["draft_id"])
    assert draft is not None
    lead = get_lead(store, projection.blobs, draft["lead_id"])
    statement = read_statement(read, profile, what["timezone"])
    chain = Chain(lead.chain) if lead.chain else None
    book_of = payment_books(store)
    for row in statement.rows:
        check_row(row, chain, book_of)
    has_pictures = any(file.state == "kept" for file in read)
    before = draft["parameters"].get("follow_up_of", "")
    items = derive_asked(
        draft["parameters"]["items"],
        statement,
        has_pictures=has_pictures,
        earlier=_earlier(store, before),
    )
    unanswered = derive_unanswered(
        items,
        () if before else _transfers(lead),
        statement,
        draft["parameters"]["language"],
    )
    return Answer(
        answer_id=_answer_id(what),
        draft_id=what["draft_id"],
        lead_id=lead.lead_id,
        service=lead.service,
        chain=lead.chain,
        timezone=what["timezone"],
        profile=profile.profile,
        received_at=what["received_at"],
        state=(State.COMPLETE if unanswered.is_complete else State.PARTIAL).value,
        files=read,
        statement=statement,
        items=items,
        unanswered=unanswered,
        leads=derive_answer_leads(statement.rows, customers=account_customers(statement.rows)),
    )


def _earlier(store: Store, draft_id: str) -> tuple[StatedRow, ...]:
    """What the answers before a follow-up say of the account; each follow-up names the one before."""
    found: list[StatedRow] = []
    seen: set[str] = set()
    while draft_id and draft_id not in seen:
        seen.add(draft_id)
        for answer in list(store.rows("answers", draft_id=draft_id, columns=["answer_id"])):
            rows = store.rows("answer_rows", answer_id=answer["answer_id"], kind="account")
            found += [
                StatedRow(
                    row["row_number"], 0, row["sha256"], row["sheet"], row["sheet_row"], row["kind"],
                    dict(row["fields"]),
                )
                for row in rows
            ]  # fmt: skip
        draft = store.lookup("drafts", draft_id=draft_id)
        draft_id = draft["parameters"].get("follow_up_of", "") if draft else ""
    return tuple(found)


def _transfers(lead: Lead) -> tuple[AskedTransfer, ...]:
    """The transfers that the annex numbers."""
    return tuple(
        AskedTransfer(
            number,
            deposit.txid,
            deposit.transfer_place or f"output {deposit.output_index}",
            deposit.address,
        )
        for number, deposit in enumerate(lead.deposits, 1)
    )


def _answer_id(what: Mapping[str, Any]) -> str:
    decided = {name: what[name] for name in ("draft_id", "timezone", "profile_sha256", "hints")}
    decided["files"] = [each["sha256"] for each in what["files"]]
    return _sha256(encode(decided))[:16]


def _in_words(profile: AnswerProfile) -> str:
    parts = []
    for sheet in profile.sheets[:8]:
        columns = ", ".join(f"{title!r} = {name}" for name, title in sheet.columns.items())
        parts.append(f"{sheet.names[0]!r} is {sheet.kind} ({columns or sheet.layout})")
    return "; ".join(parts) + "."


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
