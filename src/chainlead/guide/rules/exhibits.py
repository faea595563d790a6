"""No exhibit yet, an exhibit that was not searched to its end, one in which nothing was found."""

import shlex
from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class Exhibits(NextStepRule):
    """Everything that was seized has to be searched."""

    name: ClassVar[str] = "exhibits"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Scan something, finish what was begun, look at empty exhibits by eye."""
        if not facts.exhibits:
            yield self.step(
                Sentence("Scan the first exhibit"),
                Sentence(
                    "The case holds no exhibit. A scan reads a folder, file or archive "
                    "without changing it, and lists every address, key and wallet in it."
                ),
                command(facts, "scan", "EXHIBIT"),
                Urgency.NEXT,
                place=Place("evidence", "scan"),
            )
        for exhibit in facts.exhibits:
            if not exhibit.is_scanned:
                yield self.step(
                    Sentence(
                        "Finish the scan of exhibit {exhibit}",
                        exhibit=exhibit.exhibit,
                    ),
                    Sentence(
                        "Its scan was interrupted. The same command goes on where it stopped."
                    ),
                    command(facts, "scan", shlex.quote(exhibit.path)),
                    Urgency.NEXT,
                    about=exhibit.exhibit,
                    forgotten=True,
                    place=Place(
                        "evidence", "read", (("path", exhibit.path), ("name", exhibit.exhibit))
                    ),
                )
            elif not exhibit.streams:
                yield self.step(
                    Sentence(
                        "Look at exhibit {exhibit}: nothing in it was searched",
                        exhibit=exhibit.exhibit,
                    ),
                    Sentence(
                        "The scan ended, but it read no file in this exhibit. It may be "
                        "empty, locked or of a kind that chainlead cannot open."
                    ),
                    command(facts, "report"),
                    Urgency.SOON,
                    about=exhibit.exhibit,
                    forgotten=True,
                    place=Place("evidence", "unread"),
                )
