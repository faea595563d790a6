"""Why a clock ends when it does: which event it is counted from, which rule, how sure that rule is."""

from chainlead.model import Sentence
from chainlead.report.why.reason import Why
from chainlead.request import Clock, deadlines, get_texts, languages

_ENGLISH = "en"
_ACKNOWLEDGED = "acknowledged"


def clock_name(clock: Clock, language: str) -> str:
    """What the clock is called in a language of the letters."""
    texts = get_texts(language if language in languages() else _ENGLISH)
    return texts.word("clocks", clock.clock_id, clock.name)


def why_clock(clock: Clock, language: str) -> Why:
    """The reasons for the end of a clock, in a language of the letters."""
    texts = get_texts(language if language in languages() else _ENGLISH)
    known = deadlines().get(clock.clock_id)
    length = texts.plain(f"unit_{known.unit.value}", count=known.count) if known else clock.length
    sentences: list[str] = []
    if clock.started_at is not None:
        sentences.append(
            Sentence(
                "Counted from an event that a person recorded: {event}.",
                event=Sentence(clock.started_by.replace("_", " ")),
            )
        )
    elif not clock.is_sent:
        sentences.append(
            Sentence("It does not run yet: its part of the request is not recorded as sent.")
        )
    else:
        sentences.append(Sentence("It does not run yet: the event that starts it is not recorded."))
    if clock.started_by == _ACKNOWLEDGED and known and known.counted_from == "receipt":
        sentences.append(
            Sentence(
                "The receipt itself was not recorded; the acknowledgement stands in for it, so the "
                "true end may be earlier."
            )
        )
    if clock.is_red:
        sentences.append(
            Sentence("Red: data or money are lost, or an order lapses, when it runs out.")
        )
    if clock.certainty is None:
        sentences.append(Sentence("Somebody said or decided this term; no law sets it."))
    else:
        sentences.append(
            Sentence(
                "How sure the rule is: {certainty}. Confirm the term with the prosecutor.",
                certainty=texts.certainty(clock.certainty),
            )
        )
    named: list[tuple[str, object]] = [
        (Sentence("Length"), length),
        (Sentence("Counted from"), clock.started_at),
        (Sentence("Ends"), clock.due_at),
        (
            Sentence("Can be over at the soonest"),
            clock.earliest_at if clock.earliest_at != clock.due_at else None,
        ),
        (Sentence("Source"), clock.source),
        (Sentence("Journal entry"), str(clock.changed_seq) if clock.changed_seq else ""),
    ]
    return Why(
        f"clock:{clock.draft_id}:{clock.clock_id}",
        "asserted",
        tuple(sentences),
        tuple((name, value) for name, value in named if value),
    )
