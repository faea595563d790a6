"""What a service's answer leads on to: each is one more question to somebody, or one more trace."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import AnswerFact, CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_MOST_NAMED = 3
_WORDS: dict[str, tuple[str, str, Urgency]] = {
    "nested customer": (
        Sentence("Ask {what}: {service} only holds for it"),
        Sentence(
            "{service} answers that the account is not its own customer's. The name is known one house "
            "further: the request goes there."
        ),
        Urgency.NOW,
    ),
    "internal transfer": (
        Sentence("Ask {service} for its customer {what}"),
        Sentence(
            "Money went to another account inside {service}. No ledger shows it, and the trail of the coins "
            "misses it. Who holds that account, and what happened there, only {service} can say."
        ),
        Urgency.NEXT,
    ),
    "service": (
        Sentence("Find out what {what} knows"),
        Sentence(
            "The answer of {service} names it as the other side of a transfer. Look it up in the service "
            "directory and preserve the data there first."
        ),
        Urgency.NEXT,
    ),
    "iban": (
        Sentence("Ask the bank of {what}"),
        Sentence(
            "A bank has identified the holder of a linked account: often the surest name of all. The country "
            "is in the first two letters; a register of accounts or a domestic order comes first."
        ),
        Urgency.NEXT,
    ),
    "ip": (
        Sentence("Ask the access provider: {what}"),
        Sentence(
            "The connections have address, port and time, which is what a provider needs to name a line. Its "
            "records are kept for a short time only."
        ),
        Urgency.NOW,
    ),
    "phone": (
        Sentence("Ask the telephone provider of {what}"),
        Sentence("The account's number leads to a subscriber, and to a device."),
        Urgency.SOON,
    ),
    "email": (
        Sentence("Ask the mail provider of {what}"),
        Sentence("The account's mailbox is reachable by other instruments than an exchange is."),
        Urgency.SOON,
    ),
}


class AnswerLeads(NextStepRule):
    """Nothing that a service says is left lying."""

    name: ClassVar[str] = "answer-leads"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Withdrawals to follow, then one step for each kind of lead of each answer."""
        for answer in facts.answers:
            yield from self._withdrawals(facts, answer)
            for kind, (title, why, urgency) in _WORDS.items():
                values = [value for found, value, _ in answer.leads if found == kind]
                if not values:
                    continue
                named = ", ".join(values[:_MOST_NAMED])
                more = len(values) - _MOST_NAMED
                what = (
                    Sentence("{named} and {more} more", named=named, more=more)
                    if more > 0
                    else named
                )
                yield self.step(
                    Sentence(title, what=what, service=answer.service),
                    Sentence.joined(
                        (
                            Sentence(why, service=answer.service),
                            Sentence(
                                "It is what {service} states, no more.", service=answer.service
                            ),
                        )
                    ),
                    command(facts, "answer show", answer.answer_id),
                    urgency,
                    about=f"{answer.answer_id}:{kind}",
                    place=Place("answers", answer.answer_id),
                )

    def _withdrawals(self, facts: CaseFacts, answer: AnswerFact) -> Iterator[Step]:
        for kind, value, row in answer.leads:
            if kind == "withdrawal" and row not in answer.followed:
                yield self.step(
                    Sentence(
                        "Follow the money on behind {service}",
                        service=answer.service,
                    ),
                    Sentence(
                        "{service} states that its customer withdrew {value}. The trail "
                        "can go on from there, on this word alone; the trace and the "
                        "report say so.",
                        service=answer.service,
                        value=value,
                    ),
                    command(facts, "answer resume", answer.answer_id, str(row)),
                    Urgency.NEXT,
                    about=f"{answer.answer_id}:{row}",
                    place=Place("answers", answer.answer_id),
                )
