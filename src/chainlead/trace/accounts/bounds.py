"""What holds whatever rule is applied to a balance: the least and the most that a payment can carry.

Of a balance B with at least L and at most M traced units a payment of w carries at least
L - (B - w) and at most min(w, M); at least L - w and at most min(M, B - w) stay. An unknown balance
makes the bounds wider, never wrong: the payment's least is then 0, and M stays.
"""

from typing import NamedTuple

from chainlead.trace.accounts.rule import AccountRule


class Bounded(NamedTuple):
    """The balance, None where not known, and the bound on the traced units in it."""

    balance_units: int | None
    bound_units: int

    def moved(self, units: int, bound_units: int) -> "Bounded":
        """After a change of the balance."""
        balance = None if self.balance_units is None else self.balance_units + units
        if balance is not None and balance < 0:
            balance = None
        return Bounded(balance, bound_units)


class _AccountBound(AccountRule[int, Bounded]):
    version = 1
    conserves = False
    needs_balance = False
    assumption = "None, but that no unit of money is made or lost in an account."
    citation = "Arithmetic; see docs/design/taint.md."

    def open(self, balance_units: int | None) -> Bounded:
        """Nothing in it is traced."""
        return Bounded(balance_units, 0)

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The number itself."""
        return state

    def held_units(self, pool: Bounded) -> int:
        """The bound."""
        return pool.bound_units

    def put(self, pool: Bounded, amount_units: int, state: int | None) -> Bounded:
        """Both are added."""
        return pool.moved(amount_units, pool.bound_units + (state or 0))


class AccountLeast(_AccountBound):
    """The provable minimum under any division that conserves value."""

    name = "least"
    meaning = "the provable minimum: so much is here however a balance is divided"
    known_failure = "Soon zero where an account holds other money too, or its balance is not known."

    def take(self, pool: Bounded, amount_units: int) -> tuple[int | None, Bounded]:
        """What the rest of the balance cannot hold."""
        left = pool.moved(-amount_units, max(0, pool.bound_units - amount_units))
        if left.balance_units is None:
            return None, left
        return max(0, pool.bound_units - left.balance_units) or None, left


class AccountMost(_AccountBound):
    """The possible maximum under any division that conserves value."""

    name = "most"
    is_upper_bound = True
    meaning = "the possible maximum: no division of a balance puts more here"
    known_failure = "Maxima of several places cannot all be true at once."

    def take(self, pool: Bounded, amount_units: int) -> tuple[int | None, Bounded]:
        """The payment, or all traced value if that is less."""
        left = pool.moved(-amount_units, pool.bound_units)
        if left.balance_units is not None:
            left = Bounded(left.balance_units, min(pool.bound_units, left.balance_units))
        return min(pool.bound_units, amount_units) or None, left
