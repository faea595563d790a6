"""How a wallet chooses the coins of a payment."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from chainlead.guide.practice.dice import Dice

TRIES = 2_000
DUST_SAT = 1_000


class CannotPayError(ValueError):
    """The coins at hand do not cover what was asked."""


class HasAmount(Protocol):
    """A coin, as far as its choice goes."""

    @property
    def amount_sat(self) -> int:
        """Its worth."""
        ...


C = TypeVar("C", bound=HasAmount)


def take_until(coins: Sequence[C], needed_sat: Callable[[int], int]) -> list[C] | None:
    """Coins in their order until they cover what that number of coins needs; None if they never do."""
    total = 0
    for count, coin in enumerate(coins, 1):
        total += coin.amount_sat
        if total >= needed_sat(count):
            return list(coins[:count])
    return None


def take_exact(
    coins: Sequence[C], needed_sat: Callable[[int], int], spare_sat: int
) -> list[C] | None:
    """Coins that cover the need with at most `spare_sat` left over, so that no change is made.

    A depth-first search over the largest coins first, as in branch and bound (Erhardt, "An
    Evaluation of Coin Selection Strategies", 2016), given up after a fixed number of tries.
    """
    order = sorted(coins, key=lambda coin: -coin.amount_sat)
    rest = [0] * (len(order) + 1)
    for place in range(len(order) - 1, -1, -1):
        rest[place] = rest[place + 1] + order[place].amount_sat
    stack: list[tuple[int, int, tuple[int, ...]]] = [(0, 0, ())]
    for _ in range(TRIES):
        if not stack:
            return None
        place, total, chosen = stack.pop()
        over = total - needed_sat(len(chosen)) if chosen else -1
        if 0 <= over <= spare_sat:
            return [order[number] for number in chosen]
        if over > spare_sat or place == len(order) or total + rest[place] < needed_sat(1):
            continue
        stack.append((place + 1, total, chosen))
        stack.append((place + 1, total + order[place].amount_sat, (*chosen, place)))
    return None


def order_coins(coins: Sequence[C], picks: str, dice: Dice) -> list[C]:
    """The coins, given oldest first, in the order in which the habit takes them."""
    if picks == "largest":
        return sorted(coins, key=lambda coin: -coin.amount_sat)
    if picks == "smallest":
        return sorted(coins, key=lambda coin: coin.amount_sat)
    if picks in {"random", "exact"}:
        return dice.shuffled(coins)
    return list(coins)
