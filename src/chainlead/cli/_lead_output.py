"""How `chainlead leads` shows a lead, in the words of its track."""

from collections.abc import Iterable, Iterator
from typing import Any

from chainlead.attribution import Deposit, Holding, Lead, LeadTrack, asset_of
from chainlead.model import Amount

_MOST = 20
_TITLES = {
    LeadTrack.SERVICE: "Ask",
    LeadTrack.UNSPENT: "Seize",
    LeadTrack.ISSUER: "Freeze",
    LeadTrack.PROVIDER: "Ask a provider",
}
_NEXT = {
    LeadTrack.SERVICE: "chainlead request draft {case} {lead}",
    LeadTrack.UNSPENT: "chainlead request draft {case} {lead}   (a memo for your own prosecutor)",
    LeadTrack.ISSUER: "chainlead request draft {case} {lead}   (a freeze request to the issuer)",
    LeadTrack.PROVIDER: "chainlead request draft {case} {lead}   (an order to the provider)",
}


def print_lead(lead: Lead, values: tuple[Any, ...], held: tuple[Any, ...]) -> None:
    """Print one lead.

    Args:
        lead: it.
        values: what each deposit was worth, or None.
        held: what each holding would be worth at the ledger's end, or None.
    """
    title = _TITLES[lead.track]
    kind = f" ({lead.category or 'category unknown'})" if lead.track is LeadTrack.SERVICE else ""
    print(f"{title}: lead {lead.lead_id}, {lead.service}{kind}")
    if lead.track is not LeadTrack.UNSPENT:
        print(f"  seat: {', '.join(lead.jurisdictions) or 'unknown'}; web: {lead.uri or 'unknown'}")
    for claim in lead.claims[:1]:
        print(
            f"  why: {claim.strength.value}, confidence {claim.confidence}, source {claim.source}"
        )
    for claim in lead.conflicts:
        print(f"  conflict: {claim.source} says {claim.service}")
    if lead.behind:
        print(f"  behind {lead.behind}: the trail begins there on its word alone")
    if lead.reach:
        print(f"  reached {lead.reach}")
    if lead.first_at:
        print(f"  first {lead.first_at}, last {lead.last_at}; strength: {lead.strength.value}")
    for holding, value in _cut(zip(lead.holdings, held, strict=True), len(lead.holdings)):
        _print_holding(lead, holding, value)
    if lead.track in {LeadTrack.SERVICE, LeadTrack.ISSUER}:
        for deposit, value in _cut(zip(lead.deposits, values, strict=True), len(lead.deposits)):
            _print_deposit(lead, deposit, value)
    for handle in lead.handles:
        print(f"  {handle.kind} {handle.value}, in {handle.place}")
    for sentence in lead.missing:
        print(f"  missing: {sentence}")
    print()


def _cut(pairs: Iterable[tuple[Any, Any]], count: int) -> Iterator[tuple[Any, Any]]:
    for number, pair in enumerate(pairs):
        if number == _MOST:
            print(f"  … and {count - _MOST} more: see --json")
            return
        yield pair


def _print_deposit(lead: Lead, deposit: Deposit, value: Any) -> None:
    asset = asset_of(lead, deposit)
    place = deposit.transfer_place if deposit.output_index is None else deposit.output_index
    print(f"  {deposit.txid}{' ' if deposit.output_index is None else ':'}{place}")
    print(f"    to {deposit.address}, {Amount(asset, deposit.amount_units)}", end="")
    print(f", block {deposit.height}, {deposit.mined_at or 'time unknown'}")
    if deposit.memo:
        print(f"    tag: {deposit.memo}")
    if deposit.sender:
        print(f"    from {deposit.sender}")
    if deposit.contract:
        print(f"    token contract: {deposit.contract}")
    if value:
        print(f"    {value} at that time: {value.rate_words}")
    for rule, units in deposit.traced_units.items():
        print(f"    traced under {rule}: {Amount(asset, units)}")
    if deposit.least_units is not None and deposit.most_units is not None:
        least, most = Amount(asset, deposit.least_units), Amount(asset, deposit.most_units)
        print(f"    under any rule at least {least}, at most {most}")
    if deposit.inference:
        print(f"    {deposit.inference}")


def _print_holding(lead: Lead, holding: Holding, value: Any) -> None:
    asset = asset_of(lead, holding)
    print(f"  {holding.address or 'no address'}: {Amount(asset, holding.amount_units)}", end="")
    height = holding.as_of_height
    known = "the last known transfer" if height is None else f"block {height}"
    print(f", up to {known}{f'; {value} then' if value else ''}")
    if holding.place:
        print(f"    output {holding.place}")
    if holding.contract:
        print(f"    token contract: {holding.contract}")
    if holding.least_units is not None:
        print(f"    traced there: at least {Amount(asset, holding.least_units)}", end="")
        most = max(holding.traced_units.values(), default=0)
        print(f", under one rule up to {Amount(asset, most)}")
    if holding.note:
        print(f"    {holding.note}")


def next_steps(case: str, leads: Iterable[Lead]) -> Iterator[str]:
    """One command for the first lead of each track."""
    shown = set()
    for lead in leads:
        if lead.track not in shown:
            shown.add(lead.track)
            yield f"Next: {_NEXT[lead.track].format(case=case, lead=lead.lead_id)}"
