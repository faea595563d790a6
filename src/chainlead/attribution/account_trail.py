"""A trail over accounts as its leads need it: the transfer, its place, and the tag that names a customer.

Limits: a transaction may pay one account several times; each transfer is its own deposit, named by
its place. On EVM ledgers the account that passed the money on is taken for the customer's deposit
address where chainlead's rule for such addresses finds it (inferred).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chainlead.attribution.account_deposits import DepositAddresses
from chainlead.attribution.book import AddressBook
from chainlead.attribution.claim import Deposit
from chainlead.attribution.claim_order import pools_at
from chainlead.attribution.lead_trail import ServiceEnd
from chainlead.ledger import AccountEntry, CaseAccounts
from chainlead.model import Strength, moment_to_text

_TXID = re.compile(r"[0-9a-fA-F]{64}")
_Key = tuple[str, tuple[int, ...]]


class AccountTrail:
    """A trace document over accounts, indexed."""

    def __init__(
        self, document: Mapping[str, Any], book: AddressBook, accounts: CaseAccounts | None
    ) -> None:
        """Index the document; block hashes and places come from the ledger where there is one."""
        self.document = document
        self.chain: str = document["pinned"]["chain"]
        self.direction: str = document["direction"]
        self.origin: str = document.get("asked_origin") or document["origin"][0]["txid"]
        self.is_forward = self.direction == "forward"
        self.book = book
        self.accounts = accounts
        asset = document["asset"]
        self.contract: str = asset["contract"] or ""
        self.symbol: str = asset["symbol"] if self.contract else ""
        decimals = asset["decimals"] if accounts is None else accounts.decimals
        self.decimals: int | None = decimals if self.contract else None
        self.transfers: dict[_Key, Mapping[str, Any]] = {}
        self.traced: dict[_Key, dict[str, int]] = {}
        for rule in sorted(document["rules"]):
            for told in document["rules"][rule]["transfers"]:
                key = _key(told)
                self.transfers[key] = told
                units = self.traced.setdefault(key, {})
                units[rule] = max(units.get(rule, 0), int(told["traced_units"]))
        self._into: dict[str, list[_Key]] = {}
        for key, told in self.transfers.items():
            if told["receiver"] is not None:
                self._into.setdefault(told["receiver"], []).append(key)
        self._limits = _bounds_of(document)
        self._addresses = DepositAddresses(book, self.chain, accounts)
        self._entries: dict[str, dict[tuple[int, ...], AccountEntry]] = {}

    @property
    def doubts(self) -> tuple[str, ...]:
        """That the token borrows another's symbol, if the ledger says so."""
        note = self.accounts.asset_note if self.accounts is not None else ""
        return (f"The token {self.contract}: {note}. It may be worth nothing.",) if note else ()

    def ends(self) -> Iterator[ServiceEnd]:
        """Where the trail ends at a service, in ledger order."""
        found: dict[_Key, ServiceEnd] = {}
        origin = {_key(told) for told in self.document["origin"]}
        for rule in sorted(self.document["rules"]):
            result = self.document["rules"][rule]
            stops = {
                (node["account"], node["txid"]): node
                for node in result["frontier"]
                if node["reason"] == "service" and node["account"] is not None
            }
            for told in result["transfers"]:
                far, key = told["receiver" if self.is_forward else "sender"], _key(told)
                is_start = key in origin and self.is_forward
                node = None if is_start else stops.get((far, told["txid"]))
                if node is not None:
                    strength = Strength(node.get("strength") or "asserted")
                    end = ServiceEnd(_place(key), far, node["note"], strength)
                elif is_start and self._starts_at_service(far):
                    end = ServiceEnd(_place(key), far, "", Strength.ASSERTED)
                else:
                    continue
                found.setdefault(key, end).traced_units[rule] = self.traced[key][rule]
        yield from (found[key] for key in sorted(found, key=lambda key: (key[1], key[0])))

    def _starts_at_service(self, account: str | None) -> bool:
        """Whether the question named a payment into a service: the trail then starts at its end."""
        if account is None or not _TXID.fullmatch(self.origin):
            return False
        return pools_at(self.book, self.chain, account)

    def deposits(self, end: ServiceEnd, party: str) -> Iterator[Deposit]:
        """The transfers to name: into the customer's deposit address where it is known, else the end's."""
        key = _key_of(end.place)
        told = self.transfers[key]
        sender = told["sender"]
        if self.is_forward and sender is not None:
            on_trail = [self.transfers[each] for each in self._into.get(sender, ())]
            found = self._addresses.lookup(sender, party, forward_txid=key[0])
            for deposit in on_trail:
                if found is not None and deposit["txid"] in found.deposit_txids:
                    yield self._deposit(
                        deposit,
                        service_address=end.address,
                        sweep_txid=key[0],
                        inference=found.sentence,
                    )
            if found is not None and any(d["txid"] in found.deposit_txids for d in on_trail):
                return
        yield self._deposit(told, service_address=end.address)

    def into(self, account: str) -> tuple[Deposit, ...]:
        """The traced transfers that an account received, in ledger order."""
        keys = sorted(self._into.get(account, ()), key=lambda key: (key[1], key[0]))
        return tuple(self._deposit(self.transfers[key], service_address="") for key in keys)

    def only_pays(self, account: str, party: str) -> bool:
        """Whether an account pays nobody but this party, as far as the ledger goes."""
        return self._addresses.only_pays(account, party)

    def _deposit(
        self,
        told: Mapping[str, Any],
        *,
        service_address: str,
        sweep_txid: str | None = None,
        inference: str = "",
    ) -> Deposit:
        key = _key(told)
        entry = self._entry(key)
        mined_at: str | None = told["mined_at"]
        if entry is not None and entry.mined_at is not None:
            mined_at = moment_to_text(entry.mined_at)
        bounds = self._bounds(told)
        return Deposit(
            txid=told["txid"],
            output_index=None,
            address=told["receiver"] or "",
            amount_units=entry.amount_units if entry else int(told["amount_units"]),
            traced_units=dict(sorted(self.traced[key].items())),
            height=entry.height if entry else told["height"],
            block_hash=entry.block_hash or None if entry else None,
            mined_at=mined_at,
            sweep_txid=sweep_txid,
            service_address=service_address,
            inference=inference,
            memo=self._memo(told),
            contract=self.contract,
            symbol=self.symbol,
            decimals=self.decimals,
            transfer_place=self._where(key, entry),
            sender=told["sender"] or "",
            least_units=bounds[0],
            most_units=bounds[1],
        )

    def _memo(self, told: Mapping[str, Any]) -> str:
        """The transfer's own; else that of its transaction, which paid the account in another asset."""
        memo: str = told["memo"] or ""
        if memo or self.accounts is None or told["receiver"] is None:
            return memo
        return self.accounts.memo_in(told["txid"], told["receiver"])

    def _where(self, key: _Key, entry: AccountEntry | None) -> str:
        """The log, call or value; else the transfer's number among those of its transaction."""
        if entry is not None and entry.place:
            return entry.place
        if entry is None:
            return ""
        entries = self._of_transaction(key[0])
        number = sorted(entries).index(key[1]) + 1
        return entry.kind if len(entries) == 1 else f"{entry.kind} {number} of {len(entries)}"

    def _bounds(self, told: Mapping[str, Any]) -> tuple[int | None, int | None]:
        """Least and most that can have come this way, where the trail ends with it."""
        named = (told["receiver"], told["txid"], told["memo"], told["amount_units"])
        found = self._limits.get(named)
        if found is None or found.places != 1:
            return None, None
        return found.least_units, min(found.most_units, int(told["amount_units"]))

    def _entry(self, key: _Key) -> AccountEntry | None:
        return self._of_transaction(key[0]).get(key[1])

    def _of_transaction(self, txid: str) -> dict[tuple[int, ...], AccountEntry]:
        if self.accounts is None:
            return {}
        if txid not in self._entries:
            entries = self.accounts.transfers_in(txid)
            self._entries[txid] = {entry.order: entry for entry in entries}
        return self._entries[txid]


def _key(told: Mapping[str, Any]) -> _Key:
    return told["txid"], tuple(told["order"])


def _place(key: _Key) -> str:
    return f"{key[0]} {'.'.join(map(str, key[1]))}"


def _key_of(place: str) -> _Key:
    txid, _, order = place.partition(" ")
    return txid, tuple(map(int, order.split(".")))


@dataclass(slots=True)
class _Limit:
    """The bounds of ends that one account, transaction, tag and amount name; `places` of them."""

    least_units: int = 0
    most_units: int = 0
    places: int = 0


def _bounds_of(document: Mapping[str, Any]) -> dict[tuple[Any, ...], _Limit]:
    found: dict[tuple[Any, ...], _Limit] = {}
    bounds = document.get("bounds") or {"least": (), "most": ()}
    for node in bounds["most"]:
        limit = found.setdefault(_named(node), _Limit())
        limit.most_units += int(node["traced_units"])
        limit.places += 1
    for node in bounds["least"]:
        if (known := found.get(_named(node))) is not None:
            known.least_units += int(node["traced_units"])
    return found


def _named(node: Mapping[str, Any]) -> tuple[Any, ...]:
    return (node["account"], node["txid"], node["memo"], node["amount_units"])
