"""Versions of one pack in a case: what the newer one no longer says is history, and is shown as that.

Assumption: a file with the same form, name, title and creator is a newer version of the pack that was
imported before. Known failure: two packs that share all four; one of them then looks withdrawn.
"""

from collections.abc import Iterable
from functools import cached_property

from chainlead.store import Row, Store

_SAID = ("currency", "label", "actor", "category", "abuse")


class PackHistory:
    """Which packs of a case were replaced, and by which."""

    def __init__(self, store: Store) -> None:
        """Answer from the packs as they are at the first question."""
        self._store = store

    @cached_property
    def _newer(self) -> dict[str, str]:
        rows = self._store.rows("packs", columns=["pack_id", "summary"])
        return {older: row["pack_id"] for row in rows if (older := row["summary"].get("replaces"))}

    def newest(self, pack_id: str) -> str:
        """The newest version of a pack: itself, where none replaced it."""
        seen = {pack_id}
        while (newer := self._newer.get(pack_id)) and newer not in seen:
            seen.add(newer)
            pack_id = newer
        return pack_id

    def is_replaced(self, pack_id: str) -> bool:
        """Whether a newer version of this pack was imported."""
        return pack_id in self._newer

    def versions(self, rows: Iterable[Row]) -> tuple[tuple[Row, str], ...]:
        """Tags of one address or transaction, each once, with the version that withdrew it.

        A tag that the newest version repeats is left out of the older ones; one that it does not have
        is kept with the newest version's id beside it. The text is empty for what is said still.
        """
        listed = list(rows)
        if not self._newer:
            return tuple((row, "") for row in listed)
        said: dict[str, set[tuple[str | None, ...]]] = {}
        for row in listed:
            said.setdefault(row["pack_id"], set()).add(_key(row))
        kept: list[tuple[Row, str]] = []
        for row in listed:
            newest = self.newest(row["pack_id"])
            if newest == row["pack_id"]:
                kept.append((row, ""))
            elif _key(row) not in said.get(newest, set()):
                kept.append((row, newest))
        return tuple(kept)


def _key(row: Row) -> tuple[str | None, ...]:
    return tuple(row[column] for column in _SAID)
