"""`answer export`: the stated rows as CSV; each row says who states it, and no cell is a formula."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from chainlead.errors import AnswerFileError
from chainlead.request import guard_cell
from chainlead.store import Row
from chainlead.workflow.answers import answer_rows, get_answer
from chainlead.workflow.case import Case
from chainlead.workflow.personal_data import note_disclosure

_FIRST = (
    "row", "strength", "stated_by", "file_sha256", "sheet", "sheet_row", "kind", "direction",
    "time_utc", "txid", "address", "amount", "ledger_says", "doubts",
)  # fmt: skip


def write_rows(rows: Iterable[Row]) -> bytes:
    """CSV: UTF-8 with a byte order mark, every cell quoted, a would-be formula behind an apostrophe."""
    listed = list(rows)
    named = sorted({name for row in listed for name in row["fields"]})
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*_FIRST, *named, "other"])
    for row in listed:
        cells = [
            str(row["row_number"]), row["strength"], row["source"], row["sha256"], row["sheet"],
            str(row["sheet_row"]), row["kind"], row["direction"], row["occurred_at"] or "",
            row["txid"], row["address"], row["amount"] or "", row["check_state"],
            "; ".join(f"{doubt['kind']}: {doubt['sentence']}" for doubt in row["doubts"]),
        ]  # fmt: skip
        cells += [row["fields"].get(name, "") for name in named]
        cells.append("; ".join(f"{title}: {value}" for title, value in row["others"].items()))
        writer.writerow([guard_cell(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def export_rows(case: Case, answer_id: str, target: Path, *, why: str = "") -> int:
    """Write the rows of an answer to a file outside the case; the journal keeps why.

    Args:
        case: open for writing.
        answer_id: or its beginning.
        target: a path that does not exist yet.
        why: the reason for handing personal data out.

    Returns:
        How many rows were written.

    Raises:
        AnswerNotFoundError: no such answer.
        AnswerFileError: the file exists already, or cannot be written.
        ReasonMissingError: the case requires a reason.
    """
    answer = get_answer(case.store, answer_id)
    rows = answer_rows(case.store, answer["answer_id"])
    if target.exists():
        raise AnswerFileError(f"{target} exists already.", next_step="Choose another name.")
    note_disclosure(case, f"rows of answer {answer['answer_id']}", why=why)
    try:
        target.write_bytes(write_rows(rows))
    except OSError as error:
        raise AnswerFileError(
            f"{target} cannot be written ({error.strerror}).", next_step="Check the path."
        ) from error
    return len(rows)
