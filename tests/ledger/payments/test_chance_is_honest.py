"""The controls hold against amounts of which it is known why they were paid."""

from fractions import Fraction
from random import Random

from chainlead.ledger.payments.advertised import Coverage, Tolerance, parse_price, spans
from chainlead.ledger.payments.chance import OTHER_PRICES, ChanceCount
from chainlead.ledger.payments.other_prices import PER_MILLE, Moved, count_at_other_prices
from chainlead.ledger.payments.receipts import OutputReceipt
from chainlead.ledger.transaction import Output
from chainlead.model import Outpoint, Txid

PRICES = [parse_price(text) for text in ("0.0125 BTC", "0.031 BTC", "0.056 BTC")]
TOLERANCE = Tolerance(20_000)


def found(per_mille: int = 0):
    def sat(_currency: str, _day: object) -> Fraction:
        return Fraction(10**8)

    return list(spans(PRICES, sat, None, tolerance=TOLERANCE, most_quantity=2, per_mille=per_mille))


REAL = Coverage(found())


def moved(_day: object, per_mille: int) -> Moved:
    everything = found(per_mille)
    apart = [span for span in everything if not REAL.meets(span)]
    return Moved(Coverage(apart), len(apart), len(everything))


def receipts(amounts: list[int]) -> list[OutputReceipt]:
    outpoint = Outpoint(Txid(bytes(32)), 0)
    return [OutputReceipt(Output(outpoint, amount, b"", "shop"), None) for amount in amounts]


def background(seed: int, count: int = 2_000) -> list[int]:
    """Amounts without any price behind them: evenly spread over the sizes 0.001 to 1 bitcoin."""
    dice = Random(seed)
    return [int(10 ** dice.uniform(5, 8)) for _ in range(count)]


def control(amounts: list[int]) -> tuple[int, ChanceCount]:
    matches = sum(map(REAL.holds, amounts))
    return matches, count_at_other_prices(OTHER_PRICES, PER_MILLE, receipts(amounts), moved)


def test_without_any_payment_the_mean_of_the_control_is_what_matches() -> None:
    """Over 40 seeds the expected and the real number differ by less than 2 %."""
    real = expected = Fraction(0)
    for seed in range(40):
        matches, count = control(background(seed))
        real += matches
        expected += count.mean
    assert abs(real / expected - 1) < Fraction(2, 100), (real, expected)


def test_without_any_payment_many_moves_give_as_many_matches() -> None:
    """The real question is one among equals: its place among the moves is anywhere."""
    shares = []
    for seed in range(40):
        matches, count = control(background(seed))
        shares.append(Fraction(count.as_many(matches), len(count.moves)))
    assert Fraction(3, 10) < sum(shares) / len(shares) < Fraction(7, 10)
    assert sum(share == 0 for share in shares) <= 6, "seldom by chance alone"


def test_real_payments_stand_out_of_the_control() -> None:
    for seed in range(10):
        orders = [1_250_000, 3_100_000, 5_600_000] * 30
        matches, count = control(background(seed) + orders)
        assert count.as_many(matches) == 0
        assert matches > count.most
        assert abs(matches - count.mean - len(orders)) < 40
