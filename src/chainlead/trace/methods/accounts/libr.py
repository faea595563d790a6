"""Lowest intermediate balance: the holder spends his own money first; what was spent does not return.

Traced money stays in the account as long as the balance covers it. A payment carries traced money
only as far as the rest of the balance cannot pay it, so never more stays traced than the lowest
balance since the traced money came in, and money paid in later does not restore it. Assumption: the
holder means to keep what is not his. Known failure: made for a trustee who mixed trust money with
his own; between several claimants courts may share out or apply first in, first out instead. Forward
only: how much of one deposit is in a payment depends on who claims, so the parts of several
deposits in one payment do not add up. Needs the opening balance.
Spec: James Roscoe (Bolton) Ltd v Winder [1915] 1 Ch 62 (lowest balance in between); the order of
spending: Re Hallett's Estate (1880) 13 Ch D 696.
"""

from typing import NamedTuple

from chainlead.trace.accounts.rule import AccountRule


class Kept(NamedTuple):
    """The balance and the traced units in it."""

    balance_units: int
    traced_units: int


class AccountLibr(AccountRule[int, Kept]):
    """Pays with untraced units first."""

    name = "libr"
    version = 1
    looks_back = False
    meaning = "lowest intermediate balance: the holder's other money is spent first"
    assumption = (
        "A payment, and then its fee, is made of untraced money as long as there is any; at most "
        "the lowest balance since the traced money came in is still traced."
    )
    known_failure = (
        "Made for one claimant against a holder who mixed; between several claimants courts may "
        "divide otherwise. It says nothing about where money came from."
    )
    citation = (
        "James Roscoe (Bolton) Ltd v Winder [1915] 1 Ch 62; Re Hallett's Estate (1880) 13 Ch D 696."
    )

    def open(self, balance_units: int | None) -> Kept:
        """Nothing in it is traced."""
        return Kept(balance_units or 0, 0)

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The number itself."""
        return state

    def held_units(self, pool: Kept) -> int:
        """The traced units."""
        return pool.traced_units

    def put(self, pool: Kept, amount_units: int, state: int | None) -> Kept:
        """Both are added."""
        return Kept(pool.balance_units + amount_units, pool.traced_units + (state or 0))

    def take(self, pool: Kept, amount_units: int) -> tuple[int | None, Kept]:
        """What the untraced part of the balance cannot pay."""
        balance, traced = pool
        part = max(0, amount_units - (balance - traced))
        return part or None, Kept(balance - amount_units, traced - part)
