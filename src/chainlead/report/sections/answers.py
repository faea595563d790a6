"""Answers of services: every line of them is a statement, compared with the ledger where it can be."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, facts, heading, paragraph, points, table
from chainlead.report.why.answer import STATED, STATES

SHOWN = 200


class Answers(Section):
    """What services answered."""

    place: ClassVar[int] = 107
    title: ClassVar[str] = "Answers of services"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each answer: where it is kept, what the ledger says to it, what was left open."""
        if not bundle["answers"]:
            yield paragraph("No answer of a service was imported.")
            return
        yield paragraph(
            f"{STATED} Names and other personal data of the answers are in the case and not in this "
            "report."
        )
        for answer in bundle["answers"]:
            yield from _answer(answer)


def _answer(answer: dict[str, Any]) -> Iterator[Block]:
    yield heading(f"Answer of {answer['service']}: {answer['state']}")
    yield facts(
        (
            ("Answer", answer["answer_id"]),
            ("To request", answer["draft_id"]),
            ("Came", answer["received_at"]),
            ("Time zone chosen", answer["timezone"]),
            ("Profile", answer["profile"]),
            *(
                (
                    f"File {file['number']}",
                    f"{file['name']}, {file['state']}, SHA-256 {file['sha256']}",
                )
                for file in answer["files"]
            ),
        )
    )
    shown = answer["checked"][:SHOWN]
    yield table(
        (
            ("Row", "auto", "number"),
            ("Place", "1fr", "text"),
            ("Way", "auto", "text"),
            ("Transaction id as stated", "2fr", "mono"),
            ("Amount", "auto", "number"),
            ("The ledger", "1fr", "text"),
        ),
        [
            (
                told["row"],
                f"{told['sheet']}, {told['sheet_row']}",
                told["direction"],
                told["txid"],
                told["amount"],
                STATES.get(told["state"], told["state"]),
            )
            for told in shown
        ],
        empty="The answer names no transaction.",
    )
    if len(answer["checked"]) > len(shown):
        yield paragraph(f"{len(answer['checked']) - len(shown)} further rows are in report.json.")
    yield points(f"Left open: {sentence}" for sentence in answer["unanswered"])
