"""Follows money through the ledger, forward or backward, under several rules at once.

Transactions are taken in chain order (forward) or in reverse (backward), so each is seen once, when
all that can reach it has reached it: the answer depends on the ledger up to its pin, and on nothing
else. All rules walk together over the union of their trails, so limits stop them at the same places
and their figures can be compared. docs/design/taint.md says what each stop means.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chainlead.errors import OriginNotFoundError, TransactionInvalidError
from chainlead.ledger import LedgerView, Output, Transaction
from chainlead.model import Outpoint, Txid
from chainlead.trace.heuristics.coinjoin.gate import CoinJoinGate
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.makers import Makers, describe_window, is_inside
from chainlead.trace.origin import Origin
from chainlead.trace.pending import Pending
from chainlead.trace.rule import Source, TaintRule
from chainlead.trace.trace import Direction, Limits, Reason, Stop, StopRule, Trace
from chainlead.trace.trail import Trail

Gate = Callable[[Transaction], MixingRound | None]
Progress = Callable[[int, int], None]


def walk(
    ledger: LedgerView,
    origin: Origin,
    *,
    direction: Direction = Direction.FORWARD,
    rules: Iterable[TaintRule[Any]],
    limits: Limits | None = None,
    stop: StopRule | None = None,
    unsought: StopRule | None = None,
    gate: Gate | None = None,
    progress: Progress | None = None,
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
        unsought: says of an output that no known transaction spends that nobody has looked for one;
            without it such an output is unspent.
        gate: says which transaction is a mixing round; `CoinJoinGate` if left out.
        progress: called with the transactions followed so far and the number that the limit allows,
            which becomes the number followed when the walk is done.

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
        unsought=unsought,
        gate=gate or CoinJoinGate(ledger).judge,
    )
    run.start(origin)
    while run.step():
        if progress:
            progress(len(run.followed), run.limits.transactions)
    if progress:
        progress(len(run.followed), len(run.followed))
    return run.finish(origin)


class _Walk:
    def __init__(
        self,
        ledger: LedgerView,
        direction: Direction,
        rules: tuple[TaintRule[Any], ...],
        *,
        limits: Limits,
        stop: StopRule | None,
        unsought: StopRule | None,
        gate: Gate,
    ) -> None:
        self.ledger = ledger
        self.pin = ledger.pin
        self.direction = direction
        self.forward = direction is Direction.FORWARD
        self.limits = limits
        self.stop = stop
        self.unsought = unsought
        self.gate = gate
        self.makers = Makers(ledger)
        self.trails = tuple(Trail(rule, self.makers) for rule in rules)
        self.origin_outpoints: frozenset[Outpoint] = frozenset()
        self.outputs: dict[Outpoint, Output] = {}
        self.hops: dict[Outpoint, int] = {}
        self.followed: dict[Txid, Transaction] = {}
        self.pending = Pending(ledger, forward=self.forward)
        self.verdicts: dict[Txid, MixingRound | None] = {}

    def start(self, origin: Origin) -> None:
        """Mark the origin's outputs whole and look where each goes next."""
        marked = self._origin_outputs(origin)
        self.origin_outpoints = frozenset(output.outpoint for output in marked)
        for output in marked:
            self.outputs[output.outpoint] = output
            self.hops[output.outpoint] = 0
            for trail in self.trails:
                trail.mark(output)
        for output in marked:
            if output.amount_units:
                self._look_on(output)

    def _origin_outputs(self, origin: Origin) -> list[Output]:
        if origin.address is not None:
            return self._outputs_to(origin.address)
        txid = origin.outpoint.txid if origin.outpoint else origin.txid
        assert txid is not None
        transaction = self.makers.lookup(txid)
        if origin.outpoint is None:
            if transaction is None:
                raise OriginNotFoundError(f"The ledger of this case holds no transaction {txid}.")
            return list(transaction.outputs)
        output = self.ledger.lookup_output(origin.outpoint)
        if output is None:
            many = f"; that transaction has {len(transaction.outputs)}" if transaction else ""
            raise OriginNotFoundError(
                f"The ledger of this case holds no output {origin.outpoint}{many}."
            )
        return [output]

    def _outputs_to(self, address: str) -> list[Output]:
        known = {output.outpoint: output for output in self.ledger.outputs_to(address)}
        if not known:
            raise OriginNotFoundError("The ledger of this case holds no output to this address.")
        inside = [
            o for o in known.values() if is_inside(self.makers.lookup(o.outpoint.txid), self.limits)
        ]
        if not inside:
            raise OriginNotFoundError(
                f"All {len(known)} known outputs to this address are outside the time window.",
                next_step="Widen --since and --until, or leave them out.",
            )
        return sorted(inside, key=lambda output: self.makers.place(output.outpoint))

    def step(self) -> bool:
        """Follow the next transaction; False when nothing is left, or the limit is reached."""
        if len(self.followed) >= self.limits.transactions:
            stop = Stop(Reason.LIMIT, f"limit of {self.limits.transactions} transactions reached")
            for outpoint in self.pending.drain():
                self._end(self.outputs[outpoint], stop)
            return False
        following = self.pending.pop()
        if following is None:
            return False
        transaction, traced = following
        _require_sound(transaction)
        self.followed[transaction.txid] = transaction
        if self.forward:
            self._follow_forward(transaction, traced)
        else:
            self._follow_backward(transaction, traced)
        for trail in self.trails:
            trail.leave(traced)
        return True

    def _follow_forward(self, transaction: Transaction, traced: list[Outpoint]) -> None:
        hop = 1 + min(self.hops[outpoint] for outpoint in traced)
        missing = _missing(transaction)
        fee_units = transaction.fee_units
        known = [spent.previous for spent in transaction.inputs if spent.previous is not None]
        sinks = [output.amount_units for output in transaction.outputs]
        if fee_units is not None:
            sinks.append(fee_units)
        entering = _entering(known, traced)
        arrived: list[dict[int, Any]] = [{} for _ in transaction.outputs]
        for number, trail in enumerate(self.trails):
            if not trail.has_any(traced):
                continue
            if missing and trail.rule.needs_every_amount:
                self._end_unknown(trail, transaction, traced, missing)
                continue
            states = trail.rule.spread(_sources(entering, trail), sinks)
            if fee_units is None:
                trail.notes.append(
                    f"the fee of {transaction.txid} is not known: {_unknown(missing)}"
                )
            elif states[-1] is not None:
                trail.end_fee(transaction, fee_units, states[-1], hop)
            _collect(arrived, states, number)
        for output, states_here in zip(transaction.outputs, arrived, strict=True):
            self._arrive(output, states_here, hop)

    def _follow_backward(self, transaction: Transaction, traced: list[Outpoint]) -> None:
        hop = 1 + min(self.hops[outpoint] for outpoint in traced)
        missing = _missing(transaction)
        fee_units = transaction.fee_units
        known = [spent.previous for spent in transaction.inputs if spent.previous is not None]
        sinks = [output.amount_units for output in known]
        entering = _entering(transaction.outputs, traced)
        arrived: list[dict[int, Any]] = [{} for _ in known]
        for number, trail in enumerate(self.trails):
            if not trail.has_any(traced):
                continue
            if missing:
                self._end_unknown(trail, transaction, traced, missing)
                if trail.rule.needs_every_amount:
                    continue
            sources = _sources(entering, trail)
            if fee_units is not None:
                sources.append(Source(fee_units, None))
            _collect(arrived, trail.rule.gather(sources, sinks), number)
        for output, states_here in zip(known, arrived, strict=True):
            self._arrive(output, states_here, hop)

    def _arrive(self, output: Output, states: dict[int, Any], hop: int) -> None:
        outpoint = output.outpoint
        if not states:
            return
        if outpoint in self.origin_outpoints:
            for number, state in states.items():
                self.trails[number].take_back(state)
            return
        self.outputs[outpoint] = output
        self.hops[outpoint] = hop
        for number, state in states.items():
            self.trails[number].arrive(outpoint, state)
        ordered = self.stop(output) if self.stop else None
        if ordered is not None:
            self._end(output, ordered, ordered=True)
        else:
            self._look_on(output)

    def _look_on(self, output: Output) -> None:
        """Find the next transaction for this output, or the reason why there is none."""
        outpoint = output.outpoint
        if self.forward:
            following = self.ledger.lookup_spender(outpoint)
            if following is None and output.hidden_spends:
                self._end(output, Stop(Reason.ONE_OF_SEVERAL, _hidden_note(output)))
                return
            if following is None:
                missing = self.unsought(output) if self.unsought else None
                self._end(output, missing or Stop(Reason.UNSPENT, self._unspent_note(output)))
                return
        elif output.ring:
            self._end(output, _ring_stop(output))
            return
        else:
            following = self.makers.lookup(outpoint.txid)
            if following is None:
                note = f"transaction {outpoint.txid} is not in the known blocks"
                self._end(output, Stop(Reason.LEFT_KNOWN_BLOCKS, note))
                return
            if following.is_coinbase:
                note = "new coins and the fees of this block; not followed to those who paid fees"
                self._end(output, Stop(Reason.COINBASE, note))
                return
        stop = self._reason_to_stop(following, self.hops[outpoint])
        if stop is not None:
            self._end(output, stop)
        else:
            self.pending.add(following, outpoint)

    def _reason_to_stop(self, following: Transaction, hop: int) -> Stop | None:
        if following.txid not in self.verdicts:
            self.verdicts[following.txid] = self.gate(following)
        mixing = self.verdicts[following.txid]
        if mixing is not None:
            verb = "entered" if self.forward else "came out of"
            note = f"{verb} {mixing.described}, not followed"
            return Stop(Reason.MIXING, f"{note} (transaction {following.txid})")
        if not is_inside(following, self.limits):
            return Stop(Reason.LIMIT, describe_window(following, self.limits))
        if hop >= self.limits.hops:
            return Stop(Reason.LIMIT, f"limit of {self.limits.hops} hops reached")
        if following.txid in self.followed:
            note = f"the known order of transaction {following.txid} contradicts itself"
            return Stop(Reason.LEFT_KNOWN_BLOCKS, note)
        return None

    def _end(self, output: Output, stop: Stop, *, ordered: bool = False) -> None:
        for trail in self.trails:
            trail.end(output, stop, self.hops[output.outpoint], ordered=ordered)

    def _end_unknown(
        self,
        trail: Trail,
        transaction: Transaction,
        traced: list[Outpoint],
        missing: list[Outpoint],
    ) -> None:
        verb = "spent in" if self.forward else "made by"
        rest = "" if trail.rule.needs_every_amount else "; the known inputs are followed"
        note = f"{verb} transaction {transaction.txid}, where {_unknown(missing)}{rest}"
        for outpoint in traced:
            stop = Stop(Reason.LEFT_KNOWN_BLOCKS, note)
            trail.end(self.outputs[outpoint], stop, self.hops[outpoint])

    def _unspent_note(self, output: Output) -> str:
        if output.script[:1] == b"\x6a":
            return "can never be spent (OP_RETURN)"
        pin = self.pin
        maker = self.makers.lookup(output.outpoint.txid)
        made_at = maker.height if maker is not None else None
        if pin.height is None or pin.unbroken_from is None or made_at is None:
            return "not spent in the known blocks"
        if made_at < pin.unbroken_from:
            return (
                f"not spent in the known blocks; of those between {made_at} and {pin.height} "
                "some are missing"
            )
        return f"not spent up to height {pin.height}"

    def finish(self, origin: Origin) -> Trace:
        """The answer, sorted by place in the chain."""
        seen = dict(self.followed)
        ordered = [
            (self.outputs[outpoint], self.hops[outpoint], self.makers.when(outpoint.txid))
            for outpoint in sorted(self.outputs, key=self.makers.place)
        ]
        for outpoint in self.outputs:
            maker = self.makers.lookup(outpoint.txid)
            if maker is not None:
                seen[maker.txid] = maker
        return Trace(
            origin=str(origin),
            direction=self.direction,
            pin=self.pin,
            limits=self.limits,
            transactions=tuple(sorted(seen.values(), key=lambda t: t.order)),
            rules=tuple(trail.result(ordered) for trail in self.trails),
        )


