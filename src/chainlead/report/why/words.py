"""What the fixed words of the records mean, each in a sentence; the report and the page print these."""

from chainlead.model import Role, Sentence

STRENGTHS = {
    "observed": Sentence(
        "Bytes in an exhibit or in a block. Anybody with the same material can check them."
    ),
    "inferred": Sentence(
        "A named rule or heuristic said so. It rests on an assumption, which is printed beside it, "
        "and it can be wrong in the way that is printed beside it."
    ),
    "asserted": Sentence(
        "Somebody told us. The source, its date and its own confidence are printed beside it."
    ),
}

CERTAINTIES = {
    "checked": Sentence("A checksum of at least 30 bits, or a hash, holds."),
    "structured": Sentence("Read from a known structure, or a weaker checksum holds."),
    "shape": Sentence("Looks like it; nothing proves it."),
}

ROLES = {
    Role.OWN.value: Sentence(
        "It stands in a wallet, or comes from a key, that was found in the evidence."
    ),
    Role.COUNTERPARTY.value: Sentence(
        "The place where it stands names it as the other side of a payment."
    ),
    Role.SHIPPED.value: Sentence("It came with software: no user wrote it."),
    Role.EXAMPLE.value: Sentence("It is a published example or test value, and nobody's."),
    Role.UNKNOWN.value: Sentence("Nothing at that place says whose it is."),
}

JUDGED = {
    "new": Sentence("Nobody has judged it yet."),
    "relevant": Sentence("A person judged that it matters for this case."),
    "noise": Sentence("A person judged that it does not matter here; the report only counts it."),
}
