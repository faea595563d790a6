"""What contracts paid inside a transaction, from a trace of its calls.

Found in: geth's `callTracer` (nested), `trace_block` and `trace_transaction` (flat). Proof: none: a
trace is what a node says it found when it ran the transaction again. Limits: a delegated or static
call moves nothing; a call inside one that failed moved nothing. A destroyed contract that pays
itself, and a destruction without its addresses (old geth), leave the transaction not fully seen.
Spec: geth `callTracer`; OpenEthereum `trace` module; EIP-6780.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chainlead.ledger.accounts.evm_fields import EvmFieldError, Told, find_address, find_number

INTERNAL, CREATION, DESTRUCTION, REWARD = (
    "internal", "contract creation", "self-destruct", "block reward",
)  # fmt: skip
_DEEPEST = 1_100
_MOST_CALLS = 1_000_000
_KINDS = {
    "CALL": INTERNAL, "CREATE": CREATION, "CREATE2": CREATION, "SELFDESTRUCT": DESTRUCTION,
    "SUICIDE": DESTRUCTION,
}  # fmt: skip
_QUIET = frozenset({"DELEGATECALL", "STATICCALL", "CALLCODE"})
"""They run another's code in the caller's own name, or change nothing."""


@dataclass(frozen=True, slots=True)
class Move:
    """Wei that a contract sent. `place` is that of its call: `0.1` is the second call of the first."""

    kind: str
    sender: str | None
    receiver: str | None
    amount_units: int
    place: str = ""


@dataclass(frozen=True, slots=True)
class CallsRead:
    """What a trace shows of one transaction.

    Attributes:
        moves: what was paid inside it, in the order of the calls; the outer call is not among them.
        is_successful: whether the outer call succeeded.
        is_complete: every call could be read.
        outer: value, sender and receiver of the outer call.
        code: addresses whose code ran.
    """

    moves: tuple[Move, ...]
    is_successful: bool
    is_complete: bool
    outer: Move
    code: frozenset[str]


def read_nested_calls(told: Told) -> CallsRead:
    """The moves of a `callTracer` result.

    Raises:
        EvmFieldError: it is no such trace.
    """
    if not isinstance(told.get("type"), str):
        raise EvmFieldError("a trace without the kind of its call")
    failed = bool(told.get("error"))
    outer = _move(told["type"].upper(), told, None) or Move(INTERNAL, None, None, 0)
    moves: list[Move] = []
    code: set[str] = set()
    complete = True
    waiting: list[tuple[Any, str | None, tuple[int, ...]]] = [(told, None, ())]
    count = 0
    while waiting:
        call, parent, path = waiting.pop()
        count += 1
        if not isinstance(call, Mapping) or len(path) > _DEEPEST or count > _MOST_CALLS:
            raise EvmFieldError("a trace that is none, or too large")
        kind = str(call.get("type", "")).upper()
        if call.get("error"):
            continue
        if path:
            move = _move(kind, call, parent, path)
            complete = complete and (kind in _QUIET or move is not None)
            if move is not None and move.amount_units:
                complete = complete and move.sender != move.receiver
                moves += [move] if move.sender != move.receiver else []
        own = find_address(call.get("to"))
        if own and call.get("input", "0x") != "0x":
            code.add(own)
        inner = call.get("calls") or []
        if not isinstance(inner, list):
            raise EvmFieldError("a trace whose calls are no list")
        here = find_address(call.get("from")) if kind in {"DELEGATECALL", "CALLCODE"} else own
        waiting += [
            (part, here, (*path, number)) for number, part in reversed(list(enumerate(inner)))
        ]
    return CallsRead(tuple(moves), not failed, complete, outer, frozenset(code))


def _move(kind: str, call: Told, parent: str | None, path: tuple[int, ...] = ()) -> Move | None:
    """The move of one call; None for a kind that moves nothing or that names no sides."""
    named = _KINDS.get(kind)
    if named is None:
        return None
    sender, receiver = find_address(call.get("from")) or parent, find_address(call.get("to"))
    told = call.get("value")
    units = 0 if told in (None, "") else find_number(told)
    if units is None:
        raise EvmFieldError("a trace with a value that is no number")
    if named == DESTRUCTION and (receiver is None or told is None):
        return None
    return Move(named, sender, receiver, units, _place(path))


def read_flat_calls(parts: Sequence[Told]) -> CallsRead:
    """The moves of the flat traces of one transaction, in any order.

    Raises:
        EvmFieldError: they are no such traces.
    """
    ordered = sorted(((_path(part), part) for part in parts), key=lambda pair: pair[0])
    if not ordered or ordered[0][0]:
        raise EvmFieldError("traces without the outer call")
    failures: list[tuple[int, ...]] = []
    moves: list[Move] = []
    code: set[str] = set()
    complete = True
    for path, part in ordered:
        if any(path[: len(failed)] == failed for failed in failures):
            continue
        if part.get("error"):
            failures.append(path)
            continue
        move, is_known = _flat_move(part, path)
        complete = complete and is_known
        action = part["action"]
        if action.get("to") and action.get("input", "0x") != "0x":
            code.add(str(action["to"]).lower())
        if path and move is not None and move.amount_units:
            complete = complete and move.sender != move.receiver
            moves += [move] if move.sender != move.receiver else []
    first = ordered[0][1]
    outer = _flat_move(first)[0] or Move(INTERNAL, None, None, 0)
    is_successful = not first.get("error")
    return CallsRead(tuple(moves), is_successful, complete, outer, frozenset(code))


def read_rewards(parts: Sequence[Told]) -> Iterator[Move]:
    """What the block itself paid: flat traces of the type `reward`."""
    for part in parts:
        action = part.get("action")
        if part.get("type") == "reward" and isinstance(action, Mapping):
            units = find_number(action.get("value"))
            author = find_address(action.get("author"))
            if units and author:
                yield Move(REWARD, None, author, units)


def _flat_move(part: Told, path: tuple[int, ...] = ()) -> tuple[Move | None, bool]:
    """The move of one flat trace, and whether all of it is known."""
    action, kind = part.get("action"), part.get("type")
    if not isinstance(action, Mapping):
        raise EvmFieldError("a trace without its action")
    if kind == "call":
        if action.get("callType", "call") != "call":
            return None, True
        names, named, receiver = ("from", "value"), INTERNAL, find_address(action.get("to"))
    elif kind == "create":
        result = part.get("result")
        told = result.get("address") if isinstance(result, Mapping) else None
        names, named, receiver = ("from", "value"), CREATION, find_address(told)
    elif kind in ("suicide", "selfdestruct"):
        names, named = ("address", "balance"), DESTRUCTION
        receiver = find_address(action.get("refundAddress"))
    else:
        return None, kind == "reward"
    units = find_number(action.get(names[1]) or 0)
    sender = find_address(action.get(names[0]))
    if units is None or sender is None:
        raise EvmFieldError("a trace without its sender or value")
    return Move(named, sender, receiver, units, _place(path)), receiver is not None


def _place(path: tuple[int, ...]) -> str:
    return ".".join(map(str, path))


def _path(part: Any) -> tuple[int, ...]:
    told = part.get("traceAddress") if isinstance(part, Mapping) else None
    if not isinstance(told, list) or len(told) > _DEEPEST:
        raise EvmFieldError("a trace without its place")
    if not all(isinstance(step, int) for step in told):
        raise EvmFieldError("a trace without its place")
    return tuple(told)
