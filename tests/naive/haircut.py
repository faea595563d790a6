"""Haircut with fractions, then whole units: each sink gets the floor, and what is left over goes one
unit at a time to the largest fractional part, the first of equals.

Slow twin of chainlead.trace.methods.haircut.
"""

from fractions import Fraction


def spread(sources, sinks):
    """Sources are (amount, traced units); gives the traced units of each sink."""
    total = sum(amount for amount, _ in sources)
    traced_in = sum(units for _, units in sources)
    if total == 0:
        return [0 for _ in sinks]
    exact = [Fraction(traced_in * sink, total) for sink in sinks]
    given = [int(share) for share in exact]
    rest = [share - floor for share, floor in zip(exact, given, strict=True)]
    while sum(given) < traced_in:
        best = 0
        for place in range(len(sinks)):
            if rest[place] > rest[best]:
                best = place
        given[best] += 1
        rest[best] = Fraction(-1)
    return given


def whole(amount):
    return amount


def nothing(_amount):
    return 0


def traced(units):
    return units
