"""The trail: pictures with time from left to right, the rules side by side, and the table twin."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.picture import main_rule, page_svgs
from chainlead.report.sections.leads import value_text
from chainlead.report.story import (
    Block,
    Section,
    facts,
    figure,
    heading,
    number,
    paragraph,
    points,
    table,
)
from chainlead.report.why.trail_end import BOUNDS, PLACES

SHOWN = 300
_NARROW = 760
"""Pictures up to this size stand between the text; larger ones get a page of their own."""
_FEW_RULES = 3
_LONG_AMOUNT = 14
_SUM_ORDER = {"origin_units": 0, "frontier_units": 2}
_SUM_WORDS = {"origin_units": "followed from the origin", "frontier_units": "all ends together"}


class Trail(Section):
    """Where the money went, or came from."""

    place: ClassVar[int] = 70
    title: ClassVar[str] = "The trail"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each trace: question, pictures, rules side by side, sums, steps."""
        if not bundle["traces"]:
            yield paragraph("No trace was made in this case.")
        for place, trace in enumerate(bundle["traces"], start=1):
            yield heading(f"Trace {place}: {trace['direction']} from {trace['origin']}")
            yield from _basis(trace)
            yield from _question(trace)
            yield from _side_by_side(trace)
            yield from _sums(trace)
            yield from _notes(trace)
            yield from _pictures(trace)
            yield from _steps(trace)


def _basis(trace: dict[str, Any]) -> Iterator[Block]:
    """On what a trail behind a service rests: a statement, never a block."""
    basis = trace.get("basis")
    if not basis:
        return
    yield paragraph(str(basis["sentence"]))
    yield facts(
        (
            ("Strength of this beginning", f"asserted by {basis['source']}; drawn dotted"),
            ("Answer", f"{basis['answer_id']}, row {basis['row']}"),
            ("Place", f"sheet {basis['sheet']}, row {basis['sheet_row']}"),
            ("File", basis["sha256"]),
            ("Came", basis["received_at"]),
            ("Behind the lead", basis["behind"]["lead_id"]),
        )
    )


def _question(trace: dict[str, Any]) -> Iterator[Block]:
    pinned = trace["pinned"]
    asked = ", ".join(f"{name} {value}" for name, value in _flat(trace["parameters"]))
    yield facts(
        (
            ("Trace", trace["trace_id"]),
            ("Origin", trace["origin"]),
            ("Direction", trace["direction"]),
            *(
                (("Token contract", trace["asset"]["contract"]),)
                if (trace.get("asset") or {}).get("contract")
                else ()
            ),
            ("Pinned to", f"{pinned.get('chain')} block {pinned.get('height')}"),
            ("Block hash", pinned.get("block_hash")),
            ("Rules", ", ".join(trace["rules"])),
            ("Parameters", asked or "none"),
            ("Stored answer", trace["result_sha256"]),
        )
    )


def _flat(parameters: Any, before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in sorted(dict(parameters or {}).items()):
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, list):
            yield f"{before}{name}", " ".join(map(str, value)) or "none"
        else:
            yield f"{before}{name}", "none" if value is None else value


def _pictures(trace: dict[str, Any]) -> Iterator[Block]:
    rule = main_rule(trace)
    if not rule or not (trace["rules"][rule]["transfers"] or trace["rules"][rule]["frontier"]):
        yield paragraph("There is nothing to draw: no rule found a transfer.")
        return
    pictures = page_svgs(trace, rule)
    for page, svg in enumerate(pictures, start=1):
        part = f", part {page} of {len(pictures)}" if len(pictures) > 1 else ""
        yield figure(
            svg.markup,
            wide=svg.width > _NARROW or svg.height > _NARROW,
            alt=(
                f"Trail from {trace['origin']} under the rule {rule}{part}. "
                "The tables after it say the same in words."
            ),
            caption=f"Trail under the rule {rule}{part}. Trace {trace['trace_id']}.",
        )
    others = [name for name in trace["rules"] if name != rule]
    if others:
        yield paragraph(
            "The same trail under the other rules is drawn in "
            + ", ".join(f"trail-{trace['trace_id']}-{name}.svg" for name in others)
            + "."
        )


def _side_by_side(trace: dict[str, Any]) -> Iterator[Block]:
    rules = list(trace["rules"])
    symbol = _symbol(trace)
    places = trace["side_by_side"]
    shown = [place for place in places if place["reason"] != "fee"]
    fees = len(places) - len(shown)
    bounded = any(place["least"] or place["most"] for place in shown)
    yield heading(
        f"Where the trail stops: the rules side by side{f', in {symbol}' if symbol else ''}"
    )
    yield paragraph(f"{PLACES} {BOUNDS}" if bounded else PLACES)
    numbered = list(enumerate(shown[:SHOWN], start=1))
    yield table(
        (
            ("", "auto", "number"),
            (_place_heading(trace), "1fr", "mono"),
            ("Stops because", "auto", "text"),
            ("Block", "auto", "number"),
            ("Amount", "auto", "number"),
        ),
        [
            (
                place_number,
                [place["place"], *([place["address"]] if place["address"] else [])],
                f"service: {place['note']}" if place["reason"] == "service" else place["reason"],
                place["height"],
                _decimal(place["amount"]),
            )
            for place_number, place in numbered
        ],
        empty="No rule came to an end: there was nothing to follow.",
    )
    if numbered:
        yield paragraph("The traced part of each of these places, by its number above:")
        yield _traced_table(numbered, rules, bounded=bounded)
    told = [place for place in shown[:SHOWN] if place["reason"] not in {"service", "unspent"}]
    if told:
        yield points(f"{place['place']}: {place['note']}." for place in told)
    if len(shown) > SHOWN:
        yield paragraph(f"{len(shown) - SHOWN} further ends: see frontier.csv and report.json.")
    if fees:
        yield paragraph(
            f"The fees of {number(fees, 'transaction')} are ends too; they stand in the sums and, "
            "one by one, in frontier.csv."
        )


