"""Poison spelt out: one traced unit on the way in makes every unit on the way out traced.

Slow twin of chainlead.trace.methods.poison.
"""


def spread(sources, sinks):
    """Sources are (amount, traced units); gives the traced units of each sink."""
    for _amount, units in sources:
        if units > 0:
            return list(sinks)
    return [0 for _ in sinks]


def whole(amount):
    return amount


def nothing(_amount):
    return 0


def traced(units):
    return units
