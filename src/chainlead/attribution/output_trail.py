"""A trail over outputs as its leads need it: where it ends at a service, and what to name there.

Where the trail went on in one sweep to the tagged wallet, the deposit is one hop before it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chainlead.attribution.book import AddressBook
from chainlead.attribution.claim import Deposit
from chainlead.attribution.claim_order import party_at, pools_at
from chainlead.attribution.lead_trail import ServiceEnd
from chainlead.attribution.sweep import SweepCard, lookup_sweep
from chainlead.ledger import LedgerView
from chainlead.model import Outpoint, Strength, Txid, moment_to_text


class OutputTrail:
    """A trace document over outputs, indexed."""

    def __init__(
        self, document: Mapping[str, Any], book: AddressBook, ledger: LedgerView | None
    ) -> None:
        """Index the document; heights, hashes and times come from the ledger where there is one."""
        self.document = document
        self.chain: str = document["pinned"]["chain"]
        self.direction: str = document["direction"]
        self.origin: str = document["origin"]
        self.book = book
        self.ledger = ledger
        self.transactions = {each["txid"]: each for each in document.get("transactions", ())}
        self.spenders = {
            spent["outpoint"]: transaction
            for transaction in self.transactions.values()
            for spent in transaction["inputs"]
        }
        self.bounds = {
            bound["outpoint"]: (_units(bound["least_units"]), _units(bound["most_units"]))
            for bound in document.get("bounds", ())
            if bound["outpoint"] is not None
        }
        self.traced: dict[str, dict[str, int]] = {}
        self.places: dict[str, Mapping[str, Any]] = {}
        for rule in sorted(document["rules"]):
            for node in (
                *document["rules"][rule].get("transfers", ()),
                *document["rules"][rule]["frontier"],
            ):
                if node["outpoint"] is not None:
                    units = self.traced.setdefault(node["outpoint"], {})
                    units[rule] = max(units.get(rule, 0), int(node["traced_units"]))
                    self.places[node["outpoint"]] = node

    @property
    def doubts(self) -> tuple[str, ...]:
        """None: a chain's own coin is what it is."""
        return ()

    def ends(self) -> Iterator[ServiceEnd]:
        """Where the trail ends at a service, by outpoint."""
        found: dict[str, ServiceEnd] = {}
        for rule in sorted(self.document["rules"]):
            for node in self.document["rules"][rule]["frontier"]:
                if (
                    node["reason"] != "service"
                    or node["outpoint"] is None
                    or node["address"] is None
                ):
                    continue
                strength = Strength(node.get("strength") or "asserted")
                end = found.setdefault(
                    node["outpoint"],
                    ServiceEnd(node["outpoint"], node["address"], node["note"], strength),
                )
                end.traced_units[rule] = int(node["traced_units"])
            for told in self._origin_at_service(rule):
                end = found.setdefault(
                    told["outpoint"],
                    ServiceEnd(told["outpoint"], told["address"], "", Strength.ASSERTED),
                )
                end.traced_units[rule] = int(told["traced_units"])
        yield from (found[key] for key in sorted(found))

    def _origin_at_service(self, rule: str) -> Iterator[Mapping[str, Any]]:
        """Outputs of the origin that a service holds, where the question named a payment."""
        if self.direction != "forward" or self.document.get("origin_kind") in {None, "address"}:
            return
        for told in self.document["rules"][rule].get("transfers", ()):
            is_start = told.get("hop") == 0 and told["address"] is not None
            if is_start and pools_at(self.book, self.chain, told["address"]):
                yield told

    def deposits(self, end: ServiceEnd, party: str) -> Iterator[Deposit]:
        """The transfers to name for one end: at the end itself, or one hop from it."""
        txid = end.place.partition(":")[0]
        if self.direction == "backward":
            spender = self.spenders.get(end.place)
            paid_out = [
                output
                for output in (spender or {"outputs": ()})["outputs"]
                if output["outpoint"] in self.traced and output["address"] is not None
            ]
            for output in paid_out:
                yield self.deposit_at(output["outpoint"], service_address=end.address)
            if paid_out:
                return
        elif (transaction := self.transactions.get(txid)) is not None:
            sweep = lookup_sweep(
                transaction,
                on_trail=self.traced.keys(),
                held_by_service=lambda address: self._is_held_by(address, party),
            )
            if sweep is not None:
                for outpoint in sweep.deposits:
                    yield self.deposit_at(
                        outpoint,
                        service_address=end.address,
                        sweep_txid=txid,
                        inference=SweepCard.sentence(len(sweep.addresses)),
                    )
                return
        yield self.deposit_at(end.place, service_address=end.address)

    def _is_held_by(self, address: str, party: str) -> bool:
        return party_at(self.book, self.chain, address) == party

    def deposit_at(
        self,
        outpoint: str,
        *,
        service_address: str = "",
        sweep_txid: str | None = None,
        inference: str = "",
    ) -> Deposit:
        """One output as a request names it."""
        place = Outpoint.from_display(outpoint)
        least_units, most_units = self.bounds.get(outpoint, (None, None))
        address, amount_units = self._paid(place)
        height, block_hash, mined_at = self._block(place.txid)
        return Deposit(
            txid=place.txid.display,
            output_index=place.output_index,
            address=address,
            amount_units=amount_units,
            traced_units=dict(sorted(self.traced.get(outpoint, {}).items())),
            least_units=least_units,
            most_units=most_units,
            height=height,
            block_hash=block_hash,
            mined_at=mined_at,
            sweep_txid=sweep_txid,
            service_address=service_address,
            inference=inference,
        )

    def _paid(self, place: Outpoint) -> tuple[str, int]:
        output = self.ledger.lookup_output(place) if self.ledger else None
        if output is not None:
            return output.address or "", output.amount_units
        node = self.places.get(str(place))
        if node is None:
            outputs = self.transactions[place.txid.display]["outputs"]
            node = next(each for each in outputs if each["outpoint"] == str(place))
        return node["address"] or "", int(node["amount_units"])

    def _block(self, txid: Txid) -> tuple[int | None, str | None, str | None]:
        known = self.ledger.lookup_transaction(txid) if self.ledger else None
        if known is not None:
            return (
                known.height,
                known.block_hash.display if known.block_hash else None,
                moment_to_text(known.mined_at) if known.mined_at else None,
            )
        told = self.transactions.get(txid.display, {})
        return told.get("height"), told.get("block_hash"), told.get("mined_at")


def _units(told: str | None) -> int | None:
    return None if told is None else int(told)
