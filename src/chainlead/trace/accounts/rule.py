"""What a taint rule is on an account: it says which units of the balance leave with a payment.

A rule keeps a pool for each account on the trail. Money that arrives is put into it, a payment and
then its fee are taken out of it. Looking back, time runs backward: what an account paid is put in,
what it had received is taken out, and the closing balance takes the place of the opening one.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar, cast

from chainlead.errors import UnknownRuleError
from chainlead.registry import residents

State = TypeVar("State")
Pool = TypeVar("Pool")


class AccountRule(ABC, Generic[State, Pool]):
    """A named way to divide a balance. Residents of `trace/methods/accounts`, found by the registry.

    Class attributes as for `TaintRule`, and: `needs_balance` (whether nothing can be said without
    the account's balance), `looks_back` (whether the rule can be asked where money came from).
    """

    name: ClassVar[str]
    version: ClassVar[int]
    conserves: ClassVar[bool] = True
    is_upper_bound: ClassVar[bool] = False
    needs_balance: ClassVar[bool] = True
    looks_back: ClassVar[bool] = True
    meaning: ClassVar[str]
    assumption: ClassVar[str]
    known_failure: ClassVar[str]
    citation: ClassVar[str]

    @abstractmethod
    def open(self, balance_units: int | None) -> Pool:
        """The pool of an account that traced money is about to reach, with what it holds already.

        Args:
            balance_units: the balance at that moment; None (only if the rule needs none): not known.
        """

    @abstractmethod
    def mark_whole(self, amount_units: int) -> State:
        """The state of a transfer that is traced from its first unit to its last."""

    @abstractmethod
    def traced_units(self, state: State) -> int:
        """How many base units of a transfer are traced."""

    @abstractmethod
    def held_units(self, pool: Pool) -> int | None:
        """How many traced units the account holds; None where it cannot be said."""

    @abstractmethod
    def put(self, pool: Pool, amount_units: int, state: State | None) -> Pool:
        """The pool after a transfer arrived; `state` is None where nothing in it is traced."""

    @abstractmethod
    def take(self, pool: Pool, amount_units: int) -> tuple[State | None, Pool]:
        """What a payment of this amount carries, and the pool after it."""


def find_account_rules(names: Iterable[str] | None = None) -> tuple[AccountRule[Any, Any], ...]:
    """The account rules with these names, in the order of their names; all for None or "all".

    Raises:
        UnknownRuleError: no rule has this name.
    """
    base = cast("type[AccountRule[Any, Any]]", AccountRule)
    known = {rule.name: rule for rule in residents("chainlead.trace.methods.accounts", base)}
    wanted = set(known) if names is None else set(names)
    if "all" in wanted:
        wanted = set(known)
    if not wanted:
        raise UnknownRuleError("No taint rule was named.")
    for name in sorted(wanted - set(known)):
        raise UnknownRuleError(
            f"There is no taint rule for accounts named {name[:40]!r}; the rules are "
            f"{', '.join(sorted(known))}."
        )
    return tuple(known[name] for name in sorted(wanted))
