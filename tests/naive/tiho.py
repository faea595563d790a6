"""Taint in, highest out, one unit at a time: each traced unit goes to the largest output with room.

Slow twin of chainlead.trace.methods.tiho. Only for small amounts.
"""


def spread(sources, sinks):
    """Sources are (amount, traced units); the last sink is the fee and gets what fits nowhere else."""
    outputs, fee = sinks[:-1], sinks[-1]
    given = gather_into(sum(units for _, units in sources), outputs)
    rest = sum(units for _, units in sources) - sum(given)
    assert rest <= fee
    return [*given, rest]


def gather(sources, sinks):
    """Looking back: the same with inputs as sinks, and no fee among them."""
    given = gather_into(sum(units for _, units in sources), sinks)
    assert sum(given) == sum(units for _, units in sources)
    return given


def gather_into(units, places):
    given = [0] * len(places)
    for _ in range(units):
        best = None
        for place, amount in enumerate(places):
            has_room = given[place] < amount
            if has_room and (best is None or amount > places[best]):
                best = place
        if best is None:
            break
        given[best] += 1
    return given


def whole(amount):
    return amount


def nothing(_amount):
    return 0


def traced(units):
    return units
