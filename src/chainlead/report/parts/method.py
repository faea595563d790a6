"""How the report speaks, and what its method can and cannot say. Fixed sentences, tested."""

from typing import Any

STRENGTHS = (
    (
        "observed",
        "Bytes in an exhibit or in a block. Anybody with the same material can check them.",
    ),
    (
        "inferred",
        (
            "A named rule or heuristic said so. It rests on an assumption, which is printed beside it, "
            "and it can be wrong in the way that is printed beside it."
        ),
    ),
    (
        "asserted",
        "Somebody told us. The source, its date and its own confidence are printed beside it.",
    ),
)

CERTAINTIES = (
    ("checked", "A checksum of at least 30 bits, or a hash, holds."),
    ("structured", "Read from a known structure, or a weaker checksum holds."),
    ("shape", "Looks like it; nothing proves it."),
)

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
    (
        "Times of transfers are the times written in the blocks. They can differ from real time by up "
        "to about two hours."
    ),
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
        "strengths": [{"strength": name, "meaning": meaning} for name, meaning in STRENGTHS],
        "certainties": [{"certainty": name, "meaning": meaning} for name, meaning in CERTAINTIES],
        "notes": list(NOTES),
    }
