"""Follows money through the ledger, forward or backward, under several rules at once.

Transactions are taken in chain order (forward) or in reverse (backward), so each is seen once, when
all that can reach it has reached it: the answer depends on the ledger up to its pin, and on nothing
else. All rules walk together over the union of their trails, so limits stop them at the same places
and their figures can be compared. docs/design/taint.md says what each stop means.
"""

from collections.abc import Callable, Iterable
from typing import Any

from chainlead.errors import OriginNotFoundError, TransactionInvalidError
from chainlead.ledger import LedgerView, Output, Transaction
from chainlead.model import Outpoint, Txid, moment_from_unix, moment_to_text
from chainlead.trace.heuristics.equal_output import EqualOutput, MixingRound
from chainlead.trace.origin import Origin
from chainlead.trace.pending import Pending
from chainlead.trace.rule import Source, TaintRule
from chainlead.trace.trace import (
    Direction,
    FrontierNode,
    Limits,
    Reason,
    RuleResult,
    StopRule,
    Trace,
    TracedTransfer,
)

Gate = Callable[[Transaction], MixingRound | None]

_FEE_PLACE = 1 << 33
_NOWHERE = 1 << 62


def walk(
    ledger: LedgerView,
    origin: Origin,
    *,
    direction: Direction = Direction.FORWARD,
    rules: Iterable[TaintRule[Any]],
    limits: Limits | None = None,
    stop: StopRule | None = None,
    gate: Gate | None = None,
) -> Trace:
    """Follow an origin until the trail honestly stops.

    Args:
        ledger: what is known; the result is pinned to its last block.
        origin: an address (all its outputs inside the time window), a transaction (all its
            outputs), or one output.
        direction: where the money went, or where it came from.
        rules: the taint rules; see `find_rules`.
        limits: hops, transactions, block time.
        stop: says which output ends the trail, for example because a service holds it. It is not
            asked about the origin itself.
        gate: says which transaction is a mixing round; equal outputs if left out.

    Raises:
        OriginNotFoundError: the ledger does not hold the origin.
        TransactionInvalidError: a transaction on the trail pays out more than it takes in.
    """
    run = _Walk(
        ledger,
        direction,
        tuple(rules),
        limits=limits or Limits(),
        stop=stop,
        gate=gate or EqualOutput().judge,
    )
    run.start(origin)
    while run.step():
        pass
    return run.finish(origin)


class _Trail:
    """One rule's state: what is traced where, and where it ended."""

    def __init__(self, rule: TaintRule[Any]) -> None:
        self.rule = rule
        self.states: dict[Outpoint, Any] = {}
        self.origin_units = 0
        self.returned_units = 0
        self.stops: list[tuple[int, FrontierNode]] = []
        self.notes: list[str] = []

    def units(self, outpoint: Outpoint) -> int:
        state = self.states.get(outpoint)
        return 0 if state is None else self.rule.traced_units(state)


