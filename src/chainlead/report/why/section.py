"""What each section of the report says, and how strongly: the page shows this beside the report."""

from collections.abc import Mapping

from chainlead.model import Sentence
from chainlead.report.why.reason import Why

_ABOUT: Mapping[str, tuple[str, str]] = {
    "In short": ("", Sentence("Four questions, answered from the tables of this case.")),
    "How to read this report": ("", Sentence("What the words of the report mean.")),
    "Exhibits and search": (
        "observed",
        Sentence("What was given to be searched, with digests, and how it was searched."),
    ),
    "What could not be read": (
        "observed",
        Sentence("Each place that was not read, with its reason. It may hold more."),
    ),
    "Findings": (
        "observed",
        Sentence("Bytes that stand in an exhibit; each says where, and how it was proved."),
    ),
    "Ledger": (
        "observed",
        Sentence("Where the blocks came from, with digests, and the last block that was known."),
    ),
    "The trail": (
        "inferred",
        Sentence(
            "Payments are observed. Which of them carry the traced money is inferred, by the rule "
            "that is named; the results of several rules stand side by side."
        ),
    ),
    "Patterns on the trails": (
        "inferred",
        Sentence("Shapes of payments with a name. Their sums are of whole outputs."),
    ),
    "Coins that hide their movements": (
        "observed",
        Sentence("What keys and proofs showed of coins whose ledger shows nothing by itself."),
    ),
    "Payments that match": (
        "inferred",
        Sentence("Amounts that fit a price; never a purchase. Each says what else it could be."),
    ),
    "Notes and marked places": (
        "asserted",
        Sentence("What persons of this unit wrote beside the work and marked for the report."),
    ),
    "Addresses that belong together": (
        "inferred",
        Sentence("Clusters. What is contested is not drawn and waits for a person."),
    ),
    "Inferences": (
        "inferred",
        Sentence(
            "Every rule that the report rests on, with its assumption and how it can be wrong."
        ),
    ),
    "Claims by others": (
        "asserted",
        Sentence("What sources say about addresses. Conflicting claims are all shown."),
    ),
    "Leads and requests": (
        "asserted",
        Sentence("Where somebody knows a name, on whose word, and what was drafted and recorded."),
    ),
    "Other ways on": (
        "inferred",
        Sentence("Money that lies still, tokens that can be frozen, providers that can be asked."),
    ),
    "Exchange rates": (
        "asserted",
        Sentence("Where values in the case's currency come from."),
    ),
    "Answers of services": (
        "asserted",
        Sentence("What services stated, compared with the ledger."),
    ),
    "What exports state": (
        "asserted",
        Sentence(
            "Rows of exports that wallets, exchanges and explorers write: each is its one source's word, "
            "beside the ledger and never mixed with it."
        ),
    ),
    "Results that were worked out again": (
        "inferred",
        Sentence(
            "What lost its ground because blocks left the chain, and what came of working it out again."
        ),
    ),
    "Making this report again": (
        "",
        Sentence(
            "The digest of the journal, the versions, and the command that makes the same bytes."
        ),
    ),
    "Words used": ("", Sentence("The words of the report, in plain language.")),
}


def why_sections(titles: tuple[str, ...]) -> tuple[tuple[str, Why], ...]:
    """Each title with what its section says and how strongly, in the order of the report."""
    return tuple(
        (title, Why(f"report:{title}", strength, (sentence,)))
        for title, (strength, sentence) in ((title, _ABOUT[title]) for title in titles)
    )
