"""First in, first out on accounts: the oldest units in the balance are paid first.

The rule of Clayton's case as it was made: for a running account. A pool is the queue of the balance's
units with the traced intervals in it. Assumption: payments are set against the oldest deposits.
Known failure: a convention; the holder chose no unit. Needs the opening balance, which stands first.
Spec: Clayton's case (Devaynes v Noble) (1816) 1 Mer 572; Anderson, Shumailov, Ahmed, Rietmann,
"Bitcoin Redux", WEIS 2018.
"""

from typing import NamedTuple

from chainlead.trace.accounts.rule import AccountRule
from chainlead.trace.intervals import Intervals, count_units, cut, lay_end_to_end
from chainlead.trace.rule import Source


class Queue(NamedTuple):
    """The balance, and the traced intervals in it, the oldest unit being unit 0."""

    balance_units: int
    traced: Intervals


class AccountFifo(AccountRule[Intervals, Queue]):
    """Pays with the oldest units of the balance."""

    name = "fifo"
    version = 1
    meaning = "first in, first out: the oldest units of a balance are paid first"
    assumption = "Each payment, and then its fee, is made of the units that came in earliest."
    known_failure = (
        "The holder of an account chooses no unit; what came in shortly before a large payment may "
        "have been meant for it and stays behind under this rule."
    )
    citation = (
        "Clayton's case (Devaynes v Noble) (1816) 1 Mer 572; Anderson, Shumailov, Ahmed, Rietmann: "
        "Bitcoin Redux. WEIS 2018."
    )

    def open(self, balance_units: int | None) -> Queue:
        """What is there already stands first."""
        return Queue(balance_units or 0, ())

    def mark_whole(self, amount_units: int) -> Intervals:
        """One interval from the first unit to the last."""
        return ((0, amount_units),) if amount_units else ()

    def traced_units(self, state: Intervals) -> int:
        """The length of all intervals."""
        return count_units(state)

    def held_units(self, pool: Queue) -> int:
        """The length of the traced intervals in the queue."""
        return count_units(pool.traced)

    def put(self, pool: Queue, amount_units: int, state: Intervals | None) -> Queue:
        """At the end of the queue."""
        both = [Source(pool.balance_units, pool.traced), Source(amount_units, state)]
        return Queue(pool.balance_units + amount_units, tuple(lay_end_to_end(both)))

    def take(self, pool: Queue, amount_units: int) -> tuple[Intervals | None, Queue]:
        """From the front of the queue."""
        left_units = pool.balance_units - amount_units
        paid, left = cut(pool.traced, [amount_units, left_units])
        return paid, Queue(left_units, left or ())
