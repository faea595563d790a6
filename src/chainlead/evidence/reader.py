"""Opens one exhibit file and reads all that it holds, within the limits."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from chainlead.errors import ExhibitNotFoundError
from chainlead.evidence.budget import Budget
from chainlead.evidence.exhibit import ExhibitFile, changed_note, has_changed, open_exhibit
from chainlead.evidence.item import Item, StreamRead, Unread, UnreadReason
from chainlead.evidence.journey import Cut, Journey, Lead
from chainlead.evidence.limits import Limits
from chainlead.evidence.passwords import NO_PASSWORDS, Passwords
from chainlead.evidence.source import Place
from chainlead.evidence.stream import open_regular
from chainlead.evidence.walk import HEAD_BYTES, Walk, identify
from chainlead.model import Provenance

_Yield = Item | StreamRead | Unread


def read_file(
    file: ExhibitFile,
    limits: Limits,
    *,
    now: Callable[[], float] = time.monotonic,
    passwords: Passwords = NO_PASSWORDS,
) -> Iterator[Item | StreamRead | Unread]:
    """Everything that one exhibit file holds, outermost first.

    Args:
        file: what `Exhibit.files` gave.
        limits: how far to go.
        now: seconds that never go back; the caller's own time between items is not counted.
        passwords: tried on what is encrypted.

    Yields:
        `StreamRead` for each stream, its `Item`s, and an `Unread` for whatever could not be read.
    """
    yield from _read(file, limits, now, Journey(passwords=passwords))


def reread(
    exhibit_path: Path,
    provenance: Provenance,
    limits: Limits,
    *,
    passwords: Passwords = NO_PASSWORDS,
) -> Iterator[Item]:
    """The items at one location again, straight from the exhibit.

    Args:
        exhibit_path: where the exhibit lies now.
        provenance: a location that `read_file` gave.
        limits: as when it was read.
        passwords: as when it was read.

    Raises:
        ExhibitNotFoundError: the exhibit, or this file of it, is not there.
    """
    exhibit = open_exhibit(exhibit_path, provenance.exhibit)
    journey = Journey(target=provenance.steps, passwords=passwords)
    step = provenance.steps[:1]
    for file in exhibit.files():
        if not isinstance(file, ExhibitFile) or file.provenance.steps != step:
            continue
        for piece in _read(file, limits, time.monotonic, journey):
            if isinstance(piece, Item) and piece.provenance == provenance:
                yield piece
        return
    raise ExhibitNotFoundError(f"{exhibit_path} holds no {' '.join(map(str, step))}.")


def read_on(
    file: ExhibitFile,
    limits: Limits,
    journey: Journey,
    *,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Item | StreamRead | Unread | Cut | Lead]:
    """As `read_file`, from a cut on and with further cuts, where a scan may go on later.

    Args:
        file: what `Exhibit.files` gave.
        limits: how far to go; for one file always the same.
        journey: where to begin, how often to cut, how careful to be.
        now: seconds that never go back; the caller's own time between items is not counted.

    Yields:
        What `read_file` yields; a `Cut` at places that follow from the file and the limits alone;
        after a cut between two pages the `Lead` of the next page.
    """
    try:
        stream = open_regular(file.path)
    except OSError as error:
        detail = error.strerror or str(error)
        yield Unread(file.provenance, UnreadReason.NO_ACCESS, detail)
        return
    stream.assume_sha256(journey.sha256)
    budget = Budget(limits, now, stream.size_bytes)
    walk = Walk(budget, journey)
    place = Place(
        file.provenance,
        stream,
        file.name,
        budget,
        sibling=file.sibling,
        neighbour=file.neighbour,
        passwords=journey.passwords,
        is_wanted=walk.is_wanted,
    )
    try:
        for piece in walk.outermost(place, file.source_name):
            budget.pause()
            yield piece
            budget.resume()
        if has_changed(file):
            yield changed_note(file.provenance)
    except OSError as error:
        yield place.unread(UnreadReason.DAMAGED, f"reading stopped: {error.strerror or error}")
    finally:
        stream.close()


def has_pages_only(file: ExhibitFile) -> bool:
    """Whether no source knows the file, so that it is nothing but raw pages.

    Raises:
        OSError: it cannot be opened or read.
    """
    stream = open_regular(file.path)
    try:
        return identify(stream.read_at(0, HEAD_BYTES), file.name, stream) is None
    finally:
        stream.close()


def _read(
    file: ExhibitFile, limits: Limits, now: Callable[[], float], journey: Journey
) -> Iterator[_Yield]:
    for piece in read_on(file, limits, journey, now=now):
        if not isinstance(piece, Cut | Lead):  # a journey without cuts has none
            yield piece