def _hidden_note(output: Output) -> str:
    return (
        "no ring of one among the known transactions spends it; what "
        f"{output.hidden_spends} known inputs of this amount spend is hidden in rings or not known here"
    )


def _ring_stop(output: Output) -> Stop:
    """An input that names a ring instead of an output."""
    if len(output.ring) > 1:
        note = f"one of {len(output.ring)} outputs of this amount was spent: not followed"
        return Stop(Reason.ONE_OF_SEVERAL, note)
    note = (
        f"output number {output.ring[0]} of this amount was spent, for certain, and is not among the "
        "known ones"
    )
    return Stop(Reason.LEFT_KNOWN_BLOCKS, note)


def _entering(
    outputs: Sequence[Output], traced: Sequence[Outpoint]
) -> list[tuple[int, Outpoint | None]]:
    """Amounts of one side; with its outpoint what goes on here, so that a stop counts once only."""
    going_on = frozenset(traced)
    return [
        (output.amount_units, output.outpoint if output.outpoint in going_on else None)
        for output in outputs
    ]


def _sources(entering: list[tuple[int, Outpoint | None]], trail: Trail) -> list[Source[Any]]:
    """The rule's view of one side; what stopped before counts as untraced here."""
    states = trail.states
    return [
        Source(amount_units, None if outpoint is None else states.get(outpoint))
        for amount_units, outpoint in entering
    ]


def _collect(arrived: list[dict[int, Any]], states: Sequence[Any], number: int) -> None:
    for place, state in zip(arrived, states, strict=False):  # a fee's state has no place
        if state is not None:
            place[number] = state


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
