"""Where the tables of a case are: in `case.db`, or in a schema on the team's PostgreSQL server.

The small text file `case.store` in the case folder decides: `postgresql SCHEMA`. The server's URL is
never in the folder; it comes from CHAINLEAD_DATABASE.
"""

import os
import re
from pathlib import Path
from typing import Any

from chainlead.config import database_url
from chainlead.custody import Entry
from chainlead.errors import CaseDamagedError, ConfigError
from chainlead.store import (
    Place,
    ServerPlace,
    SqliteFile,
    Store,
    file_seal,
    load_postgresql,
    long_pass,
    tables_seal,
)

DATABASE = "case.db"
STORE = "case.store"
_KIND = "postgresql"
_SCHEMA = re.compile(r"case_[0-9a-f]{16}(?:_[0-9]{1,6})?")


def place_of(folder: Path) -> Place:
    """Where the tables of the case in this folder are; nothing is opened yet.

    Raises:
        CaseDamagedError: `case.store` says something else than a place.
        ConfigError: it names a schema, and CHAINLEAD_DATABASE names no server.
    """
    schema = schema_of(folder)
    return server_place(database_url(), schema) if schema else SqliteFile(folder / DATABASE)


def schema_of(folder: Path) -> str:
    """The schema that `case.store` names; empty where the tables are in `case.db`.

    Raises:
        CaseDamagedError: it says something else.
    """
    try:
        text = (folder / STORE).read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise CaseDamagedError(f"{STORE} cannot be read ({error.strerror}).") from error
    kind, _, schema = text.decode("utf-8", "replace").strip().partition(" ")
    if kind != _KIND or not _SCHEMA.fullmatch(schema):
        raise CaseDamagedError(
            f"{STORE} names no place of tables.",
            next_step=f"Restore {STORE} from a copy; it is the line `postgresql SCHEMA`.",
        )
    return schema


def server_place(url: str, schema: str) -> ServerPlace:
    """A schema on the server.

    Raises:
        ConfigError: no URL, or what a team's server needs is not installed.
    """
    place: ServerPlace = _kind_of_server(url)(url, schema)
    return place


def has_seal(place: Place, seal: Entry) -> bool:
    """Whether the tables are those that an entry sealed.

    A seal is over the bytes of `case.db`, or over the rows wherever they are: a case that was packed
    from a server has such a seal, and a file.

    Raises:
        StoreError, CaseDamagedError: the tables cannot be read.
    """
    if "tables_sha256" in seal.what:
        with Store.open(place) as store, long_pass():
            made = tables_seal(store.table_digests())
        return bool(made["tables_sha256"] == seal.what["tables_sha256"])
    if not isinstance(place, SqliteFile) or place.path is None or not place.path.is_file():
        return False
    return bool(file_seal(place.path)["case_db_sha256"] == seal.what.get("case_db_sha256"))


def new_schema(url: str, key_sha256: str) -> str:
    """A name that no schema on the server has yet, from the digest of the case's key.

    Raises:
        ConfigError, DatabaseAwayError, DatabaseRefusedError: the server cannot be used.
    """
    return str(_kind_of_server(url).unused_name(url, f"case_{key_sha256[:16]}"))


def _kind_of_server(url: str) -> Any:
    if not url:
        raise ConfigError(
            "The tables of this case are on a database server, and CHAINLEAD_DATABASE names none.",
            next_step="Set CHAINLEAD_DATABASE to postgresql://ROLE@HOST/DATABASE.",
        )
    try:
        return load_postgresql()
    except ImportError as error:
        raise ConfigError(
            "What a team's server needs is not installed.",
            next_step="Install chainlead with its extra `team`.",
        ) from error


def write_store_file(folder: Path, schema: str) -> None:
    """Name the schema durably: the file is there as a whole, or not at all."""
    part = folder / f".{STORE}.part"
    with part.open("wb") as file:
        file.write(f"{_KIND} {schema}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / STORE)
    sync_folder(folder)


def remove_store_file(folder: Path) -> None:
    """From here on the tables are those in `case.db`."""
    (folder / STORE).unlink(missing_ok=True)
    sync_folder(folder)


def sweep_places(folder: Path) -> None:
    """Remove what an interrupted move of the tables left in the folder."""
    (folder / f".{STORE}.part").unlink(missing_ok=True)
    if schema_of(folder):
        SqliteFile(folder / DATABASE).erase()


def sync_folder(folder: Path) -> None:
    """Make the names in the folder survive a crash."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
