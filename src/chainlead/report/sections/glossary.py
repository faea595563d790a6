"""The words that the report uses, in plain language."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, table


class Glossary(Section):
    """Words and what they mean here."""

    place: ClassVar[int] = 120
    title: ClassVar[str] = "Words used"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """One line per word."""
        yield table(
            (("Word", "auto", "text"), ("Meaning", "1fr", "text")),
            [(row["term"], row["meaning"]) for row in bundle["glossary"]],
            empty="No glossary was given.",
        )
