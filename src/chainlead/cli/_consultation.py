"""Open a case to look at personal data: the look is an act where the case's settings ask for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainlead.workflow.case import Case


@contextmanager
def consult(folder: Path, thing: str, *, why: str = "") -> Iterator["Case"]:
    """The case, open for reading; before that the look is recorded, if `log_views` is `yes`.

    Args:
        folder: the case folder.
        thing: what is looked at: `findings`, `leads`, `answers`, `persons`.
        why: the reason; that of `CHAINLEAD_WHY` if left out.

    Raises:
        ReasonMissingError: the case requires a reason, and there is none.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.personal_data import note_consultation, wants_views

    with Case.open_to_read(folder) as opened:
        asked = wants_views(opened)
        if not asked:
            yield opened
            return
    with Case.open_to_write(folder) as writing:
        note_consultation(writing, thing, why=why)
    with Case.open_to_read(folder) as opened:
        yield opened
