import ast
import importlib
import os
import shutil
import sqlite3
import subprocess

import pytest
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from chainlead.store import Store, sqlite
from chainlead.store.migrate import newest_revision, upgrade
from chainlead.store.revision import VERSIONS, current_revision, known_revisions
from chainlead.store.tables import METADATA


def test_the_file_names_are_the_revisions_and_make_one_line():
    scripts = ScriptDirectory(str(VERSIONS.parent))
    chain = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert tuple(chain) == known_revisions()
    assert scripts.get_current_head() == newest_revision()


def test_the_migrations_make_the_tables_that_the_rooms_declare(path):
    engine = sqlite.open_engine(path, write=True)
    assert upgrade(engine) is True
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []
        inspector = inspect(connection)
        for table in METADATA.tables.values():
            key = inspector.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key], table.name
    engine.dispose()


FIRST = """\
{quotes}The first layout.

Until the first release this one file is the layout, and `make golden` writes it from
`store/tables`; after it this file stays as it is and each change is a new file.
{quotes}

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    {quotes}Make all tables.{quotes}
    {upgrade}


def downgrade() -> None:
    {quotes}Remove all tables.{quotes}
    {downgrade}
"""


def first_layout() -> str:
    with Store.in_memory() as store:
        METADATA.drop_all(store._connection)
        context = MigrationContext.configure(store._connection)
        steps = produce_migrations(context, METADATA)
        body = {
            name: render_python_code(made, migration_context=context)
            for name, made in (("upgrade", steps.upgrade_ops), ("downgrade", steps.downgrade_ops))
        }
    lines = FIRST.format(quotes=3 * '"', **body).splitlines()
    return "\n".join(line for line in lines if "# ###" not in line) + "\n"


def test_the_golden_first_layout_is_what_the_tables_say():
    file = VERSIONS / "v0001_first.py"
    if os.environ.get("CHAINLEAD_GOLDEN"):
        file.write_text(first_layout(), "utf-8")
        if ruff := shutil.which("ruff"):
            subprocess.run([ruff, "format", "-q", str(file)], check=True)
    if known_revisions() == ("0001",):
        made, kept = (
            ast.dump(ast.parse(text)) for text in (first_layout(), file.read_text("utf-8"))
        )
        assert made == kept, "the tables changed: run `make golden`"


def test_a_new_file_gets_the_newest_layout_once(path):
    engine = sqlite.open_engine(path, write=True)
    with engine.connect() as connection:
        assert current_revision(connection) is None
    assert upgrade(engine) is True
    assert upgrade(engine) is False
    with engine.connect() as connection:
        assert current_revision(connection) == newest_revision()
    engine.dispose()


def test_a_migration_that_fails_leaves_the_file_as_it_was(path, monkeypatch):
    first = importlib.import_module("chainlead.store.migrations.versions.v0001_first")
    script = ScriptDirectory(str(VERSIONS.parent)).get_revision("0001")
    assert first.revision == script.revision
    real = MigrationContext.stamp

    def fail(*_args):
        raise sqlite3.OperationalError("killed here")

    monkeypatch.setattr(MigrationContext, "stamp", fail)
    engine = sqlite.open_engine(path, write=True)
    with pytest.raises(sqlite3.OperationalError):
        upgrade(engine)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    monkeypatch.setattr(MigrationContext, "stamp", real)
    assert upgrade(engine) is True
    engine.dispose()


def test_downgrading_removes_everything(path):
    from alembic.operations import Operations

    first = importlib.import_module("chainlead.store.migrations.versions.v0001_first")
    engine = sqlite.open_engine(path, write=True)
    upgrade(engine)
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            first.downgrade()
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def test_memory_and_file_have_the_same_tables(path):
    with Store.open(path, write=True) as one, Store.in_memory() as two:
        assert one.table_digests() == two.table_digests()
