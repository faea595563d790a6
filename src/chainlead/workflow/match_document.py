"""The answer of a search for payments as JSON values, with the sentences that belong to it."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any

from chainlead.ledger import (
    AS_ROUND,
    OTHER_TIMES,
    ChanceCount,
    MatchQuestion,
    MatchResult,
    PaymentMatch,
    Pin,
    Valuation,
)
from chainlead.model import Amount, Asset, moment_to_text

MOST_LISTED = 5_000
FEWEST_MOVES = 3


def answer_document(
    result: MatchResult, question: MatchQuestion, valuation: Valuation, pin: Pin, asset: Asset
) -> dict[str, Any]:
    """Everything that the search came to; amounts as strings, no binary fraction."""
    matches = result.matches
    listed = [_match(one, asset, valuation) for one in matches[:MOST_LISTED]]
    return {
        "pinned": {
            "chain": pin.chain.value,
            "network": pin.network.value,
            "height": pin.height,
            "block_hash": pin.block_hash.display if pin.block_hash else None,
        },
        "asset": {"symbol": asset.symbol, "decimals": asset.decimals, "contract": asset.contract},
        "ledger_from": _text(result.bounds[0] if result.bounds else None),
        "ledger_to": _text(result.bounds[1] if result.bounds else None),
        "receipts": result.receipts,
        "in_times": result.in_times,
        "unrated": result.unrated,
        "without_rate": list(result.without_rate),
        "coinbases_left_out": result.coinbases,
        "match_count": len(matches),
        "matches": listed,
        "matches_not_listed": max(0, len(matches) - MOST_LISTED),
        "by_chance": [_chance(count, len(matches)) for count in result.by_chance],
        "by_price": [
            {
                "price": share.price.written,
                "matches": share.matches,
                "by_chance": _chance(share.by_chance, share.matches),
            }
            for share in result.shares
        ],
        "elsewhere": {
            "receipts": result.elsewhere,
            "matches": result.elsewhere_matches,
            "is_cut": result.elsewhere_is_cut,
        },
        "strength": "observed",
        "summary": [*_summary(result, question), *_disputed(listed)],
        "competing_explanations": list(_explanations(result)),
    }


def _match(match: PaymentMatch, asset: Asset, valuation: Valuation) -> dict[str, Any]:
    receipt, span = match.receipt, match.span
    value = None
    if span.price.currency != asset.symbol.upper() and receipt.mined_at is not None:
        value = valuation.value(asset, receipt.amount_units, receipt.mined_at, span.price.currency)
    return {
        "outpoint": receipt.place,
        "address": receipt.address,
        "amount_units": str(receipt.amount_units),
        "amount": str(Amount(asset, receipt.amount_units)),
        "height": receipt.height,
        "mined_at": _text(receipt.mined_at),
        "price": span.price.written,
        "quantity": span.quantity,
        "wanted_units": str(round(span.wanted)),
        "difference_units": str(receipt.amount_units - round(span.wanted)),
        "difference_ppm": int((receipt.amount_units - span.wanted) * 1_000_000 / span.wanted),
        "value": None if value is None else value.to_document(),
        "also": [
            {"price": other.price.written, "quantity": other.quantity} for other in match.also
        ],
        "same_amount": match.same_amount,
        "notes": list(match.notes),
        "strength": receipt.strength.value,
    }


def _chance(count: ChanceCount, matches: int) -> dict[str, Any]:
    return {
        "how": count.how,
        "moves": [
            {
                "move": move.move,
                "receipts": move.receipts,
                "matches": move.matches,
                "kept": move.kept,
                "of_all": move.of_all,
            }
            for move in count.moves
        ],
        "least": _exact(count.least),
        "most": _exact(count.most),
        "mean": _exact(count.mean),
        "words": {
            name: None if number is None else _about(number)
            for name, number in (("least", count.least), ("mean", count.mean), ("most", count.most))
        },
        "moves_with_as_many": count.as_many(matches),
        "left_out": count.left_out,
        "note": count.note,
    }


def _exact(number: Fraction | None) -> str | None:
    """`5/4`, or `3` where it is whole."""
    return None if number is None else str(number)


def _summary(result: MatchResult, question: MatchQuestion) -> Iterator[str]:
    whose = "the asked addresses" if question.addresses else "all addresses of this ledger"
    yield (
        f"{_number(result.in_times, 'receipt')} of {whose} at the asked times; "
        f"{len(result.matches)} of them {_match_verb(len(result.matches))} a price within the "
        "tolerance."
    )
    enough = [c for c in result.by_chance if len(c.moves) >= FEWEST_MOVES]
    for count in enough:
        yield _chance_words(count, len(result.matches))
    if not enough:
        yield (
            "How many would match by chance could not be estimated: too few other times and prices "
            "could be counted."
        )
    yield from (c.note for c in result.by_chance if c.note and c.how != AS_ROUND)
    yield from (_as_round(c) for c in result.by_chance if c.moves and c.how == AS_ROUND)
    if result.elsewhere:
        yield (
            f"Of {_number(result.elsewhere, 'receipt')} of other addresses at the same times "
            f"{result.elsewhere_matches} match as well"
            + (" (the ledger holds more than were looked at)." if result.elsewhere_is_cut else ".")
        )
    if result.unrated:
        yield (
            f"{_number(result.unrated, 'receipt')} could not be compared with the prices in "
            f"{', '.join(result.without_rate)}: the case has no rate for their day."
        )


def _chance_words(count: ChanceCount, matches: int) -> str:
    where = "other times" if count.how == OTHER_TIMES else "other prices"
    moves = len(count.moves)
    left = f"; {count.left_out} more were left out" if count.left_out else ""
    many = f"; {count.as_many(matches)} of the {moves} gave at least {matches}" if matches else ""
    return (
        f"By chance, counted in the same way at {moves} {where}: {_about(count.mean)} on average, "
        f"from {_about(count.least)} to {_about(count.most)}{many}{left}."
    )


def _as_round(count: ChanceCount) -> str:
    told = ", ".join(f"{_about(move.estimate)} at {move.move}" for move in count.moves)
    return f"Prices about as round as these, in the same receipts, would match: {told}."


def _disputed(matches: list[dict[str, Any]]) -> Iterator[str]:
    count = sum(bool(one["value"] and one["value"]["disagrees"]) for one in matches)
    if count:
        yield (
            f"For {count} of the matches the sources of the day's rate disagree: with another source "
            "they might not match, and others might."
        )


def _about(number: Fraction | None) -> str:
    """A whole number, or tenths with "about"."""
    if number is None or number.denominator == 1:
        return str(number)
    tenths = round(number * 10)
    return f"about {tenths // 10}.{tenths % 10}"


def _number(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _match_verb(count: int) -> str:
    return "matches" if count == 1 else "match"


def _explanations(result: MatchResult) -> Iterator[str]:
    if result.matches:
        yield (
            "An amount that equals a price is no order: it may be the owner's own coins, change, a "
            "withdrawal from a service, or another debt of the same size."
        )
        yield "Who paid, and what for, the ledger does not say; the payer may be a victim."
        common = max(match.same_amount for match in result.matches)
        if common:
            yield (
                "Amounts repeat: one of the matching amounts stands in "
                f"{_number(common, 'further receipt')} at the same times."
            )
    else:
        yield (
            "No match is no proof of no payment: postage, discounts, several goods, a private rate "
            "or an address for each order hide payments."
        )
    yield (
        "A rate stands for a whole day, and a block's time may be off by two hours: a payment near "
        "the edge of the tolerance or of the times may be missed or caught wrongly."
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment_to_text(moment)
