"""Haircut on accounts: each payment carries the traced share that the balance has at that moment.

Exact: whole base units by largest remainder between the payment and what stays; equal remainders go
to the payment. Assumption: money in an account mixes like liquid. Known failure: everything that
the account pays afterwards carries a little.
Spec: Möser, Böhme, Breuker, "Towards Risk Scoring of Bitcoin Transactions", BITCOIN 2014 (there for
transactions; carried over to accounts here). In law: sharing in proportion (pari passu), Barlow
Clowes International v Vaughan [1992] 4 All ER 22.
"""

from typing import NamedTuple

from chainlead.trace.accounts.rule import AccountRule


class Mixed(NamedTuple):
    """The balance and the traced units in it."""

    balance_units: int
    traced_units: int


class AccountHaircut(AccountRule[int, Mixed]):
    """Shares the traced value between a payment and what stays, in proportion."""

    name = "haircut"
    version = 1
    meaning = "traced money mixes evenly: each payment carries the share of the balance"
    assumption = (
        "Money in an account mixes evenly, so a payment and then its fee carry the traced share of "
        "the balance; whole base units by largest remainder, equal remainders to the payment."
    )
    known_failure = (
        "Spreads thin: after other money came in, payments that never had to do with the origin "
        "carry a small traced share."
    )
    citation = (
        "Möser, Böhme, Breuker: Towards Risk Scoring of Bitcoin Transactions. BITCOIN workshop at "
        "Financial Cryptography 2014; Barlow Clowes International v Vaughan [1992] 4 All ER 22."
    )

    def open(self, balance_units: int | None) -> Mixed:
        """Nothing in it is traced."""
        return Mixed(balance_units or 0, 0)

    def mark_whole(self, amount_units: int) -> int:
        """The amount."""
        return amount_units

    def traced_units(self, state: int) -> int:
        """The number itself."""
        return state

    def held_units(self, pool: Mixed) -> int:
        """The traced units."""
        return pool.traced_units

    def put(self, pool: Mixed, amount_units: int, state: int | None) -> Mixed:
        """Both are added."""
        return Mixed(pool.balance_units + amount_units, pool.traced_units + (state or 0))

    def take(self, pool: Mixed, amount_units: int) -> tuple[int | None, Mixed]:
        """The traced units times the payment's share of the balance, to the nearest whole unit."""
        balance, traced = pool
        share, rest = divmod(traced * amount_units, balance) if balance else (0, 0)
        if 2 * rest >= balance and rest:
            share += 1
        return share or None, Mixed(balance - amount_units, traced - share)
