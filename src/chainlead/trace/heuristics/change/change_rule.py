"""All change heuristics, the combinations that are measured, and the one that clusters use."""

from chainlead.registry import residents
from chainlead.trace.heuristics.change.address_reuse import AddressReuse
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic
from chainlead.trace.heuristics.change.first_seen import FirstSeen
from chainlead.trace.heuristics.change.locktime import Locktime
from chainlead.trace.heuristics.change.optimal_change import OptimalChange
from chainlead.trace.heuristics.change.peel import Peel
from chainlead.trace.heuristics.change.round_value import RoundValue
from chainlead.trace.heuristics.change.same_fingerprint import SameFingerprint
from chainlead.trace.heuristics.change.script_type import ScriptType


def change_heuristics() -> tuple[ChangeHeuristic, ...]:
    """One of each kind, with its default parameters, in the order of the modules' names."""
    return residents("chainlead.trace.heuristics.change", ChangeHeuristic)  # type: ignore[type-abstract]  # residents are concrete


def change_combinations() -> tuple[ChangeHeuristic, ...]:
    """The combinations that the benchmarks measure; the first is `change_rule`."""
    reuse, kind, optimal, fresh = AddressReuse(), ScriptType(), OptimalChange(), FirstSeen()
    odd, locked, software, peel = RoundValue(), Locktime(), SameFingerprint(), Peel()
    return (
        change_rule(),
        (odd & kind).unique,
        (kind & optimal).unique,
        (odd & kind & optimal).unique,
        (odd & kind).unique & software,
        (fresh & kind).unique,
        (fresh & optimal).unique,
        (fresh & odd & kind).unique,
        (fresh & locked).unique,
        (fresh & software).unique,
        (fresh & kind & odd & software).unique,
        (software & kind).unique,
        (peel & fresh).unique,
        (peel & kind & odd).unique,
        (reuse.unique | (fresh & kind & odd).unique).unique,
        (kind & odd).unique - reuse,
    )


def change_rule() -> ChangeHeuristic:
    """The default rule of the cluster level "co-spend plus change": at most one candidate.

    An output that pays back to an address of the inputs; or the one output that has the inputs'
    script type and no round amount. Chosen by `bench/change.py`: the highest precision on real
    blocks; and each part looks at the transaction alone, so later blocks cannot change an answer.
    """
    return (AddressReuse().unique | (ScriptType() & RoundValue()).unique).unique
