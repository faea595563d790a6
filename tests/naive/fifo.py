"""First in, first out, spelt out: every base unit is an entry of a list, true where it is traced.

Slow twin of chainlead.trace.methods.fifo. Only for small amounts.
"""


def spread(sources, sinks):
    """Sources are (amount, list of booleans); gives a list of booleans for each sink."""
    queue = []
    for amount, units in sources:
        assert len(units) == amount
        queue.extend(units)
    cut = [[queue.pop(0) for _ in range(sink)] for sink in sinks]
    assert not queue
    return cut


def whole(amount):
    return [True] * amount


def nothing(amount):
    return [False] * amount


def traced(units):
    return sum(units)
