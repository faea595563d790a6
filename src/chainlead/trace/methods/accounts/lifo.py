"""Last in, first out on accounts: the newest units in the balance are paid first.

A pool is the stack of units above the balance that was there when traced money first arrived. None of
those below is traced, so the rule needs no opening balance. Assumption: payments are made of the
newest deposits. Known failure: a convention; the holder chose no unit.
Spec: Tironsakkul, Maarek, Eross, Just, "Probing the Mystery of Cryptocurrency Theft", 2019
(arXiv:1906.05754; there for transactions, carried over to accounts here).
"""

from typing import NamedTuple

from chainlead.trace.accounts.rule import AccountRule
from chainlead.trace.intervals import Intervals, count_units, lay_end_to_end
from chainlead.trace.rule import Source


class Stack(NamedTuple):
    """How far the top is above (or below) the first balance, and the traced intervals above it."""

    top: int
    traced: Intervals


class AccountLifo(AccountRule[Intervals, Stack]):
    """Pays with the newest units of the balance."""

    name = "lifo"
    version = 1
    needs_balance = False
    meaning = "last in, first out: the newest units of a balance are paid first"
    assumption = "Each payment, and then its fee, is made of the units that came in latest."
    known_failure = (
        "The holder of an account chooses no unit; old traced money stays behind as long as newer "
        "money covers the payments."
    )
    citation = (
        "Tironsakkul, Maarek, Eross, Just: Probing the Mystery of Cryptocurrency Theft. "
        "arXiv:1906.05754, 2019."
    )

    def open(self, balance_units: int | None) -> Stack:  # noqa: ARG002  # what lies below is not traced
        """An empty stack on whatever is there."""
        return Stack(0, ())

    def mark_whole(self, amount_units: int) -> Intervals:
        """One interval from the first unit to the last."""
        return ((0, amount_units),) if amount_units else ()

    def traced_units(self, state: Intervals) -> int:
        """The length of all intervals."""
        return count_units(state)

    def held_units(self, pool: Stack) -> int:
        """The length of the traced intervals in the stack."""
        return count_units(pool.traced)

    def put(self, pool: Stack, amount_units: int, state: Intervals | None) -> Stack:
        """On top, the last unit uppermost."""
        moved = tuple((pool.top + start, pool.top + end) for start, end in state or ())
        whole = Source(0, (*pool.traced, *moved))
        return Stack(pool.top + amount_units, tuple(lay_end_to_end([whole])))

    def take(self, pool: Stack, amount_units: int) -> tuple[Intervals | None, Stack]:
        """From the top, the uppermost unit first."""
        top, floor = pool.top, pool.top - amount_units
        paid = [(top - end, top - max(start, floor)) for start, end in pool.traced if end > floor]
        left = tuple((start, min(end, floor)) for start, end in pool.traced if start < floor)
        return tuple(paid[::-1]) or None, Stack(floor, left)
