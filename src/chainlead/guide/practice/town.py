"""The town: a large practice world for measuring heuristics, with the truth about every output.

Unlike the story of the demo it has no plot: people, shops, exchanges and mixers go about their
business with different wallet programs. What is known of it: the owner of each address, whose money
each output is, for which customer a service holds it, which output is change, what each transaction
is for and by which protocol several people made it. What nobody can know, and is not claimed here:
which units inside one owner's merged coins went where. Coins of one owner are interchangeable.

Every name ends in `.example` or is a role; addresses belong to the regression-test network.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chainlead.guide.practice.economy import Coin, Economy, Funders, SentTransaction
from chainlead.guide.practice.services import NestedExchange, Service

MAX_FILE_BLOCKS = 2_000


@dataclass(frozen=True)
class Town:
    """The finished town and its truth. Outpoints are `txid:index`, ids as explorers print them."""

    seed: str
    size: int
    economy: Economy
    services: tuple[Service, ...]
    nested: tuple[NestedExchange, ...]

    @property
    def transactions(self) -> list[SentTransaction]:
        """Every transaction after the first block's, in chain order, with owners."""
        return self.economy.sent

    @cached_property
    def _coins(self) -> dict[str, tuple[Coin, Funders]]:
        return {
            coin.outpoint: (coin, funders)
            for sent in self.transactions
            for coin, funders in zip(sent.made, sent.funders, strict=True)
        }

    @cached_property
    def _sent(self) -> dict[str, SentTransaction]:
        return {sent.txid: sent for sent in self.transactions}

    @cached_property
    def _owners(self) -> dict[str, str]:
        return {coin.address: coin.owner for coin, _ in self._coins.values() if coin.address}

    def owner_of(self, address: str) -> str:
        """Who holds the key. Raises KeyError for an address that the town never used."""
        return self._owners[address]

    def addresses(self) -> Iterable[str]:
        """Every address that ever received, in chain order."""
        return self._owners

    def coin(self, outpoint: str) -> Coin:
        """The output with its owner, purpose, wallet and customer."""
        return self._coins[outpoint][0]

    def owners_of_outputs(self, txid: str) -> tuple[str, ...]:
        """The owner of each output, in order; empty text for one that nobody can spend."""
        return tuple(coin.owner for coin in self._sent[txid].made)

    def owners_of_inputs(self, txid: str) -> tuple[str, ...]:
        """The owner of each input, in order."""
        return tuple(coin.owner for coin in self._sent[txid].spent)

    def funders_of(self, outpoint: str) -> Funders:
        """Whose money it was, in satoshi; new coins have no funder."""
        return self._coins[outpoint][1]

    def is_change(self, outpoint: str) -> bool:
        """Whether it is the rest of a payment, back to the one who paid."""
        return self.coin(outpoint).purpose in {"change", "mix change"}

    def sent(self, txid: str) -> SentTransaction:
        """The transaction with its truth."""
        return self._sent[txid]

    def purpose_of(self, txid: str) -> str:
        """Why it was made: payment, sweep, batch payout, peel, tx0, mix, dust and so on."""
        return self._sent[txid].purpose

    def protocol_of(self, txid: str) -> str:
        """The protocol of a transaction that several people made; empty for an ordinary one."""
        return self._sent[txid].protocol

    def has_several_payers(self, txid: str) -> bool:
        """Whether different people put coins in."""
        return len(set(self.owners_of_inputs(txid))) > 1

    def is_deposit_address(self, address: str) -> bool:
        """Whether a service showed it to a customer."""
        return address in self._deposit_addresses

    @cached_property
    def _deposit_addresses(self) -> frozenset[str]:
        inboxes = {script for service in self.services for script in service.inboxes}
        return frozenset(coin.address for coin, _ in self._coins.values() if coin.script in inboxes)

    def write_blocks(self, folder: Path) -> None:
        """The chain as a node's block files, which `chainlead ledger add` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        blocks = self.economy.blocks
        for number, start in enumerate(range(0, len(blocks), MAX_FILE_BLOCKS)):
            part = blocks[start : start + MAX_FILE_BLOCKS]
            (folder / f"blk{number:05d}.dat").write_bytes(b"".join(b.framed for b in part))