def _traced_table(
    numbered: list[tuple[int, dict[str, Any]]], rules: list[str], *, bounded: bool
) -> Block:
    """A column for each rule; where amounts are too long for that, a line for each."""
    if len(rules) > _FEW_RULES and any(_is_long(place) for _, place in numbered):
        lines = [
            (place_number, name, _decimal(amount))
            for place_number, place in numbered
            for name, amount in (
                *((("least", place["least"]),) if bounded else ()),
                *place["traced"].items(),
                *((("most", place["most"]),) if bounded else ()),
            )
            if amount is not None
        ]
        headings = (("", "auto", "number"), ("Rule", "auto", "text"), ("Traced", "1fr", "number"))
        return table(headings, lines, empty="")
    return table(
        (
            ("", "auto", "number"),
            *((name, "1fr", "number") for name in ("least",) if bounded),
            *((rule, "1fr", "number") for rule in rules),
            *((name, "1fr", "number") for name in ("most",) if bounded),
        ),
        [
            (
                place_number,
                *((_decimal(place["least"]),) if bounded else ()),
                *(_decimal(place["traced"].get(rule)) for rule in rules),
                *((_decimal(place["most"]),) if bounded else ()),
            )
            for place_number, place in numbered
        ],
        empty="",
    )


def _is_long(place: dict[str, Any]) -> bool:
    amounts = (*place["traced"].values(), place["least"], place["most"])
    return any(len(amount["decimal"]) > _LONG_AMOUNT for amount in amounts if amount)


def _notes(trace: dict[str, Any]) -> Iterator[Block]:
    """What holds under every rule, and what a rule has to say about its figures."""
    if trace["bounds_sums"]:
        yield paragraph(
            "Whatever rule is applied, what ended in each way lies between a provable minimum and a "
            "possible maximum:"
        )
        yield table(
            (
                ("Ended", "1fr", "text"),
                ("at least", "auto", "number"),
                ("at most", "auto", "number"),
            ),
            [
                (reason.replace("_", " "), _decimal(sums.get("least")), _decimal(sums.get("most")))
                for reason, sums in trace["bounds_sums"].items()
            ],
            empty="",
        )
    said = [
        *(note for note in trace["notes"] if note != (trace.get("basis") or {}).get("sentence")),
        *(f"{name}: {text}" for name, result in trace["rules"].items() for text in result["notes"]),
    ]
    if said:
        yield points(said)


def _place_heading(trace: dict[str, Any]) -> str:
    return "Transfer and account" if trace.get("kind") == "accounts" else "Output and address"


def _decimal(amount: dict[str, Any] | None) -> str | None:
    return amount["decimal"] if amount else None


def _sums(trace: dict[str, Any]) -> Iterator[Block]:
    """Sums of the rules that conserve value; a sum under another rule means nothing."""
    rules = [name for name, result in trace["rules"].items() if result["conserves"]]
    others = [name for name in trace["rules"] if name not in rules]
    names = {name for rule in rules for name in trace["rules"][rule]["sums"]}
    ordered = sorted(names, key=lambda name: (_SUM_ORDER.get(name, 1), name))
    yield table(
        (("Sum", "1fr", "text"), *((rule, "auto", "number") for rule in rules)),
        [
            (
                _SUM_WORDS.get(name, f"ended: {name.replace('_units', '').replace('_', ' ')}"),
                *(_sum(trace["rules"][rule]["sums"].get(name)) for rule in rules),
            )
            for name in ordered
        ],
        empty="No rule that conserves value was used, so there are no sums.",
    )
    if rules and others:
        yield paragraph(
            f"Under {' and '.join(others)} only the figure of one place means something, as an upper "
            "bound; figures of several places do not add up, so no sum is shown."
        )


def _sum(value: Any) -> object:
    return value["decimal"] if isinstance(value, dict) and "decimal" in value else value


def _symbol(trace: dict[str, Any]) -> str:
    for place in trace["side_by_side"]:
        for amount in place["traced"].values():
            return str(amount["symbol"])
    contract = (trace.get("asset") or {}).get("contract")
    return str(trace["asset"]["symbol"]) if contract else ""


def _steps(trace: dict[str, Any]) -> Iterator[Block]:
    rule = main_rule(trace)
    if not rule:
        return
    steps = trace["rules"][rule]["transfers"]
    valued = any(step.get("value") for step in steps[:SHOWN])
    yield heading(f"The steps under the rule {rule}: the picture as a table")
    yield table(
        (
            ("Hop", "auto", "number"),
            ("Time (UTC)", "auto", "mono"),
            ("Block", "auto", "number"),
            (_place_heading(trace), "1fr", "mono"),
            ("Amount", "auto", "number"),
            *((("Value then", "auto", "number"),) if valued else ()),
            ("Traced", "auto", "number"),
        ),
        [
            (
                step.get("hop"),
                (step.get("mined_at") or "")[:16].replace("T", " "),
                step.get("height"),
                [
                    step.get("place") or step.get("outpoint"),
                    *([step["address"]] if step.get("address") else []),
                    *([f"tag {step['memo']}"] if step.get("memo") else []),
                ],
                step["amount"]["decimal"],
                *((value_text(step),) if valued else ()),
                step["traced"]["decimal"],
            )
            for step in steps[:SHOWN]
        ],
        empty="This rule followed no transfer.",
    )
    if len(steps) > SHOWN:
        yield paragraph(f"{len(steps) - SHOWN} further steps: see transfers.csv and report.json.")
