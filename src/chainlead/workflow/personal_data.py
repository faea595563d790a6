"""Persons of a case, who looked at what and why, and how long it is kept."""

from collections.abc import Iterator
from datetime import datetime

from chainlead.request import Clock
from chainlead.store import Store


def review_clocks(_store: Store, _now: datetime) -> Iterator[Clock]:
    """The dates on which somebody has to look again whether the data are still needed."""
    yield from ()
