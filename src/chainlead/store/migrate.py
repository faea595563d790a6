"""Bring a case database to the newest layout with Alembic; each step is a file in `migrations`."""

from sqlalchemy import Engine

from chainlead.store.revision import VERSIONS, current_revision, known_revisions


def newest_revision() -> str:
    """The revision that this chainlead writes."""
    return known_revisions()[-1]


def upgrade(engine: Engine) -> bool:
    """Run the missing migrations in one transaction; an up-to-date database is left as it is.

    Returns:
        Whether anything was changed.

    Raises:
        CaseVersionError: the database has a revision that this chainlead does not know.
    """
    with engine.begin() as connection:
        current = current_revision(connection)
        if current == newest_revision():
            return False
        from alembic.migration import MigrationContext  # noqa: PLC0415  (slow to load)
        from alembic.operations import Operations  # noqa: PLC0415
        from alembic.script import ScriptDirectory  # noqa: PLC0415

        if engine.dialect.name == "sqlite":  # its driver starts none before CREATE TABLE
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        scripts = ScriptDirectory(str(VERSIONS.parent))
        context = MigrationContext.configure(connection)
        missing = list(scripts.iterate_revisions("head", current or "base"))
        with Operations.context(context):
            for script in reversed(missing):
                script.module.upgrade()
                context._ensure_version_table()  # noqa: SLF001  (alembic has no public call)
                context.stamp(scripts, script.revision)
    return True
