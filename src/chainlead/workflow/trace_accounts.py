"""`trace` on an account ledger: follow transfers of one asset under the rules for accounts.

The answer depends on the question, the case's ledger and its tags only; `retrace_accounts` makes it
again from the journal. It is kept with its journal entry, and named in the table of traces.
Limits: the trail stops where a tag says that a service pools money; a contract may pool money too,
and is named in the notes, because what leaves it need not be what came in. Where a transaction's
inner payments are unknown, the notes say so.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from chainlead import version
from chainlead.attribution import AddressBook, Claim
from chainlead.custody import Entry
from chainlead.errors import OriginNotFoundError
from chainlead.ledger import (
    AccountEntry,
    CaseAccounts,
    find_account_chain,
    get_account_chain,
)
from chainlead.model import Chain
from chainlead.store import Store
from chainlead.trace import (
    AccountLeast,
    AccountMost,
    AssetTransfer,
    Direction,
    Limits,
    Reason,
    Stop,
    derive_account_document,
    encode_canonical,
    find_account_rules,
    limits_document,
    walk_accounts,
)
from chainlead.workflow.account_notes import account_notes
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.coverage import LiveQuestion, LiveView
from chainlead.workflow.replaced import take_place
from chainlead.workflow.service_stop import claim_document

_TXID_DIGITS = 64
_QUESTION = ("origin", "chain", "contract", "direction", "rules", "limits")


def is_account_ledger(chain: Chain) -> bool:
    """Whether this chain's ledger has accounts and not outputs."""
    return find_account_chain(chain) is not None


def trace_accounts(
    case: Case,
    origin: str,
    *,
    chain: Chain,
    contract: str = "",
    direction: Direction = Direction.FORWARD,
    rules: Iterable[str] | None = None,
    limits: Limits | None = None,
    live: LiveQuestion | None = None,
    why: str = "",
) -> tuple[str, dict[str, Any]]:
    """Follow what an account received, or what a transaction moved, and keep the answer.

    Args:
        case: open for writing, with a ledger.
        origin: an account, or a transaction's id.
        chain: whose ledger.
        contract: of the token that is followed; the chain's own coin if left out.
        direction: where it went, or where it came from.
        rules: names of account rules; all that can look in this direction if left out.
        limits: how far.
        live: stop with the reason `not fetched` where nobody has looked; see `trace_live`.
        why: the person's reason, for the journal.

    Returns:
        The trace id (16 hex characters over the question) and the document.

    Raises:
        OriginNotFoundError: the ledger holds no transfer of this asset there.
        UnknownRuleError: no such rule, or it cannot look back.
        CodecError: the origin is neither account nor transaction, or the contract is none.
    """
    question = make_question(
        origin, chain=chain, contract=contract, direction=direction, rules=rules, limits=limits,
        live=live,
    )  # fmt: skip
    document = answer(case.store, question)
    what = {**question, "trace_id": document["trace_id"], "version": version()}
    case.act("trace_accounts.run", why=why, what=what, blobs={"result": encode_canonical(document)})
    return document["trace_id"], document


def make_question(
    origin: str,
    *,
    chain: Chain,
    contract: str = "",
    direction: Direction = Direction.FORWARD,
    rules: Iterable[str] | None = None,
    limits: Limits | None = None,
    live: LiveQuestion | None = None,
) -> dict[str, Any]:
    """The question as the journal keeps it; arguments and errors are those of `trace_accounts`."""
    ledger = get_account_chain(chain)
    plain = origin.strip()
    digits = plain.removeprefix("0x")
    is_txid = len(digits) == _TXID_DIGITS and all(c in "0123456789abcdefABCDEF" for c in digits)
    question: dict[str, Any] = {
        "origin": digits if is_txid else ledger.canonical(plain),
        "chain": chain.value,
        "contract": ledger.canonical(contract) if contract.startswith("0x") else contract,
        "direction": str(Direction(direction)),
        "rules": _rule_names(rules, Direction(direction)),
        "limits": limits_document(limits or Limits()),
    }
    return question | ({"live": live.to_document()} if live else {})


def apply_run(projection: Projection, entry: Entry) -> None:
    """`trace_accounts.run`: the question, and where its answer is kept, beside the other traces."""
    what = entry.what
    answer = msgspec.json.decode(projection.blobs.get(entry.blobs["result"]))
    asked = {name: what[name] for name in ("rules", "limits", "chain", "contract")}
    row = {
        "trace_id": what["trace_id"],
        "origin": what["origin"],
        "direction": what["direction"],
        "parameters": asked,
        "pinned": answer["pinned"],
        "result_sha256": entry.blobs["result"],
        "journal_seq": entry.seq,
    }
    take_place(projection.store, entry, what["trace_id"])
    projection.store.insert("traces", [row], replace=True)


def retrace_accounts(projection: Projection, entry: Entry) -> bytes:
    """The bytes of a journalled trace, made again while the journal is replayed up to it."""
    return encode_canonical(answer(projection.store, entry.what))


