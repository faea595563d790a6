"""What could be asked here: questions that a person without special knowledge can put to somebody.

Data: `data/asks.yaml`; `situations.py` says in which case each fits. A question names whom to ask, what
the answer brings, what it costs and how long it takes, how sure that is, and where it was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec
import yaml

from chainlead.guide.facts import CaseFacts
from chainlead.guide.glossary import ENGLISH
from chainlead.guide.situations import SITUATIONS
from chainlead.model import Sentence
from chainlead.request import LegalCertainty

_MOST_OF_ONE = 3
"""So many services or coins are named by one question."""

WHOM: Mapping[str, Sentence] = {
    "examiner": Sentence("the forensic examiner"),
    "owner": Sentence("the owner, or the defence"),
    "service": Sentence("the service"),
    "issuer": Sentence("the issuer of the token"),
    "bank": Sentence("a bank"),
    "provider": Sentence("the provider"),
    "prosecutor": Sentence("the prosecutor"),
    "unit": Sentence("your technical unit"),
    "register": Sentence("an official register"),
    "fiu": Sentence("the financial intelligence unit"),
    "police": Sentence("the police of the other country"),
}
CONFIRM = Sentence("Law is touched: confirm it with the prosecutor before you ask.")


class AskWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question in one language."""

    ask: str
    brings: str
    cost: str
    time: str


class AskEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of the table."""

    ask_id: str = msgspec.field(name="id")
    panels: tuple[str, ...]
    when: str
    whom: str
    certainty: LegalCertainty
    source: str
    words: dict[str, AskWords]
    is_law: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that fits a case, in one language.

    Attributes:
        ask_id: its name in the table, then what it is about.
        panels: the pages that show it.
        whom: who can be asked, as a key of `WHOM`.
        certainty: how sure the time and the rules in it are; `source` is where they were read.
        is_law: whether a prosecutor confirms it first.
    """

    ask_id: str
    panels: tuple[str, ...]
    whom: str
    question: str
    brings: str
    cost: str
    time: str
    certainty: LegalCertainty
    source: str
    is_law: bool


@cache
def ask_table() -> tuple[AskEntry, ...]:
    """All questions, in the order of the file: what is asked first stands first."""
    text = resources.files("chainlead.guide").joinpath("data/asks.yaml").read_text("utf-8")
    entries = yaml.load(text, Loader=yaml.CSafeLoader)
    known = {"id", "panels", "when", "whom", "certainty", "source", "law"}
    return tuple(
        msgspec.convert(
            {
                **{name: entry[name] for name in known - {"law"}},
                "is_law": entry.get("law", False),
                "words": {code: said for code, said in entry.items() if code not in known},
            },
            AskEntry,
        )
        for entry in entries
    )


def asks(facts: CaseFacts, language: str = ENGLISH) -> tuple[Ask, ...]:
    """The questions that fit this case, in a language; English where it has no words.

    Args:
        facts: the case.
        language: two letters.
    """
    return tuple(
        _filled(entry, entry.words.get(language, entry.words[ENGLISH]), values)
        for entry in ask_table()
        for values in list(SITUATIONS[entry.when](facts))[:_MOST_OF_ONE]
    )


def _filled(entry: AskEntry, words: AskWords, values: Mapping[str, str]) -> Ask:
    return Ask(
        ask_id=":".join((entry.ask_id, *values.values())),
        panels=entry.panels,
        whom=entry.whom,
        question=Sentence(words.ask, **values),
        brings=Sentence(words.brings, **values),
        cost=Sentence(words.cost, **values),
        time=Sentence(words.time, **values),
        certainty=entry.certainty,
        source=entry.source,
        is_law=entry.is_law,
    )
