"""The seizure track: money at the end of a trail that nobody moved, as far as the ledger goes.

Found in: the unspent ends of a forward trace. Proof: that it lies there is observed up to the block
that the trace is pinned to, and says nothing about later; how much of it is the traced money was
decided by the rules. Limits: change that went back to its payer, and accounts of strangers that a
rule reached, are among the ends; the largest provable ones stand first, and the list is cut.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from chainlead.attribution.account_trail import AccountTrail
from chainlead.attribution.book import AddressBook
from chainlead.attribution.claim import Holding, Lead, LeadTrack
from chainlead.attribution.claim_order import pools_at
from chainlead.attribution.lead import in_order, lead_id_of, moments_of, words_of_reach
from chainlead.attribution.output_trail import OutputTrail
from chainlead.ledger import CaseAccounts, LedgerView
from chainlead.model import Outpoint, Strength

MOST = 200
SERVICE = "money that was not moved"
_UNSPENT = "unspent"


def derive_unspent(
    trace_id: str,
    document: Mapping[str, Any],
    book: AddressBook,
    ledger: LedgerView | None,
    accounts: CaseAccounts | None = None,
    *,
    own: Mapping[str, str] | None = None,
    as_of: str | None = None,
) -> Lead | None:
    """The lead over all unspent ends of one forward trace, or None.

    Args:
        trace_id: the trace's id.
        document: its stored result.
        book: as for `derive_leads`.
        ledger: of outputs, or None.
        accounts: the traced asset's ledger of accounts, or None.
        own: what is known of addresses, in words: that their keys or wallets were found, and where
            (the words start with `own`), or that a contract is there.
        as_of: the time of the block that the trace is pinned to, if known.
    """
    if document["direction"] != "forward":
        return None
    if document.get("kind") == "accounts":
        trail = AccountTrail(document, book, accounts)
        held = _of_nobody(_accounts(trail, document, own or {}), book, trail.chain)
        shown = _ranked(held)
        deposits = in_order(each for one in shown for each in trail.into(one.address))
        origin, doubts = trail.origin, trail.doubts
    else:
        outputs = OutputTrail(document, book, ledger)
        held = _of_nobody(_outputs(outputs, document, own or {}), book, outputs.chain)
        shown = tuple(
            replace(one, note=_note(one.note, _spent(outputs, one.place))) for one in _ranked(held)
        )
        deposits = in_order(outputs.deposit_at(one.place) for one in shown)
        origin, doubts = outputs.origin, outputs.doubts
    if not shown:
        return None
    shown = tuple(replace(one, as_of=as_of) for one in shown)
    first_at, last_at = moments_of(deposits)
    return Lead(
        lead_id=lead_id_of(trace_id, LeadTrack.UNSPENT),
        trace_id=trace_id,
        chain=document["pinned"]["chain"],
        service=SERVICE,
        actor=None,
        jurisdictions=(),
        uri=None,
        claims=(),
        conflicts=(),
        deposits=deposits,
        missing=(*doubts, *_missing(document, shown, len(held))),
        direction=document["direction"],
        network=document["pinned"].get("network") or "main",
        origin=origin,
        track=LeadTrack.UNSPENT,
        first_at=first_at,
        last_at=last_at,
        holdings=shown,
        reach=words_of_reach(deposits, document["rules"]),
        strength=Strength.INFERRED,
    )


def _of_nobody(held: Iterable[Holding], book: AddressBook, chain: str) -> list[Holding]:
    """Without what lies in a service's own wallet: there the service is asked, and nothing seized."""
    return [one for one in held if not (one.address and pools_at(book, chain, one.address))]


def _ranked(held: Iterable[Holding]) -> tuple[Holding, ...]:
    def largest(one: Holding) -> tuple[int, int, str, str]:
        traced = max(one.traced_units.values(), default=0)
        return (-(one.least_units or 0), -traced, one.address, one.place)

    return tuple(sorted(held, key=largest)[:MOST])


def _outputs(
    trail: OutputTrail, document: Mapping[str, Any], own: Mapping[str, str]
) -> list[Holding]:
    """What the trace itself says of its unspent ends; the ledger is asked for those shown only."""
    nodes = {
        node["outpoint"]: node
        for result in document["rules"].values()
        for node in result["frontier"]
        if node["reason"] == _UNSPENT and node["outpoint"] and int(node["traced_units"])
    }
    found = []
    for place in sorted(nodes):
        address = nodes[place]["address"] or ""
        least_units, most_units = trail.bounds.get(place, (None, None))
        found.append(
            Holding(
                address=address,
                amount_units=int(nodes[place]["amount_units"]),
                traced_units=dict(sorted(trail.traced[place].items())),
                place=place,
                as_of_height=document["pinned"]["height"],
                note=own.get(address, ""),
                least_units=least_units,
                most_units=most_units,
            )
        )
    return found


def _spent(trail: OutputTrail, place: str) -> str:
    """That the case's ledger knows by now who spent it, or nothing."""
    spender = trail.ledger.lookup_spender(Outpoint.from_display(place)) if trail.ledger else None
    return (
        f"spent since the trace was made, in transaction {spender.txid.display}" if spender else ""
    )


def _accounts(
    trail: AccountTrail, document: Mapping[str, Any], own: Mapping[str, str]
) -> list[Holding]:
    traced: dict[str, dict[str, int]] = {}
    balances: dict[str, int | None] = {}
    for rule in sorted(document["rules"]):
        for node in document["rules"][rule]["frontier"]:
            account, units = node["account"], node["traced_units"]
            if node["reason"] != _UNSPENT or account is None or not int(units or 0):
                continue
            by_rule = traced.setdefault(account, {})
            by_rule[rule] = by_rule.get(rule, 0) + int(units)
            known = node["amount_units"]
            balances[account] = None if known is None else int(known)
    found = []
    for account in sorted(traced):
        balance = balances[account]
        most = max(traced[account].values())
        found.append(
            Holding(
                address=account,
                amount_units=most if balance is None else balance,
                traced_units=traced[account],
                contract=trail.contract,
                symbol=trail.symbol,
                decimals=trail.decimals,
                as_of_height=document["pinned"]["height"],
                note=_note(
                    own.get(account, ""),
                    "" if balance is not None else "the balance is not known: the figure is traced",
                ),
                least_units=_bound(document, "least", account),
                most_units=_bound(document, "most", account),
            )
        )
    return found


def _bound(document: Mapping[str, Any], name: str, account: str) -> int | None:
    if "bounds" not in document:
        return None
    return sum(
        int(node["traced_units"])
        for node in document["bounds"][name]
        if node["account"] == account and node["reason"] == _UNSPENT
    )


def _note(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def words_of_height(height: int | None) -> str:
    """Up to where a ledger is known, in words."""
    return "the last known transfer" if height is None else f"block {height}"


def _missing(document: Mapping[str, Any], shown: tuple[Holding, ...], count: int) -> Iterable[str]:
    known = words_of_height(document["pinned"]["height"])
    yield (
        f"The trace knows the ledger up to {known}: whether the money still lies there is not "
        "known. Add newer blocks, or watch the addresses, before acting."
    )
    if not any(one.note.startswith("own") for one in shown):
        yield "Who holds the keys is not known: no wallet or key found in the case has these addresses."
    if count > len(shown):
        yield f"{count - len(shown)} further ends are not listed: the trace has them all."