def _rule_names(asked: Iterable[str] | None, direction: Direction) -> list[str]:
    """The rules that were named; else all that can look in this direction."""
    rules = find_account_rules(asked)
    if asked is None and direction is Direction.BACKWARD:
        rules = tuple(rule for rule in rules if rule.looks_back)
    return [rule.name for rule in rules]


def answer(store: Store, question: Mapping[str, Any]) -> dict[str, Any]:
    """The document that answers a question; nothing is kept."""
    chain = Chain(question["chain"])
    live = LiveView(store, chain, question) if "live" in question else None
    openings = live.openings(question["contract"]) if live else None
    view = _View(CaseAccounts(store, chain, question["contract"], openings=openings))
    start = _origin(store, view, chain, question["origin"])
    if live:
        live.begin(start)
    rules = find_account_rules(question["rules"])
    asked = question["limits"]
    stop = _TagStop(store, chain, Direction(question["direction"]), live)
    bounds = (AccountLeast(), AccountMost()) if question["direction"] == "forward" else ()
    found = walk_accounts(
        view,
        start,
        direction=Direction(question["direction"]),
        rules=(*rules, *bounds),
        limits=Limits(
            asked["hops"], asked["transactions"], asked["since_unix"], asked["until_unix"]
        ),
        stop=stop.judge,
        unsought=live.judge_held if live else None,
    )
    results = {result.rule: result for result in found.rules}
    document = derive_account_document(
        found, rules=rules, bounds=(results["least"], results["most"]) if bounds else None
    )
    named = {name: question[name] for name in (*_QUESTION, "live", "again") if name in question}
    named["pinned"] = document["pinned"]
    document["trace_id"] = hashlib.sha256(encode_canonical(named)).hexdigest()[:16]
    document["asked_origin"] = question["origin"]
    document["stops"] = stop.used()
    document["notes"] = account_notes(store, chain, question["contract"], found.transfers)
    return document


class _View:
    """The case's accounts in the words of a trace."""

    def __init__(self, accounts: CaseAccounts) -> None:
        self._accounts = accounts
        self.asset = accounts.asset
        self.pin = accounts.pin

    def lookup_opening(self, account: str) -> int | None:
        """The balance before the first known transfer, where it is known."""
        return self._accounts.lookup_opening(account)

    def transfers_of(self, account: str) -> Sequence[AssetTransfer]:
        """All transfers of an account, in order."""
        return [_as_transfer(entry) for entry in self._accounts.transfers_of(account)]

    def transfers_in(self, txid: str) -> Sequence[AssetTransfer]:
        """All transfers of a transaction, in order."""
        return [_as_transfer(entry) for entry in self._accounts.transfers_in(txid)]


def _as_transfer(entry: AccountEntry) -> AssetTransfer:
    return AssetTransfer(
        entry.txid, entry.order, entry.sender, entry.receiver, entry.amount_units, entry.fee_payer,
        entry.fee_units, entry.height, entry.mined_at, entry.memo,
    )  # fmt: skip


def _origin(store: Store, view: _View, chain: Chain, origin: str) -> list[AssetTransfer]:
    if len(origin) == _TXID_DIGITS:
        names = (origin, origin.lower(), origin.upper())
        told = (n for n in names if store.lookup("account_transactions", chain=chain.value, txid=n))
        transfers = view.transfers_in(next(told, ""))
    else:
        transfers = [one for one in view.transfers_of(origin) if one.receiver == origin]
    found = [one for one in transfers if one.amount_units and one.sender != one.receiver]
    if not found:
        raise OriginNotFoundError(
            "The ledger of this case holds no transfer of this asset to that account or in that "
            "transaction.",
            next_step="See `chainlead ledger status CASE` for what is known; name a token's "
            "contract with --asset.",
        )
    return found


class _TagStop:
    """The trail ends where a tag says that the account pools other people's money."""

    def __init__(
        self, store: Store, chain: Chain, direction: Direction, live: LiveView | None = None
    ) -> None:
        self._live = live
        self._book = AddressBook(store)
        self._chain = chain
        self._is_forward = direction is Direction.FORWARD
        self._used: dict[str, tuple[Claim, ...]] = {}

    def judge(self, transfer: AssetTransfer) -> Stop | None:
        """The stop at the account that the trail comes to, or none."""
        account = transfer.receiver if self._is_forward else transfer.sender
        if account is None:
            return None
        claims = self._book.service_claims(self._chain, account)
        pooling = next((c for c in claims if self._book.pools_money(c.category)), None)
        if pooling is None:
            return self._live.judge_transfer(transfer) if self._live else None
        self._used[account] = claims
        return Stop(Reason.SERVICE, pooling.service, pooling.strength)

    def used(self) -> list[dict[str, Any]]:
        """The claims behind every stop, by account."""
        return [
            {"address": address, "claims": [claim_document(claim) for claim in claims]}
            for address, claims in sorted(self._used.items())
        ]
