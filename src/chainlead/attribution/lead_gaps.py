"""What a lead at a service lacks for a good request, in sentences."""

from collections.abc import Iterator

from chainlead.attribution.claim import Lead
from chainlead.attribution.memos import customer_memo
from chainlead.attribution.taxonomy import is_shared_wallet
from chainlead.model import Strength

_WEAK_LEVEL = 20


def find_gaps(lead: Lead) -> tuple[str, ...]:
    """The sentences, the gravest kind first."""
    return (*_memos(lead), *_address(lead), *_service(lead), *_places(lead))


def _memos(lead: Lead) -> Iterator[str]:
    word = customer_memo(lead.chain)
    if not word or lead.direction != "forward":
        return
    for deposit in lead.deposits:
        if not deposit.memo:
            yield (
                f"Transfer {deposit.txid}: no {word}: the service cannot find the customer. Do not ask "
                f"about it without one; look for the {word} where the address was found."
            )


def _service(lead: Lead) -> Iterator[str]:
    if lead.reach:
        yield f"Reached {lead.reach}: no rule that divides money says that any of it came here."
    if not lead.jurisdictions:
        yield "The service's country is not known: import an actor pack, or ask a register."
    if len(lead.jurisdictions) > 1:
        yield "Several countries are named: find out which company holds the account."
    if not lead.uri:
        yield "No web address of the service is known."
    if lead.conflicts:
        yield "Sources name different parties for the same address: settle this first."
    if lead.claims and max(claim.level for claim in lead.claims) <= _WEAK_LEVEL:
        yield "Only weak sources name the service: look for a better one."
    if any(claim.strength is Strength.INFERRED for claim in lead.claims[:1]):
        yield "The service is inferred from a cluster, not named for the address itself."


def _address(lead: Lead) -> Iterator[str]:
    """Whether the address names one customer, or is a wallet of all."""
    if lead.direction != "forward" or customer_memo(lead.chain):
        return
    unsure = [deposit for deposit in lead.deposits if not deposit.sweep_txid]
    own = (claim for claim in lead.claims if not claim.inherited_via)
    shared = {claim.address for claim in own if is_shared_wallet(claim)}
    if any(deposit.address in shared for deposit in unsure):
        yield (
            "The money went straight into a wallet that the service shares among its customers: its "
            "address names no customer. Ask by transaction, sender, amount and time."
        )
    if any(deposit.address not in shared for deposit in unsure):
        yield (
            "Whether the address is one customer's deposit address or a shared wallet of the "
            "service is not known: the draft asks."
        )


def _places(lead: Lead) -> Iterator[str]:
    if any(deposit.block_hash is None for deposit in lead.deposits):
        yield "A transfer is in no known block: add the blocks that hold it."
    if any(deposit.contract and deposit.decimals is None for deposit in lead.deposits):
        yield "The token's decimals are not known: amounts are in its base units."