class _Walk:
    def __init__(
        self,
        ledger: LedgerView,
        direction: Direction,
        rules: tuple[TaintRule[Any], ...],
        *,
        limits: Limits,
        stop: StopRule | None,
        gate: Gate,
    ) -> None:
        self.ledger = ledger
        self.forward = direction is Direction.FORWARD
        self.limits = limits
        self.stop = stop
        self.gate = gate
        self.trails = tuple(_Trail(rule) for rule in rules)
        self.origin_outpoints: frozenset[Outpoint] = frozenset()
        self.outputs: dict[Outpoint, Output] = {}
        self.hops: dict[Outpoint, int] = {}
        self.makers: dict[Txid, Transaction | None] = {}
        self.followed: dict[Txid, Transaction] = {}
        self.pending = Pending(ledger, forward=self.forward)

    def start(self, origin: Origin) -> None:
        """Mark the origin's outputs whole and look where each goes next."""
        marked = self._origin_outputs(origin)
        self.origin_outpoints = frozenset(output.outpoint for output in marked)
        for output in marked:
            self.outputs[output.outpoint] = output
            self.hops[output.outpoint] = 0
            for trail in self.trails:
                if output.amount_units:
                    trail.states[output.outpoint] = trail.rule.mark_whole(output.amount_units)
                trail.origin_units += output.amount_units
        for output in marked:
            if output.amount_units:
                self._schedule(output)

    def _origin_outputs(self, origin: Origin) -> list[Output]:
        if origin.address is not None:
            known = {output.outpoint: output for output in self.ledger.outputs_to(origin.address)}
            if not known:
                raise OriginNotFoundError(
                    "The ledger of this case holds no output that pays the address."
                )
            inside = [o for o in known.values() if self._is_inside(self._maker(o.outpoint.txid))]
            if not inside:
                raise OriginNotFoundError(
                    f"None of the {len(known)} outputs that pay the address lies in the time window.",
                    next_step="Widen --since and --until, or leave them out.",
                )
            return sorted(inside, key=lambda output: self._place(output.outpoint))
        txid = origin.outpoint.txid if origin.outpoint else origin.txid
        assert txid is not None
        transaction = self._maker(txid)
        if origin.outpoint is not None:
            output = self.ledger.lookup_output(origin.outpoint)
            if output is None:
                seen = f"; it has {len(transaction.outputs)} outputs" if transaction else ""
                raise OriginNotFoundError(
                    f"The ledger of this case holds no output {origin.outpoint}{seen}."
                )
            return [output]
        if transaction is None:
            raise OriginNotFoundError(f"The ledger of this case holds no transaction {txid}.")
        return list(transaction.outputs)

    def step(self) -> bool:
        """Follow the next transaction; False when nothing is left, or the limit is reached."""
        if len(self.followed) >= self.limits.transactions:
            note = f"limit of {self.limits.transactions} transactions reached"
            for _, outpoints in self.pending.drain():
                for outpoint in outpoints:
                    self._end(self.outputs[outpoint], Reason.LIMIT, note)
            return False
        following = self.pending.pop()
        if following is None:
            return False
        transaction, outpoints = following
        self.followed[transaction.txid] = transaction
        self.makers.setdefault(transaction.txid, transaction)
        _require_sound(transaction)
        if self.forward:
            self._follow_forward(transaction, outpoints)
        else:
            self._follow_backward(transaction, outpoints)
        return True

    def _follow_forward(self, transaction: Transaction, traced: list[Outpoint]) -> None:
        missing = _missing(transaction)
        fee_units = transaction.fee_units
        sinks = [output.amount_units for output in transaction.outputs]
        if fee_units is not None:
            sinks.append(fee_units)
        arrivals: list[dict[int, Any]] = [{} for _ in transaction.outputs]
        for number, trail in enumerate(self.trails):
            if not any(outpoint in trail.states for outpoint in traced):
                continue
            if missing and trail.rule.needs_every_amount:
                self._end_unknown(trail, transaction, traced, missing)
                continue
            sources = [
                Source(spent.previous.amount_units, trail.states.get(spent.previous.outpoint))
                for spent in transaction.inputs
                if spent.previous is not None
            ]
            states = trail.rule.spread(sources, sinks)
            if fee_units is None:
                trail.notes.append(
                    f"the fee of {transaction.txid} is not known: {_unknown(missing)}"
                )
            elif states[-1] is not None:
                self._end_fee(trail, transaction, fee_units, states[-1], traced)
            for index, state in enumerate(states[: len(arrivals)]):
                if state is not None:
                    arrivals[index][number] = state
        hop = 1 + min(self.hops[outpoint] for outpoint in traced)
        for output, states_here in zip(transaction.outputs, arrivals, strict=True):
            self._arrive(output, states_here, hop)

    def _follow_backward(self, transaction: Transaction, traced: list[Outpoint]) -> None:
        missing = _missing(transaction)
        known = [spent.previous for spent in transaction.inputs if spent.previous is not None]
        sinks = [output.amount_units for output in known]
        arrivals: list[dict[int, Any]] = [{} for _ in known]
        for number, trail in enumerate(self.trails):
            if not any(outpoint in trail.states for outpoint in traced):
                continue
            if missing:
                self._end_unknown(trail, transaction, traced, missing)
                if trail.rule.needs_every_amount:
                    continue
            sources = [
                Source(output.amount_units, trail.states.get(output.outpoint))
                for output in transaction.outputs
            ]
            if transaction.fee_units is not None:
                sources.append(Source(transaction.fee_units, None))
            for index, state in enumerate(trail.rule.gather(sources, sinks)):
                if state is not None:
                    arrivals[index][number] = state
        hop = 1 + min(self.hops[outpoint] for outpoint in traced)
        for output, states_here in zip(known, arrivals, strict=True):
            self._arrive(output, states_here, hop)

    def _arrive(self, output: Output, states: dict[int, Any], hop: int) -> None:
        outpoint = output.outpoint
        if not states:
            return
        if outpoint in self.origin_outpoints:  # already traced whole: count each unit once
            for number, state in states.items():
                trail = self.trails[number]
                trail.returned_units += trail.rule.traced_units(state)
            return
        self.outputs[outpoint] = output
        self.hops[outpoint] = hop
        for number, state in states.items():
            self.trails[number].states[outpoint] = state
        ordered = self.stop(output) if self.stop else None
        if ordered is not None:
            self._end(output, ordered.reason, ordered.note)
        else:
            self._schedule(output)

    def _schedule(self, output: Output) -> None:
        """Find the next transaction for this output, or the reason why there is none."""
        outpoint = output.outpoint
        if self.forward:
            following = self.ledger.lookup_spender(outpoint)
            if following is None:
                self._end(output, Reason.UNSPENT, self._unspent_note(output))
                return
        else:
            following = self._maker(outpoint.txid)
            if following is None:
                note = f"transaction {outpoint.txid} is not in the known blocks"
                self._end(output, Reason.LEFT_KNOWN_BLOCKS, note)
                return
            if following.is_coinbase:
                note = "new coins and fees of this block; not followed to those who paid the fees"
                self._end(output, Reason.COINBASE, note)
                return
        mixing = self.gate(following)
        if mixing is not None:
            verb = "entered" if self.forward else "came out of"
            note = (
                f"{verb} a mixing round of {mixing.participants} participants, not followed "
                f"(transaction {following.txid})"
            )
            self._end(output, Reason.MIXING, note)
        elif not self._is_inside(following):
            self._end(output, Reason.LIMIT, self._window_note(following))
        elif self.hops[outpoint] >= self.limits.hops:
            self._end(output, Reason.LIMIT, f"limit of {self.limits.hops} hops reached")
        elif following.txid in self.followed:
            note = f"the ledger's order of transaction {following.txid} contradicts itself"
            self._end(output, Reason.LEFT_KNOWN_BLOCKS, note)
        else:
            self.pending.add(following, outpoint)

    def _end(self, output: Output, reason: Reason, note: str) -> None:
        for trail in self.trails:
            if output.outpoint in trail.states:
                self._end_one(trail, output, reason, note)

    def _end_one(self, trail: _Trail, output: Output, reason: Reason, note: str) -> None:
        maker = self._maker(output.outpoint.txid)
        node = FrontierNode(
            outpoint=output.outpoint,
            address=output.address,
            amount_units=output.amount_units,
            traced_units=trail.units(output.outpoint),
            reason=reason,
            note=note,
            height=maker.height if maker else None,
            txid=output.outpoint.txid,
            hop=self.hops[output.outpoint],
        )
        trail.stops.append((output.outpoint.output_index, node))

    def _end_unknown(
        self,
        trail: _Trail,
        transaction: Transaction,
        traced: list[Outpoint],
        missing: list[Outpoint],
    ) -> None:
        verb = "spent in" if self.forward else "made by"
        exact = "" if trail.rule.needs_every_amount else "; its known inputs are followed"
        note = f"{verb} {transaction.txid}, where {_unknown(missing)}{exact}"
        for outpoint in traced:
            if outpoint in trail.states:
                self._end_one(trail, self.outputs[outpoint], Reason.LEFT_KNOWN_BLOCKS, note)

    def _end_fee(
        self,
        trail: _Trail,
        transaction: Transaction,
        fee_units: int,
        state: Any,
        traced: list[Outpoint],
    ) -> None:
        node = FrontierNode(
            outpoint=None,
            address=None,
            amount_units=fee_units,
            traced_units=trail.rule.traced_units(state),
            reason=Reason.FEE,
            note="paid to the miner; not followed into the block's coinbase",
            height=transaction.height,
            txid=transaction.txid,
            hop=1 + min(self.hops[outpoint] for outpoint in traced),
        )
        trail.stops.append((_FEE_PLACE, node))

    def _maker(self, txid: Txid) -> Transaction | None:
        if txid not in self.makers:
            self.makers[txid] = self.ledger.lookup_transaction(txid)
        return self.makers[txid]

    def _place(self, outpoint: Outpoint) -> tuple[int, int, bytes, int]:
        maker = self._maker(outpoint.txid)
        order = maker.order if maker else (_NOWHERE, _NOWHERE, outpoint.txid.wire)
        return (*order, outpoint.output_index)

    def _is_inside(self, transaction: Transaction | None) -> bool:
        """Whether the block time lies in the window; without a block, it is later than all."""
        mined_at = transaction.mined_at if transaction else None
        since, until = self.limits.since_unix, self.limits.until_unix
        if mined_at is None:
            return until is None
        seconds = mined_at.timestamp()
        return (since is None or seconds >= since) and (until is None or seconds <= until)

    def _window_note(self, transaction: Transaction) -> str:
        mined_at = transaction.mined_at
        when = moment_to_text(mined_at) if mined_at else "not yet in a block"
        since, until = self.limits.since_unix, self.limits.until_unix
        ends = [
            f"{word} {moment_to_text(moment_from_unix(end))}"
            for word, end in (("since", since), ("until", until))
            if end is not None
        ]
        return (
            f"transaction {transaction.txid} ({when}) is outside the time window {' '.join(ends)}"
        )

    def _unspent_note(self, output: Output) -> str:
        if output.script[:1] == b"\x6a":
            return "can never be spent (OP_RETURN)"
        height = self.ledger.pin.height
        return (
            f"not spent up to height {height}"
            if height is not None
            else "not spent as far as known"
        )

    def finish(self, origin: Origin) -> Trace:
        """The answer, sorted by place in the chain."""
        makers = {o.txid: self._maker(o.txid) for o in self.outputs}
        seen = {**self.followed, **{txid: t for txid, t in makers.items() if t is not None}}
        return Trace(
            origin=str(origin),
            direction=Direction.FORWARD if self.forward else Direction.BACKWARD,
            pin=self.ledger.pin,
            limits=self.limits,
            transactions=tuple(sorted(seen.values(), key=lambda t: t.order)),
            rules=tuple(self._result(trail) for trail in self.trails),
        )

    def _result(self, trail: _Trail) -> RuleResult:
        notes = list(trail.notes)
        origin_units = trail.origin_units
        if trail.rule.conserves and trail.returned_units:
            origin_units -= trail.returned_units
            notes.append(
                f"{trail.returned_units} base units came back to the origin; they are counted once"
            )

        def place(stop: tuple[int, FrontierNode]) -> tuple[int, int, bytes, int]:
            index, node = stop
            return (*self._place(Outpoint(node.txid, 0))[:3], index)

        return RuleResult(
            rule=trail.rule.name,
            origin_units=origin_units,
            transfers=tuple(
                self._transfer(trail, outpoint)
                for outpoint in sorted(trail.states, key=self._place)
            ),
            frontier=tuple(node for _, node in sorted(trail.stops, key=place)),
            conserves=trail.rule.conserves,
            notes=tuple(notes),
        )

    def _transfer(self, trail: _Trail, outpoint: Outpoint) -> TracedTransfer:
        output = self.outputs[outpoint]
        maker = self._maker(outpoint.txid)
        return TracedTransfer(
            outpoint=outpoint,
            address=output.address,
            amount_units=output.amount_units,
            traced_units=trail.units(outpoint),
            height=maker.height if maker else None,
            mined_at_unix=int(maker.mined_at.timestamp()) if maker and maker.mined_at else None,
            hop=self.hops[outpoint],
        )


def _missing(transaction: Transaction) -> list[Outpoint]:
    return [
        spent.outpoint
        for spent in transaction.inputs
        if spent.previous is None and spent.outpoint is not None
    ]


def _unknown(missing: list[Outpoint]) -> str:
    named = ", ".join(str(outpoint) for outpoint in missing[:3])
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return f"the amount of input {named}{more} is not in the known blocks"


def _require_sound(transaction: Transaction) -> None:
    spent = [entry.outpoint for entry in transaction.inputs]
    fee_units = transaction.fee_units
    if (fee_units is not None and fee_units < 0) or len(set(spent)) != len(spent):
        raise TransactionInvalidError(
            f"Transaction {transaction.txid} pays out more than it takes in, or spends one output "
            "twice; no amount after it can be right.",
            safe="Nothing was stored.",
            next_step="Check the source that the transaction came from against another one.",
        )
