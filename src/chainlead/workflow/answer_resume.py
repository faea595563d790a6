"""`answer resume`: follow money on behind a service, because the service states whose it is.

A service pools its customers' money: no ledger joins what was paid in with what was paid out. The
join is the service's statement alone. The trace carries it as its basis, asserted, with source,
digest of the file and row; the payment itself is on the ledger and was compared with it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chainlead import version
from chainlead.codecs import SCRIPT_CHAINS
from chainlead.custody import Entry
from chainlead.errors import AnswerNotFoundError, TraceError
from chainlead.model import Chain
from chainlead.store import Row, Store
from chainlead.trace import Limits, encode_canonical
from chainlead.workflow.answers import get_answer
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.leads import get_lead
from chainlead.workflow.replaced import take_place
from chainlead.workflow.trace import answer as answer_on_outputs
from chainlead.workflow.trace import make_question
from chainlead.workflow.trace_accounts import answer as answer_on_accounts
from chainlead.workflow.trace_accounts import make_question as make_account_question


@dataclass(frozen=True, slots=True)
class Behind:
    """Where a resumed trace begins, and on which statement it rests.

    Attributes:
        origin: an outpoint on a chain of outputs, else the account that was paid.
        contract: of a token on a chain of accounts; empty for the coin.
        basis: JSON values: who states it, where, and in which words.
    """

    chain: Chain
    origin: str
    contract: str
    basis: Mapping[str, Any]


def resume(
    case: Case,
    answer_id: str,
    row_number: int,
    *,
    rules: Iterable[str] | None = None,
    limits: Limits | None = None,
    why: str = "",
) -> tuple[str, dict[str, Any]]:
    """Follow a withdrawal that a service states belongs to the same customer.

    Args:
        case: open for writing.
        answer_id: or its beginning.
        row_number: of the withdrawal, as `answer show` numbers it.
        rules: names of taint rules; all if left out.
        limits: how far.
        why: the person's reason, for the journal.

    Returns:
        The trace id and the document, whose `basis` says on what it rests.

    Raises:
        AnswerNotFoundError: no such answer or row.
        TraceError: the row is no withdrawal that agrees with the ledger.
    """
    behind = find_behind(case.projection, answer_id, row_number)
    if behind.chain in SCRIPT_CHAINS:
        question = make_question(
            case.store, behind.origin, chain=behind.chain, rules=rules, limits=limits
        )
    else:
        question = make_account_question(
            behind.origin, chain=behind.chain, contract=behind.contract, rules=rules, limits=limits
        )
    asked = {"answer_id": behind.basis["answer_id"], "row": row_number, "question": question}
    document = answer(case.projection, asked)
    what = {
        **asked,
        "trace_id": document["trace_id"],
        "pinned": document["pinned"],
        "version": version(),
    }
    case.act("answer_resume.run", why=why, what=what, blobs={"result": encode_canonical(document)})
    return document["trace_id"], document


def apply_run(projection: Projection, entry: Entry) -> None:
    """`answer_resume.run`: a trace beside the others."""
    what = entry.what
    question = what["question"]
    asked = {name: question[name] for name in ("rules", "limits", "chain")}
    asked |= {"contract": question["contract"]} if "contract" in question else {}
    asked["behind"] = {"answer_id": what["answer_id"], "row": what["row"]}
    row = {
        "trace_id": what["trace_id"],
        "origin": question["origin"],
        "direction": question["direction"],
        "parameters": asked,
        "pinned": what["pinned"],
        "result_sha256": entry.blobs["result"],
        "journal_seq": entry.seq,
    }
    take_place(projection.store, entry, what["trace_id"])
    projection.store.insert("traces", [row], replace=True)


def resume_again(projection: Projection, entry: Entry) -> bytes:
    """The bytes of a resumed trace, made again; call it while replaying, as `retrace`."""
    return encode_canonical(answer(projection, entry.what))


def answer(projection: Projection, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a resumed trace; nothing is kept."""
    question = asked["question"]
    behind = find_behind(projection, asked["answer_id"], asked["row"])
    follow = answer_on_outputs if behind.chain in SCRIPT_CHAINS else answer_on_accounts
    document = follow(projection.store, question)
    basis = dict(behind.basis)
    identity = "\n".join((document["trace_id"], basis["answer_id"], str(basis["row"])))
    return {
        **document,
        "trace_id": hashlib.sha256(identity.encode()).hexdigest()[:16],
        "basis": basis,
        "notes": [basis["sentence"], *document["notes"]],
    }


