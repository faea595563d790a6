"""Bring a case database to the newest layout with Alembic; each step is a file in `migrations`."""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from chainlead.errors import CaseVersionError

_MIGRATIONS = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """The revision that this chainlead writes."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head() or ""


def upgrade(engine: Engine) -> None:
    """Run the missing migrations in one transaction.

    Raises:
        CaseVersionError: the database has a revision that this chainlead does not know.
    """
    scripts = ScriptDirectory(str(_MIGRATIONS))
    known = {script.revision for script in scripts.walk_revisions()}
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        current = context.get_current_revision()
        if current is not None and current not in known:
            raise CaseVersionError(
                f"The case has layout {current!r}, which this chainlead does not know."
            )
        if current == scripts.get_current_head():
            return
        missing = list(scripts.iterate_revisions("head", current or "base"))
        with Operations.context(context):
            for script in reversed(missing):
                script.module.upgrade()
                context._ensure_version_table()  # noqa: SLF001  (alembic has no public call)
                context.stamp(scripts, script.revision)
