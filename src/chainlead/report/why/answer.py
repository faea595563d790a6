"""Why an answer is believed as far as it is: a service states it, and the ledger is compared."""

from collections.abc import Mapping
from typing import Any

from chainlead.model import Sentence
from chainlead.report.why.reason import Why

STATED = Sentence(
    "Everything here is asserted by the service that answered. A payment that agrees with the "
    "ledger is observed as a payment; whose it is, the service alone says."
)
STATES = {
    "agrees": Sentence("agrees with the ledger"),
    "differs": Sentence("differs from the ledger"),
    "absent": Sentence("not on this ledger"),
    "malformed": Sentence("no transaction id"),
    "no ledger": Sentence("no such ledger in the case"),
}


def why_answer(row: Mapping[str, Any]) -> Why:
    """The reasons for an answer.

    Args:
        row: of the table `answers`.
    """
    named = [
        (Sentence("To request"), row["draft_id"]),
        (Sentence("Came"), row["received_at"]),
        (Sentence("Time zone chosen"), row["timezone"]),
        (Sentence("Profile"), row["profile"]),
        *((Sentence("File"), f"{each['name']}, SHA-256 {each['sha256']}") for each in row["files"]),
        (Sentence("Journal entry"), str(row["journal_seq"])),
    ]
    return Why(
        f"answer:{row['answer_id']}",
        "asserted",
        (
            STATED,
            Sentence("The original file is kept as it came; each row names its file and place."),
        ),
        tuple((name, value) for name, value in named if value),
    )


def why_answer_row(row: Mapping[str, Any]) -> Why:
    """The reasons for one row of an answer, of the table `answer_rows`."""
    sentences = [Sentence("The service states this row; it never becomes a fact of the ledger.")]
    state = row["check_state"]
    if state in STATES:
        sentences.append(
            Sentence("Its transaction, compared with the ledger: {verdict}.", verdict=STATES[state])
        )
    sentences += [Sentence(doubt) for doubt in _doubts(row)]
    return Why(
        f"answer:{row['answer_id']}:{row['row_number']}",
        "asserted",
        tuple(sentences),
        (
            (Sentence("Place in the file"), f"{row['sheet']}, {row['sheet_row']}"),
            *(((Sentence("Transaction id as stated"), row["txid"]),) if row["txid"] else ()),
        ),
    )


def _doubts(row: Mapping[str, Any]) -> list[str]:
    return [
        str(doubt["sentence"]) if isinstance(doubt, Mapping) else str(doubt)
        for doubt in row.get("doubts") or ()
    ]
