"""The combination that the cluster level "co-spend plus change" uses."""

from chainlead.trace.heuristics.change.address_reuse import AddressReuse
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic
from chainlead.trace.heuristics.change.optimal_change import OptimalChange
from chainlead.trace.heuristics.change.script_type import ScriptType


def change_rule() -> ChangeHeuristic:
    """The default rule: at most one candidate for a transaction."""
    return (AddressReuse() | (ScriptType() & OptimalChange())).unique
