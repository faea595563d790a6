"""The freeze track: stablecoin units that still lie at an end of a trail, which their issuer can freeze.

Found in: the accounts where a forward trace ends with money still there, and what the case's ledger
knows of the shipped stablecoin contracts there. Proof: the transfers are the ledger's; the balance
is what they leave, so it is right only where none is missing. Limits: a token is known by its
contract alone; one that only borrows the symbol never counts. Issuers freeze private addresses, not
the wallets of services: those are no ends of this kind. Whether units are frozen already is not read.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chainlead.attribution.account_trail import AccountTrail
from chainlead.attribution.book import AddressBook
from chainlead.attribution.claim import Claim, Deposit, Holding, Lead, LeadTrack
from chainlead.attribution.claim_order import pools_at
from chainlead.attribution.confidence import NOT_STATED
from chainlead.attribution.lead import in_order, lead_id_of, moments_of, words_of_reach
from chainlead.attribution.lead_unspent import words_of_height
from chainlead.attribution.stablecoins import Stablecoin, stablecoins
from chainlead.ledger import CaseAccounts
from chainlead.model import Strength, moment_to_text

_STILL_THERE = frozenset({"unspent", "balance not known", "limit", "not fetched"})


def derive_issuer_leads(
    trace_id: str,
    document: Mapping[str, Any],
    book: AddressBook,
    accounts_of: Callable[[str], CaseAccounts],
) -> tuple[Lead, ...]:
    """One lead for each stablecoin that still lies at ends of one forward trace over accounts.

    Args:
        trace_id: the trace's id.
        document: its stored result, over accounts.
        book: services' own addresses are left out.
        accounts_of: the ledger of the token with a contract.
    """
    chain = document["pinned"]["chain"]
    if document["direction"] != "forward" or document["pinned"].get("network") != "main":
        return ()
    ends = sorted(
        {
            node["account"]
            for result in document["rules"].values()
            for node in result["frontier"]
            if node["reason"] in _STILL_THERE and node["account"] and node["traced_units"] != "0"
        }
    )
    ends = [account for account in ends if not pools_at(book, chain, account)]
    trail = AccountTrail(document, book, accounts_of(document["asset"]["contract"] or ""))
    found = (
        _lead(trace_id, document, coin, trail=trail, ends=ends, ledger=accounts_of(coin.contract))
        for coin in stablecoins()
        if coin.chain == chain and ends
    )
    return tuple(lead for lead in found if lead is not None)


def _lead(
    trace_id: str,
    document: Mapping[str, Any],
    coin: Stablecoin,
    *,
    trail: AccountTrail,
    ends: Iterable[str],
    ledger: CaseAccounts,
) -> Lead | None:
    holdings: list[Holding] = []
    deposits: list[Deposit] = []
    is_traced = trail.contract == coin.contract
    traced = _traced(document) if is_traced else {}
    holders = ledger.receivers - {coin.contract.rpartition(".")[2]}
    height = ledger.pin.height if holders else None
    for account in (each for each in ends if each in holders):
        known = [one for one in ledger.transfers_of(account) if one.sender != one.receiver]
        came = sum(one.amount_units for one in known if one.receiver == account)
        went = sum(one.amount_units for one in known if one.sender == account)
        if came <= went:
            continue
        last = max(known, key=lambda one: one.order)
        holdings.append(
            Holding(
                address=account,
                amount_units=came - went,
                traced_units=traced.get(account, {}),
                contract=coin.contract,
                symbol=coin.symbol,
                decimals=coin.decimals,
                as_of_height=height,
                as_of=moment_to_text(last.mined_at) if last.mined_at else None,
                note="what the known transfers leave there; as_of is the last of them",
            )
        )
        if is_traced:
            deposits += trail.into(account)
    if not holdings:
        return None
    ordered = in_order(deposits)
    first_at, last_at = moments_of(ordered)
    return Lead(
        lead_id=lead_id_of(trace_id, LeadTrack.ISSUER, coin.contract),
        trace_id=trace_id,
        chain=coin.chain,
        service=coin.issuer,
        actor=None,
        jurisdictions=(),
        uri=coin.uri,
        claims=(_claim(coin),),
        conflicts=(),
        deposits=ordered,
        missing=tuple(_missing(coin, height, is_traced=is_traced)),
        category="stablecoin_issuer",
        origin=trail.origin,
        track=LeadTrack.ISSUER,
        first_at=first_at,
        last_at=last_at,
        holdings=tuple(sorted(holdings, key=lambda one: (-one.amount_units, one.address))),
        reach=words_of_reach(ordered, document["rules"]),
    )


def _traced(document: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """What each rule traces in each account where money is still there."""
    found: dict[str, dict[str, int]] = {}
    for rule in sorted(document["rules"]):
        for node in document["rules"][rule]["frontier"]:
            if node["reason"] in _STILL_THERE and node["account"] and node["traced_units"]:
                units = found.setdefault(node["account"], {})
                units[rule] = units.get(rule, 0) + int(node["traced_units"])
    return found


def _claim(coin: Stablecoin) -> Claim:
    return Claim(
        address=coin.contract,
        service=coin.issuer,
        actor=None,
        category="stablecoin_issuer",
        strength=Strength.ASSERTED,
        confidence=NOT_STATED,
        source=coin.source,
        lastmod=coin.read,
        pack=f"shipped table of stablecoin contracts ({coin.certainty})",
        note=coin.note,
    )


def _missing(coin: Stablecoin, height: int | None, *, is_traced: bool) -> Iterable[str]:
    yield (
        f"The ledger of this case is known up to {words_of_height(height)}: check the balance at the contract "
        "again before asking."
    )
    yield "Whether the units are frozen already is not read."
    if not is_traced:
        yield f"The trace followed another asset: trace the {coin.symbol} too, by its contract."
    if coin.certainty != "verified":
        yield f"The contract's row in the table is {coin.certainty}: compare it with the issuer's page."
