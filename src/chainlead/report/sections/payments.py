"""Payments that match advertised prices, beside the number that would match by chance."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.story import (
    Block,
    Section,
    facts,
    heading,
    number,
    paragraph,
    points,
    table,
)

SHOWN = 60
_MOST_ADDRESSES = 12


class Payments(Section):
    """Amounts that fit a price; never a purchase."""

    place: ClassVar[int] = 75
    title: ClassVar[str] = "Payments that match"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each search: question, answer in words, payments, controls."""
        if not bundle["payments"]:
            yield paragraph("No search for payments at advertised prices was made in this case.")
            return
        yield paragraph(
            "That an amount matches a price is observed. That it was a purchase, by whom and of what "
            "is not said here: an amount cannot say it."
        )
        for place, search in enumerate(bundle["payments"], start=1):
            yield heading(f"Search {place}: {_prices(search['question'])}")
            yield from _question(search)
            yield points(search["summary"])
            yield from _matches(search)
            yield from _controls(search)
            yield from _by_price(search)
            yield points(search["competing_explanations"])


def _prices(question: dict[str, Any]) -> str:
    shown = question["prices"][:4]
    more = len(question["prices"]) - len(shown)
    return ", ".join(shown) + (f" and {number(more, 'more price', 'more prices')}" if more else "")


def _question(search: dict[str, Any]) -> Iterator[Block]:
    question, pinned = search["question"], search["pinned"]
    addresses = question["addresses"]
    more = len(addresses) - _MOST_ADDRESSES
    yield facts(
        (
            ("Search", search["match_id"]),
            ("Prices", ", ".join(question["prices"])),
            ("Addresses", " ".join(addresses[:_MOST_ADDRESSES]) or "all of the ledger"),
            *((("Further addresses", f"{more}, see report.json"),) if more > 0 else ()),
            ("From", question["since"] or "the ledger's beginning"),
            ("Until", question["until"] or "the ledger's end"),
            ("Recurring", _recurring(question)),
            ("Tolerance", f"{_percent(question['tolerance_ppm']).lstrip('+')} %"),
            ("Taken off for a fee", question["fee_tolerance"] or "nothing"),
            ("Up to so many times a price", question["most_quantity"]),
            *((("Token", question["token"]),) if question["token"] else ()),
            ("Pinned to", f"{pinned['chain']} block {pinned['height']}"),
            ("Stored answer", search["result_sha256"]),
        )
    )


def _recurring(question: dict[str, Any]) -> str:
    if not question["recurring"]:
        return "any time"
    return f"{question['recurring']} ({question['time_zone']})"


def _matches(search: dict[str, Any]) -> Iterator[Block]:
    matches = search["matches"]
    yield table(
        (
            ("Time (UTC)", "auto", "mono"),
            ("Amount", "auto", "number"),
            ("Price", "auto", "text"),
            ("Off by", "auto", "number"),
            ("Value then", "auto", "number"),
            ("Output and address", "1fr", "mono"),
            ("Same amount", "auto", "number"),
        ),
        [
            (
                (match["mined_at"] or "")[:16].replace("T", " "),
                match["amount"],
                f"{match['quantity']} × {match['price']}",
                f"{_percent(match['difference_ppm'])} %",
                _value(match["value"]),
                [match["outpoint"], match["address"]],
                match["same_amount"],
            )
            for match in matches[:SHOWN]
        ],
        empty="No receipt matches.",
    )
    hidden = search["match_count"] - min(SHOWN, len(matches))
    if hidden > 0:
        yield paragraph(f"{number(hidden, 'further match', 'further matches')}: see report.json.")
    noted = [match for match in matches[:SHOWN] if match["notes"]]
    if noted:
        yield points(f"{match['outpoint']}: {'; '.join(match['notes'])}." for match in noted)


def _controls(search: dict[str, Any]) -> Iterator[Block]:
    yield table(
        (
            ("By chance, counted at", "1fr", "text"),
            ("Moves", "auto", "number"),
            ("Least", "auto", "number"),
            ("Mean", "auto", "number"),
            ("Most", "auto", "number"),
            ("Moves with as many", "auto", "number"),
            ("Left out", "auto", "number"),
        ),
        [
            (
                control["how"],
                len(control["moves"]),
                control["words"]["least"],
                control["words"]["mean"],
                control["words"]["most"],
                control["moves_with_as_many"],
                control["left_out"],
            )
            for control in search["by_chance"]
            if control["moves"]
        ],
        empty="No control could be counted.",
    )


def _by_price(search: dict[str, Any]) -> Iterator[Block]:
    """Each price by itself: a round one may carry all the matches."""
    if not search["by_price"]:
        return
    yield table(
        (
            ("Price by itself", "1fr", "text"),
            ("Matches", "auto", "number"),
            ("Least", "auto", "number"),
            ("Mean by chance", "auto", "number"),
            ("Most", "auto", "number"),
            ("Moves with as many", "auto", "number"),
        ),
        [
            (
                share["price"],
                share["matches"],
                share["by_chance"]["words"]["least"],
                share["by_chance"]["words"]["mean"],
                share["by_chance"]["words"]["most"],
                f"{share['by_chance']['moves_with_as_many']} of {len(share['by_chance']['moves'])}",
            )
            for share in search["by_price"]
        ],
        empty="",
    )


def _percent(ppm: int) -> str:
    sign = "-" if ppm < 0 else "+"
    return f"{sign}{abs(ppm) // 10_000}.{abs(ppm) % 10_000 // 100:02}"


def _value(value: dict[str, Any] | None) -> str | None:
    if value is None:
        return None
    return f"{value['value']} {value['currency']}{' (disputed)' if value['disagrees'] else ''}"