def find_behind(projection: Projection, answer_id: str, row_number: int) -> Behind:
    """Where the trace of a stated withdrawal begins.

    Raises:
        AnswerNotFoundError, TraceError: see `resume`.
    """
    store = projection.store
    stated = get_answer(store, answer_id)
    row = store.lookup("answer_rows", answer_id=stated["answer_id"], row_number=row_number)
    if row is None:
        raise AnswerNotFoundError(
            f"The answer {stated['answer_id']} has no row {row_number}.",
            next_step=f"See its rows with `chainlead answer show CASE {stated['answer_id']}`.",
        )
    _check(row)
    check = row["ledger_check"]
    chain = Chain(check["chain"])
    origin = check["outpoint"] if chain in SCRIPT_CHAINS else _account_origin(store, check)
    return Behind(chain, origin, check.get("contract", ""), _basis(projection, stated, row))


def _account_origin(store: Store, check: Mapping[str, Any]) -> str:
    """The transaction, if it pays only once in this asset; else the account that it paid.

    From a whole account also other receipts are followed: the sums are then no more than a bound.
    """
    paid = store.count(
        "account_transfers",
        chain=check["chain"],
        txid=check["txid"],
        contract=check.get("contract", ""),
    )
    return str(check["txid"] if paid == 1 else check["address"])


def _check(row: Row) -> None:
    check = row["ledger_check"]
    where = f"Row {row['row_number']} ({row['sheet']}, {row['sheet_row']})"
    if row["kind"] != "crypto" or row["direction"] != "out":
        raise TraceError(
            f"{where} is no withdrawal, so nothing leads on from it.",
            next_step="Choose a row that `chainlead answer show` lists as a withdrawal.",
        )
    if row["check_state"] != "agrees" or not (check.get("outpoint") or check.get("address")):
        raise TraceError(
            f"{where} does not agree with the case's ledger ({row['check_state'] or 'not checked'}).",
            next_step="Ask the service which payment is meant, or add the blocks that hold it; then "
            "import the answer again.",
        )


def _basis(projection: Projection, answer: Row, row: Row) -> dict[str, Any]:
    lead = get_lead(projection.store, projection.blobs, answer["lead_id"])
    check = row["ledger_check"]
    place = f"file {row['sha256']}, sheet {row['sheet']!r}, row {row['sheet_row']}"
    return {
        "strength": "asserted",
        "source": answer["service"],
        "answer_id": answer["answer_id"],
        "draft_id": answer["draft_id"],
        "row": row["row_number"],
        "sheet": row["sheet"],
        "sheet_row": row["sheet_row"],
        "sha256": row["sha256"],
        "received_at": answer["received_at"],
        "customer": _customer(projection.store, answer["answer_id"], row),
        "txid": check["txid"],
        "outpoint": check.get("outpoint", ""),
        "address": check.get("address", ""),
        "amount_units": check["ledger_units"],
        "behind": {
            "lead_id": lead.lead_id,
            "trace_id": lead.trace_id,
            "deposits": [
                f"{d.txid}:{d.output_index}" if d.output_index is not None else d.txid
                for d in lead.deposits
            ],
            "deposited_units": str(sum(d.amount_units for d in lead.deposits)),
        },
        "sentence": (
            f"This trail begins behind {answer['service']}. That this withdrawal belongs to the "
            f"customer who received the deposits is asserted by {answer['service']} ({place}; came "
            f"{answer['received_at'][:10]}); no ledger shows it. The service pools money: these are "
            "not the coins that were paid in, and how much of the traced value is in them only the "
            "service's books say."
        ),
    }


def _customer(store: Store, answer_id: str, row: Row) -> str:
    """The customer number that the row, or else the answer's account sheet, names."""
    own = str(row["fields"].get("customer_id", ""))
    if own:
        return own
    accounts = store.rows("answer_rows", answer_id=answer_id, kind="account")
    named = {
        str(each["fields"]["customer_id"]) for each in accounts if each["fields"].get("customer_id")
    }
    return named.pop() if len(named) == 1 else ""
