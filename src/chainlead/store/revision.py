"""Which layout a case database has, and whether this chainlead can read it."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from chainlead.errors import CaseVersionError

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def known_revisions() -> tuple[str, ...]:
    """The revisions that this chainlead knows, oldest first: `0001` for `v0001_first.py`."""
    return tuple(sorted(file.name[1:5] for file in VERSIONS.glob("v[0-9][0-9][0-9][0-9]_*.py")))


def current_revision(connection: Connection) -> str | None:
    """The layout of a database; None while it has none.

    Raises:
        CaseVersionError: this chainlead does not know the layout.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    current = connection.execute(text("select version_num from alembic_version")).scalar()
    if current is not None and current not in known_revisions():
        raise CaseVersionError(
            f"The case has layout {current!r}, which this chainlead does not know."
        )
    return current


def require_known(connection: Connection) -> None:
    """Refuse to read a database of another layout; nothing is changed.

    Raises:
        CaseVersionError: a newer chainlead wrote it, or it has to be brought up to date first.
    """
    current = current_revision(connection)
    if current is not None and current != known_revisions()[-1]:
        raise CaseVersionError(
            f"The case has the older layout {current!r}.",
            next_step="Open it once for writing, for example with `chainlead case set`.",
        )
