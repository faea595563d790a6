"""Which of several claims on an address counts first, and the one name of the party it names."""

from typing import Any

from chainlead.attribution.book import AddressBook
from chainlead.attribution.claim import Claim
from chainlead.attribution.taxonomy import pools_money


def claim_order(claim: Claim) -> tuple[Any, ...]:
    """Claims that make a trace stop come first, then the stronger, then the newer."""
    newest_first = tuple(-ord(character) for character in claim.lastmod or "")
    stops = pools_money(claim.category) is not None
    rest = (claim.service, claim.source, claim.pack, claim.address)
    return (not stops, -claim.level, newest_first, *rest)


def party_of(claim: Claim) -> str:
    """The actor's id where the claim has one, else its label."""
    return f"actor:{claim.actor}" if claim.actor else f"label:{claim.service.casefold()}"


def party_at(book: AddressBook, chain: str, address: str) -> str | None:
    """Who is first said to hold an address; None where no service is."""
    claims = sorted(book.service_claims(chain, address), key=claim_order)
    return party_of(claims[0]) if claims else None


def pools_at(book: AddressBook, chain: str, address: str) -> bool:
    """Whether a claim on the address says that many customers' money lies there."""
    claims = book.service_claims(chain, address)
    return any(pools_money(claim.category) is not None for claim in claims)
