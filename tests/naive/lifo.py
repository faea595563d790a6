"""Last in, first out, spelt out: every base unit lies on a stack, true where it is traced.

Slow twin of chainlead.trace.methods.lifo. Only for small amounts.
"""


def spread(sources, sinks):
    """Sources are (amount, list of booleans); gives a list of booleans for each sink."""
    stack = []
    for amount, units in sources:
        assert len(units) == amount
        for unit in units:
            stack.append(unit)  # noqa: PERF402  # one unit after the other is the definition
    taken = [[stack.pop() for _ in range(sink)] for sink in sinks]
    assert not stack
    return taken


def whole(amount):
    return [True] * amount


def nothing(amount):
    return [False] * amount


def traced(units):
    return sum(units)
