"""Bring a case database to the newest layout with Alembic; each step is a file in `migrations`."""

from sqlalchemy import Connection, Engine

from chainlead.store.revision import VERSIONS, current_revision, known_revisions


def newest_revision() -> str:
    """The revision that this chainlead writes."""
    return known_revisions()[-1]


def upgrade(engine: Engine) -> bool:
    """Bring the database of an engine up to date; see `bring_up_to_date`."""
    with engine.connect() as connection:
        return bring_up_to_date(connection)


def bring_up_to_date(connection: Connection) -> bool:
    """Run the missing migrations in one transaction; an up-to-date database is left as it is.

    Returns:
        Whether anything was changed.

    Raises:
        CaseVersionError: the database has a revision that this chainlead does not know.
    """
    current = current_revision(connection)
    connection.rollback()
    if current == newest_revision():
        return False
    from alembic.migration import MigrationContext  # noqa: PLC0415  (slow to load)
    from alembic.operations import Operations  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    # SQLite's driver begins none before CREATE TABLE, and PostgreSQL's is told to begin none.
    is_file = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_file else "BEGIN")
    try:
        scripts = ScriptDirectory(str(VERSIONS.parent))
        context = MigrationContext.configure(connection)
        missing = list(scripts.iterate_revisions("head", current or "base"))
        with Operations.context(context):
            for script in reversed(missing):
                script.module.upgrade()
                context._ensure_version_table()  # noqa: SLF001  (alembic has no public call)
                context.stamp(scripts, script.revision)
        if not is_file:  # what was kept there is of the layout before
            connection.exec_driver_sql("DELETE FROM kept_digests")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return True
