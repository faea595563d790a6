"""Histories for a live trace from a node of Ethereum or its kin.

Three ways. By a history service that names transactions (it learns the accounts; each transaction is
proved at the node). By logs, for a token: the node learns the accounts. Else by looking at every block
on this machine: slow, and nobody learns anything.
Limits: by a service or by logs a history is whole as far as they say; logs tell of tokens only. In the
slow way neither counts nor code are asked for, because the node would learn the accounts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chainlead.errors import LedgerSourceError, NodeUnfitError, NotConsentedError, WireError
from chainlead.ledger import CONTRACTS
from chainlead.model import Chain, Network
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.coverage import TOO_MANY, Covered
from chainlead.workflow.fetch_evm import EvmFetch, fetch_evm_addresses
from chainlead.workflow.fetch_evm_index import fetch_evm_index
from chainlead.workflow.trace_live import Size, Wanted

_SLICE = 2_000


@dataclass(frozen=True, slots=True)
class EvmWays:
    """How accounts' transactions are found: by a service, by logs, or (neither) by every block."""

    index: NodeAddress | None = None
    by_logs: bool = False


class _Reached:
    """How far a look at blocks got."""

    def __init__(self, start: int) -> None:
        self._start = start
        self.until = start - 1

    def note(self, done: int, _total: int) -> None:
        self.until = self._start + done - 1


class EvmFetcher:
    """The histories of accounts."""

    def __init__(
        self,
        case: Case,
        node: NodeAddress,
        ways: EvmWays,
        *,
        contract: str = "",
        chain: Chain = Chain.ETHEREUM,
        network: Network = Network.MAIN,
        may_be_behind: bool = False,
        why: str = "",
    ) -> None:
        """Ask this node in one of the ways; `contract` is the token that is followed, or empty.

        Raises:
            NodeUnfitError: the coin cannot be followed by logs.
        """
        if ways.by_logs and not contract:
            raise NodeUnfitError("Logs tell of tokens only: name the token's contract.")
        self._case = case
        self._node = node
        self._ways = ways
        self._contract = contract
        self._chain = chain
        self._network = network
        self._may_be_behind = may_be_behind
        self._why = why

    @property
    def _is_open(self) -> bool:
        """Whether the node may learn the accounts."""
        return self._ways.by_logs or self._ways.index is not None

    def _talk(self) -> EvmFetch:
        return EvmFetch(self._case, self._node, self._chain, self._network, self._why)

    def tip(self) -> int:
        """The node's newest block.

        Raises:
            NodeUnfitError: another chain, or not in step.
        """
        with self._talk() as run:
            return run.require_fit(may_be_behind=self._may_be_behind).height

    def size(self, wanted: Wanted) -> Size:
        """How many transactions the account signed; a contract's history is not fetched unasked."""
        count = None
        if self._is_open:
            with self._talk() as run:
                run.fetch_contracts([wanted.place], wanted.until)
                count = self._figures(run, wanted.place, wanted.until)[0]
        row = self._case.store.lookup(
            "account_contracts", chain=self._chain.value, account=wanted.place
        )
        if row is not None and row["kind"] in CONTRACTS:
            return Size(count, f"a {row['kind']}: it may pool the money of many")
        return Size(count)

    def _figures(
        self, run: EvmFetch, account: str, height: int
    ) -> tuple[int | None, dict[str, int | None]]:
        """Count of signed transactions and balance, where that was consented to."""
        run.note("account", {"account": account, "height": height})
        try:
            contracts = [self._contract] if self._contract else []
            return run.server.find_figures(account, contracts, height)
        except (NotConsentedError, NodeUnfitError):
            return None, {}
        finally:
            run.forget()

    def fetch(self, wanted: Sequence[Wanted], most: int | None) -> Iterator[Covered]:
        """Fetch the histories in the way that was chosen."""
        if self._ways.index is not None:
            for one in wanted:
                yield self._by_index(self._ways.index, one, most)
        elif self._ways.by_logs:
            for one in wanted:
                self._addresses([one.place], one.first, one.until, by_logs=True)
                yield Covered(one.place, one.first, one.until, openings=self._openings(one))
        else:
            yield from self._by_blocks(wanted)

    def _by_index(self, index: NodeAddress, one: Wanted, most: int | None) -> Covered:
        result = fetch_evm_index(
            self._case, self._node, index, [one.place], first=one.first, last=one.until, most=most,
            **self._common(),
        )  # fmt: skip
        if one.place in result.cut:
            words = f"the service names more than {most} transactions"
            return Covered(one.place, one.first, one.until, None, TOO_MANY, words)
        (check,) = result.checks
        return Covered(one.place, one.first, one.until, check.named, openings=self._openings(one))

    def _by_blocks(self, wanted: Sequence[Wanted]) -> Iterator[Covered]:
        """Look at every block once for all of them; broken off, say how far that got."""
        first, last = min(one.first for one in wanted), max(one.until for one in wanted)
        places = [one.place for one in wanted]
        for start in range(first, last + 1, _SLICE):
            end = min(start + _SLICE - 1, last)
            reached = _Reached(start)
            try:
                self._addresses(places, start, end, progress=reached.note)
            except WireError:
                if reached.until >= start:
                    yield from (Covered(place, start, reached.until) for place in places)
                raise
            yield from (Covered(place, start, end) for place in places)

    def _addresses(self, places: list[str], first: int, last: int, **more: Any) -> None:
        fetch_evm_addresses(self._case, self._node, places, first, last, **more, **self._common())

    def _openings(self, one: Wanted) -> dict[str, int]:
        if one.first == 0:
            return {}
        with self._talk() as run:
            _, balances = self._figures(run, one.place, one.first - 1)
        units = balances.get(self._contract)
        return {} if units is None else {self._contract: units}

    def _common(self) -> dict[str, Any]:
        return {
            "chain": self._chain, "network": self._network, "why": self._why,
            "may_be_behind": self._may_be_behind,
        }  # fmt: skip

    def fetch_transactions(self, txids: Sequence[str]) -> None:
        """Fetch the blocks that hold these transactions; the node learns that they matter.

        Raises:
            LedgerSourceError: the node has none of them.
        """
        with self._talk() as run:
            state = run.require_fit(may_be_behind=self._may_be_behind)
            heights = run.find_heights([txid.lower() for txid in txids], state.height)
            if not heights:
                raise LedgerSourceError("The node has no such transaction in a block.")
            run.fetch(heights, state, (), None)
