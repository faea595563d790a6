"""The bounds of one transaction by trying every division that conserves value.

Slow twin of chainlead.trace.bounds. Only for very small amounts.
"""

from itertools import product


def divisions(traced, sinks):
    """Every way to put so many traced units into sinks of these sizes."""
    for parts in product(*(range(sink + 1) for sink in sinks)):
        if sum(parts) == traced:
            yield parts


def least(traced_least, sinks):
    """For each sink the smallest part in any division of at least so much."""
    return [min(ways) for ways in _columns(range(traced_least, sum(sinks) + 1), sinks)]


def most(traced_most, sinks):
    """For each sink the largest part in any division of at most so much."""
    return [max(ways) for ways in _columns(range(traced_most + 1), sinks)]


def _columns(sums, sinks):
    ways = [parts for traced in sums for parts in divisions(traced, sinks)]
    return zip(*ways, strict=True)
