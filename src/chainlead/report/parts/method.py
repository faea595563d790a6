"""How the report speaks, and what its method can and cannot say. Fixed sentences, tested."""

from collections.abc import Mapping
from typing import Any

from chainlead.report.why.event import BLOCK_TIMES
from chainlead.report.why.words import CERTAINTIES, STRENGTHS

NOTES = (
    "An address is not a person. Nothing here says who used a key, a device or an account.",
    (
        "A person who paid into an address may be a victim. The role of an address is unknown until "
        "somebody with knowledge says otherwise."
    ),
    (
        "That two addresses were inputs of one transaction is a ledger fact. One common explanation is "
        "that one party controls both; known exceptions are CoinJoin, PayJoin, custodial batching and "
        "shared keys."
    ),
    (
        "A taint rule is a convention about which output carries the marked value. The ledger does not "
        "say it. Results of several rules are shown side by side; none is called the true one."
    ),
    "Amounts are whole base units. They are never rounded; a rule that divides names its rounding.",
    str(BLOCK_TIMES),
    "Where the known blocks do not hold an earlier output, its amount is unknown. Unknown is not zero.",
    "What could not be read is listed with its reason. It may hold more.",
    (
        "An error rate beside an inference was measured on simulated wallets, whose owners a program "
        "invented. Simulated wallets are not the world: the rate of this case is not known."
    ),
)


def method() -> dict[str, Any]:
    """The meaning of the three strengths and of the certainties, and the notes on method."""
    return {
        "strengths": _meanings("strength", STRENGTHS),
        "certainties": _meanings("certainty", CERTAINTIES),
        "notes": list(NOTES),
    }


def _meanings(name: str, words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{name: word, "meaning": str(meaning)} for word, meaning in words.items()]
