"""The town's days: which events happen how often, and the finished town."""

from collections.abc import Callable

from chainlead.guide.practice import everyday, mixing_days
from chainlead.guide.practice.town import Town
from chainlead.guide.practice.townspeople import Townspeople

Event = Callable[[Townspeople], None]

WEIGHTS: tuple[tuple[Event, int], ...] = (
    (everyday.pay_somebody, 44),
    (everyday.pay_two, 6),
    (everyday.pay_all, 6),
    (everyday.buy_at_a_shop, 8),
    (everyday.deposit, 14),
    (everyday.sweep, 5),
    (everyday.pay_out, 8),
    (everyday.settle, 3),
    (everyday.move_own, 5),
    (everyday.consolidate, 2),
    (everyday.peel, 8),
    (everyday.pay_salaries, 2),
    (everyday.fund_an_employer, 1),
    (everyday.sell_new_coins, 2),
    (everyday.change_program, 1),
    (mixing_days.split, 5),
    (mixing_days.whirlpool, 5),
    (mixing_days.wasabi_1, 2),
    (mixing_days.wasabi_2, 2),
    (mixing_days.joinmarket, 3),
    (mixing_days.equal_outputs, 2),
    (mixing_days.payjoin, 2),
    (mixing_days.stonewall, 2),
    (mixing_days.stonewall_of_two, 2),
    (mixing_days.marketplace, 3),
    (mixing_days.spend_mixed, 6),
)
DUST_EVERY = 45


def build_town(seed: str, size: int = 40) -> Town:
    """Let the town live; the same seed and size give the same bytes on every machine.

    Args:
        seed: any text. Tune on `train`, measure on others.
        size: how many people, at least 20; 40 make about 700 transactions, 200 about 8,000.
    """
    people = Townspeople(seed, size)
    people.found()
    _live(people)
    services = (*people.exchanges, people.processor)
    return Town(seed, size, people.economy, services, (people.winkel,))


def _live(people: Townspeople) -> None:
    lots = [event for event, weight in WEIGHTS for _ in range(weight)]
    for block in range(60 + 2 * people.size):
        for _ in range(people.dice.number(1, 2 * max(2, people.size // 12))):
            everyday.try_to(people, people.dice.choice(lots))
        if block % DUST_EVERY == DUST_EVERY // 2:
            everyday.try_to(people, everyday.send_dust)
        people.mine()
