"""Invented exchange rates of the practice world: one coin in Swedish crowns, one for each day."""

from datetime import UTC, date, datetime, timedelta

from chainlead.guide.practice.dice import Dice

FIRST_HUNDREDTHS = 45_000_000
DAYS_BEFORE, DAYS = 30, 60
SOURCE = "invented for practice"


class DailyRates:
    """How many hundredths of a crown one bitcoin costs on each UTC day."""

    def __init__(self, seed: str, start_unix: int) -> None:
        """Rates from thirty days before the start to thirty days after; at most 1 % from day to day."""
        dice = Dice(seed + " rates")
        first = datetime.fromtimestamp(start_unix, UTC).date() - timedelta(days=DAYS_BEFORE)
        self.hundredths: dict[date, int] = {}
        rate = FIRST_HUNDREDTHS
        for number in range(DAYS):
            self.hundredths[first + timedelta(days=number)] = rate
            rate += rate * dice.number(-100, 100) // 10_000

    def satoshi(self, crowns: int, moment_unix: int) -> int:
        """What so many crowns are worth on the day of this moment, cut to whole satoshi."""
        day = datetime.fromtimestamp(moment_unix, UTC).date()
        return crowns * 100 * 10**8 // self.hundredths[day]

    def to_csv(self) -> str:
        """The form of a person's own rates, as `chainlead rates add` reads it."""
        rows = [
            f"{day.isoformat()},BTC,SEK,{price // 100}.{price % 100:02d},{SOURCE}"
            for day, price in self.hundredths.items()
        ]
        return "date,asset,currency,rate,source\n" + "\n".join(rows) + "\n"
