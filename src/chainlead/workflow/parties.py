"""Who is said to hold an address: what keeps two clusters from being united.

A tag names a service; a finding with the role "own" says that the address stood in the wallet of
whom the exhibit was seized from. Names that some claim puts on one party are one name here.
"""

from collections.abc import Collection, Iterable

from chainlead.attribution import AddressBook, Claim
from chainlead.model import Chain
from chainlead.store import Store

OWN = "the seized wallets"


def find_parties(
    store: Store, chain: Chain, addresses: Collection[str]
) -> dict[str, frozenset[str]]:
    """The parties of those of these addresses that anybody names, by printable names.

    Two addresses share a name exactly where some claims put them on one party. The addresses are
    canonical, as the ledger has them.
    """
    book = AddressBook(store)
    claims: dict[str, tuple[Claim, ...]] = {}
    for address in sorted(find_tagged(store, addresses)):
        if said := book.service_claims(chain, address):
            claims[address] = said
    label = _Labels(book, (claim for said in claims.values() for claim in said))
    parties = {address: {label(claim) for claim in said} for address, said in claims.items()}
    for address in _own(store, addresses):
        parties.setdefault(address, set()).add(OWN)
    return {address: frozenset(names) for address, names in sorted(parties.items())}


class _Labels:
    """One printable name for each party, over all names that claims use for it."""

    def __init__(self, book: AddressBook, claims: Iterable[Claim]) -> None:
        self._book = book
        self._above: dict[str, str] = {}
        shown: dict[str, set[str]] = {}
        for claim in claims:
            first, *others = self._names(claim)
            for other in others:
                low, high = sorted((self._top(first), self._top(other)))
                self._above[high] = low
            shown.setdefault(first, set()).add(claim.service)
        self._label: dict[str, str] = {}
        for name in sorted(shown):
            top = self._top(name)
            known = [self._label[top]] if top in self._label else []
            self._label[top] = min([*known, *shown[name]])

    def __call__(self, claim: Claim) -> str:
        return self._label[self._top(self._names(claim)[0])]

    def _names(self, claim: Claim) -> list[str]:
        return sorted(self._book.party_names(claim)) or [claim.service]

    def _top(self, name: str) -> str:
        while (above := self._above.get(name, name)) != name:
            name = above
        return name


def find_tagged(store: Store, addresses: Collection[str]) -> set[str]:
    """Those of these addresses that carry any tag, for whatever ledger."""
    if len(addresses) * 4 < store.count("tags"):
        rows = store.rows("tags", columns=("canonical",), canonical=("in", sorted(addresses)))
        return {row["canonical"] for row in rows}
    wanted = addresses if isinstance(addresses, set | frozenset) else set(addresses)
    return {
        canonical for (canonical,) in store.tuples("tags", ("canonical",)) if canonical in wanted
    }


def _own(store: Store, addresses: Collection[str]) -> set[str]:
    """Addresses that stood in a seized wallet and that nobody set aside as noise."""
    noise = {row["finding_id"] for row in store.rows("triage", state="noise")}
    wanted = addresses if isinstance(addresses, set | frozenset) else set(addresses)
    return {
        row["value"]
        for row in store.rows(
            "findings", columns=("finding_id", "value"), kind="address", role="own"
        )
        if row["value"] in wanted and row["finding_id"] not in noise
    }
