"""Poison on accounts: once traced money reached an account, all that it pays afterwards counts whole.

Assumption: none about who meant what. Known failure: it counts everybody's money and never ends, so
it is an upper bound and never an amount. A balance of zero does not end it.
Spec: Möser, Böhme, Breuker, "Towards Risk Scoring of Bitcoin Transactions", BITCOIN 2014 (there for
transactions; carried over to accounts here).
"""

from typing import NamedTuple

from chainlead.trace.accounts.rule import AccountRule


class Touched(NamedTuple):
    """The balance, and whether traced money was ever in it."""

    balance_units: int | None
    is_touched: bool


class AccountPoison(AccountRule[int, Touched]):
    """Counts whole whatever leaves an account after traced money came in. An upper bound."""

    name = "poison"
    version = 1
    conserves = False
    is_upper_bound = True
    needs_balance = False
    meaning = "everything that an account paid after traced money reached it, counted whole"
    assumption = "None: every payment of an account is counted once traced money has reached it."
    known_failure = (
        "Counts other people's money too; sums over transfers mean nothing, only one transfer's "
        "upper bound does."
    )
    citation = (
        "Möser, Böhme, Breuker: Towards Risk Scoring of Bitcoin Transactions. "
        "BITCOIN workshop at Financial Cryptography 2014."
    )

    def open(self, balance_units: int | None) -> Touched:
        """Not touched yet."""
        return Touched(balance_units, is_touched=False)

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The number itself."""
        return state

    def held_units(self, pool: Touched) -> int | None:
        """The whole balance, where it is known."""
        return pool.balance_units if pool.is_touched else 0

    def put(self, pool: Touched, amount_units: int, state: int | None) -> Touched:
        """Touched from now on, if anything in it is traced."""
        return Touched(_added(pool.balance_units, amount_units), pool.is_touched or bool(state))

    def take(self, pool: Touched, amount_units: int) -> tuple[int | None, Touched]:
        """The payment whole, once touched."""
        left = Touched(_added(pool.balance_units, -amount_units), pool.is_touched)
        return (amount_units or None if pool.is_touched else None), left


def _added(balance_units: int | None, units: int) -> int | None:
    return None if balance_units is None or balance_units + units < 0 else balance_units + units
