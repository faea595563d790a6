"""Why a lead is one: who says whose the place is, how the money got there, what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from chainlead.attribution import confidence_words
from chainlead.model import Sentence, moment_from_text
from chainlead.report.why.reason import Card, Why

TRACKS = {
    "issuer": (
        Sentence("Freeze"),
        Sentence(
            "Units of a stablecoin lie at an address. Its issuer can freeze them there. A token is known "
            "by its contract alone: one that only has the same symbol is not counted."
        ),
    ),
    "unspent": (
        Sentence("Seize"),
        Sentence(
            "Money at the end of a trail that was not moved, as far as the ledger of this case goes. "
            "Change that went back to the payer is often among it. That it lies there is observed; that "
            "it is the traced money is inferred by the rules."
        ),
    ),
    "provider": (
        Sentence("Ask a provider"),
        Sentence(
            "The evidence names a contact. Who keeps the account behind it can be asked by other "
            "instruments than an exchange. That the contact is named is observed."
        ),
    ),
}
_SHOWN = 12


def why_lead(told: Mapping[str, Any], cards: Iterable[Card] = ()) -> Why:
    """The reasons for a lead.

    Args:
        told: the lead as the report keeps it (`lead_document`), of any track.
        cards: the rules under which its trace was made.
    """
    sentences = [
        *((TRACKS[told["track"]][1],) if told["track"] in TRACKS else ()),
        *_claims(told),
        *origin_lines(told),
        *inferred_lines(told),
        *conflict_lines(told),
        *_money(told),
        *missing_lines(told),
    ]
    named: list[tuple[str, object]] = [
        (Sentence("Trace"), told["trace_id"]),
        (Sentence("First transfer"), _moment(told["first_at"])),
        (Sentence("Last transfer"), _moment(told["last_at"])),
        (
            Sentence("Found in"),
            " ".join(p for h in told["handles"] for p in h["found_in"][:_SHOWN]),
        ),
    ]
    return Why(
        f"lead:{told['lead_id']}",
        told["strength"],
        tuple(sentences),
        tuple((name, value) for name, value in named if value),
        tuple(cards),
    )


def _confidence(name: str) -> str:
    """What a class of confidence means; for a claim by way of a cluster, of the class that is lowered."""
    below, _, words = confidence_words(name).partition(": ")
    if words and below == "one class below":
        return Sentence("one class below: {what}", what=Sentence(words))
    return Sentence(confidence_words(name))


def _moment(text: str | None) -> datetime | None:
    return moment_from_text(text) if text else None


def origin_lines(lead: Mapping[str, Any]) -> Iterator[str]:
    """On whose word the trail begins, and what only an upper bound reaches."""
    if lead.get("behind"):
        yield Sentence(
            "The trail to it begins behind {service}, on that service's word alone (asserted).",
            service=lead["behind"],
        )
    if lead["reach"]:
        yield reach_line(lead)


def reach_line(lead: Mapping[str, Any]) -> str:
    """How far a rule that is only an upper bound leads."""
    return Sentence("Reached {how}.", how=Sentence(lead["reach"]))


def conflict_lines(lead: Mapping[str, Any]) -> Iterator[str]:
    """Each source that names another party."""
    for claim in lead["conflicts"]:
        yield Sentence(
            "In conflict: {address} is said to be {service} by {source}.",
            address=claim["address"],
            service=claim["service"],
            source=claim["source"],
        )


def inferred_lines(lead: Mapping[str, Any]) -> Iterator[str]:
    """Each deposit address that was inferred from a sweep."""
    for deposit in lead["deposits"]:
        if deposit["inference"]:
            yield Sentence(
                "Inferred: {address} is taken for a deposit address of the service because transaction "
                "{sweep} swept it to {wallet}. {inference}",
                address=deposit["address"],
                sweep=deposit["sweep_txid"],
                wallet=deposit["service_address"],
                inference=Sentence(deposit["inference"]),
            )


def missing_lines(lead: Mapping[str, Any]) -> Iterator[str]:
    """What is missing for a good request."""
    is_service = lead["track"] == "service"
    for text in lead["missing"]:
        what = Sentence(text if text.endswith(".") else f"{text}.")
        if is_service:
            yield Sentence("Still missing for a request: {what}", what=what)
        else:
            yield Sentence("Still missing: {what}", what=what)


def _claims(lead: Mapping[str, Any]) -> Iterator[str]:
    for claim in lead["claims"][:_SHOWN]:
        values = {
            "source": claim["source"],
            "address": claim["address"],
            "service": claim["service"],
            "confidence": _confidence(claim["confidence"]),
            "date": claim["lastmod"] or Sentence("no date"),
        }
        if claim["inherited_via"]:
            yield Sentence.counted(
                len(claim["inherited_via"]),
                "{source} names another address of the same cluster: “{service}” (confidence: "
                "{confidence}; {date}). That {address} belongs to it is inferred, from {count} "
                "transaction that spent from both together.",
                "{source} names another address of the same cluster: “{service}” (confidence: "
                "{confidence}; {date}). That {address} belongs to it is inferred, from {count} "
                "transactions that spent from both together.",
                **values,
            )
        else:
            yield Sentence(
                "{source} says that {address} belongs to “{service}” (confidence: {confidence}; {date}).",
                **values,
            )


def _money(lead: Mapping[str, Any]) -> Iterator[str]:
    deposits = lead["deposits"]
    if deposits:
        yield Sentence.counted(
            len(deposits),
            "{count} transfer of the trail reached it. The transfer is observed; how much of it is the "
            "traced money depends on the rule, so every rule is shown beside the others.",
            "{count} transfers of the trail reached it. The transfers are observed; how much of each is "
            "the traced money depends on the rule, so every rule is shown beside the others.",
        )
