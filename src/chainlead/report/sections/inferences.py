"""Every inference with its card: assumption, parameters, known failure, citation, questions."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, facts, heading, paragraph, points, table
from chainlead.report.why.reason import card_pairs, inference_card

SHOWN = 120
CLUSTERS = "Addresses that belong together"
_CARD = ("name", "version", "assumption", "known_failure", "citation", "parameters", "error_rate")


class Inferences(Section):
    """What a rule or heuristic said, and how it can be wrong."""

    place: ClassVar[int] = 80
    title: ClassVar[str] = "Inferences"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """One card per rule or heuristic, then the links that rest on it."""
        cards = _cards(bundle)
        above = cards_of_clusters(bundle)
        if not cards:
            yield paragraph("This report rests on no inference.")
            return
        yield paragraph(
            "Each of the following was inferred. It holds only where its assumption holds. Error rates "
            "were measured on simulated wallets, whose owners are known because a program invented "
            "them. Simulated wallets are not the world: such a rate says how the rule does on those "
            "wallets, and is no error rate for this case."
        )
        for (kind, name), card in sorted(cards.items()):
            yield heading(f"{kind}: {name}")
            if above.get(name) == card:
                yield paragraph(
                    "Its assumption, known failure, parameters and error rate stand above, in "
                    f"“{CLUSTERS}”."
                )
            else:
                yield card_block(card)
            questions = card.get("critical_questions") or card.get("questions")
            if questions:
                yield points(map(str, questions))
            yield from _links(bundle, name)


def cards_of_clusters(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The cards that the section on clusters prints."""
    return {
        card["name"]: card
        for part in bundle["clusters"]
        if part["addresses"] or part["contested"]
        for card in part["inferences"]
    }


def card_block(card: dict[str, Any]) -> Block:
    """What speaks for and against one rule or heuristic, as names and values."""
    return facts(card_pairs(card))


def _cards(bundle: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    cards: dict[tuple[str, str], dict[str, Any]] = {}
    for trace in bundle["traces"]:
        for rule, result in trace["rules"].items():
            if "card" in result:
                cards["Taint rule", rule] = result["card"]
        for inference in trace["inferences"]:
            card = inference_card(inference)
            cards["Heuristic", str(card.get("name", "unnamed"))] = card
    return cards


def _links(bundle: dict[str, Any], name: str) -> Iterator[Block]:
    rows = []
    for trace in bundle["traces"]:
        for inference in trace["inferences"]:
            if str(inference_card(inference).get("name", "unnamed")) != name:
                continue
            said = {
                key: value
                for key, value in inference.items()
                if key not in {*_CARD, "card", "heuristic", "strength"}
                and value not in (None, [], "")
            }
            if said:
                rows.append(("inferred", trace["trace_id"], _sentence(said)))
    if rows:
        yield table(
            (
                ("Strength", "auto", "strength"),
                ("Trace", "auto", "mono"),
                ("What it said", "1fr", "mono"),
            ),
            rows[:SHOWN],
            empty="",
        )
    if len(rows) > SHOWN:
        yield paragraph(f"{len(rows) - SHOWN} further ones: see report.json.")


def _sentence(said: dict[str, Any]) -> str:
    parts = []
    for key, value in sorted(said.items()):
        if isinstance(value, list):
            shown = " ".join(map(str, value[:12]))
            more = f" and {len(value) - 12} more" if len(value) > 12 else ""
            parts.append(f"{key.replace('_', ' ')}: {shown}{more}")
        else:
            parts.append(f"{key.replace('_', ' ')}: {value}")
    return "; ".join(parts)
