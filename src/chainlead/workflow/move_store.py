"""`case move-store`: bring the tables of a case from its folder to the team's server, or back.

Act: `case.move_store`, which changes no table. The rows are copied, read again and compared by the
digest of each table; then `case.store` appears or goes, which is the one step that decides; then the
tables that were left are erased. Stopped before that step, the case is where it was; after it, where
it goes. A file that is left over goes with the next opening for writing, a schema when the same
command is given again.
"""

from dataclasses import dataclass
from pathlib import Path

from chainlead.errors import CaseError
from chainlead.store import Place, SqliteFile, Store, copy_tables, tables_seal
from chainlead.workflow.case import Case
from chainlead.workflow.case_place import (
    DATABASE,
    new_schema,
    remove_store_file,
    schema_of,
    server_place,
    write_store_file,
)

MOVE = "case.move_store"


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the tables are now, and what proves that they are the same.

    Attributes:
        place: `case.db`, or the name of the schema.
        tables_sha256: one digest over the digests of all tables, equal before and after.
        table_count: how many tables that are.
    """

    place: str
    tables_sha256: str
    table_count: int


def move_to_server(folder: Path, database: str, *, who: str = "") -> Moved:
    """Move the tables into a new schema; journal, stored files and key stay in the folder.

    Args:
        folder: the case folder.
        database: the server's URL, as `config.database_url` gives it.
        who: the person who works; the system's user if left out.

    Raises:
        CaseError: the tables are on a server already.
        ConfigError, DatabaseAwayError, DatabaseRefusedError: the server cannot be used.
        StoreError: the copy is not equal; the case is as before.
    """
    with Case.open_to_write(folder, who=who) as case:
        if schema_of(folder):
            raise CaseError(
                "The tables of this case are on a server already.", next_step="Nothing is to do."
            )
        schema = new_schema(database, case.history[0].what["key_sha256"])
        moved = _move(case, server_place(database, schema), schema, schema)
    SqliteFile(folder / DATABASE).erase()
    return moved


def move_to_folder(folder: Path, database: str, *, who: str = "") -> Moved:
    """Move the tables back into `case.db`, and remove the schema.

    Where that was done and the schema could not be removed, it is removed now.

    Args:
        folder: the case folder.
        database: the server's URL.
        who: the person who works; the system's user if left out.

    Raises:
        CaseError: the tables are in the folder, and nothing is left on the server.
        ConfigError, DatabaseAwayError, DatabaseRefusedError: the server cannot be used.
        StoreError: the copy is not equal; the case is as before.
    """
    with Case.open_to_write(folder, who=who) as case:
        schema = schema_of(folder)
        if schema:
            moved = _move(case, SqliteFile(folder / DATABASE), DATABASE, schema)
        else:
            schema, moved = _left_over(case)
    left = server_place(database, schema)
    if not left.exists():
        raise CaseError(
            "The tables of this case are in its folder already.", next_step="Nothing is to do."
        )
    left.remove()
    return moved


def _move(case: Case, place: Place, name: str, schema: str) -> Moved:
    source, target = case.store, Store.open(place, write=True)
    try:
        seal = tables_seal(copy_tables(source, target))
        is_server = name == schema
        case.act(MOVE, what={"to": "postgresql" if is_server else "file", "schema": schema, **seal})
        if is_server:
            write_store_file(case.folder, schema)
        else:
            remove_store_file(case.folder)
    except BaseException:
        target.close()
        raise
    case.store = target
    source.close(settle=True)
    return Moved(name, seal["tables_sha256"], seal["table_count"])


def _left_over(case: Case) -> tuple[str, Moved]:
    for entry in reversed(case.history):
        if entry.act == MOVE and entry.what["to"] == "file":
            what = entry.what
            return what["schema"], Moved(DATABASE, what["tables_sha256"], what["table_count"])
    raise CaseError(
        "The tables of this case are in its folder already.", next_step="Nothing is to do."
    )
