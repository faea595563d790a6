"""The cases that a server shows: one folder with a case, or a folder of such folders.

A case is named in addresses by the name of its folder, and looked up in the list of what is there:
no address becomes a path.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from chainlead.errors import CaseExistsError, CaseNotFoundError
from chainlead.workflow.case import JOURNAL, Case

PRACTICE_MARK, PRACTICE_CASE = "PRACTICE", "case"
"""A practice folder holds its mark, the case, and the world that the case is about."""


class Workbench:
    """Cases under one root, opened for one answer at a time."""

    def __init__(self, root: Path, make_key: Callable[[], bytes]) -> None:
        """Take a case folder, or a folder that holds case folders.

        Args:
            root: that folder.
            make_key: gives 32 random bytes for each new case.

        Raises:
            CaseNotFoundError: there is no such folder.
        """
        if not root.is_dir():
            raise CaseNotFoundError(f"{root} is no folder.")
        self.root = root.resolve()
        self._make_key = make_key
        self._is_single = _is_case(self.root)

    def cases(self) -> dict[str, Path]:
        """Each case's name with its folder, by name; looked up anew, so that new cases appear."""
        if self._is_single:
            return {self.root.name: self.root}
        found: dict[str, Path] = {}
        for path in sorted(self.root.iterdir()):
            if path.is_symlink() or not path.is_dir():
                continue
            inside = path / PRACTICE_CASE if (path / PRACTICE_MARK).is_file() else path
            if _is_case(inside):
                found[path.name] = inside
        return found

    def folder(self, name: str) -> Path:
        """The folder of the case with this name.

        Raises:
            CaseNotFoundError: this server shows no such case.
        """
        found = self.cases().get(name)
        if found is None:
            raise CaseNotFoundError(
                "This server shows no case with that name.",
                next_step="Go back to the list of cases.",
            )
        return found

    @property
    def can_add(self) -> bool:
        """Whether new cases have a place here."""
        return not self._is_single

    def free_folder(self, name: str) -> Path:
        """The folder that a new case with this name gets.

        Raises:
            CaseExistsError: the name is taken, or this server shows one case only.
        """
        folder = self.root / name
        if self._is_single or folder.exists():
            raise CaseExistsError(
                f"There is no place for a new case named {name} here.",
                next_step="Choose another name; a server of one case takes no further ones.",
            )
        return folder

    def new_key(self) -> bytes:
        """32 random bytes, for a new case."""
        return self._make_key()

    def add(
        self,
        name: str,
        settings: Mapping[str, str],
        who: str,
        *,
        key: bytes | None = None,
        database: str = "",
    ) -> None:
        """Make a case; see `Case.create`."""
        folder = self.free_folder(name)
        made = key or self.new_key()
        Case.create(folder, key=made, settings=settings, who=who, database=database).close()

    @contextmanager
    def reading(self, name: str) -> Iterator[Case]:
        """The case, open for reading."""
        with Case.open_to_read(self.folder(name)) as case:
            yield case

    @contextmanager
    def writing(self, name: str, who: str) -> Iterator[Case]:
        """The case, open for one act of this person.

        Raises:
            CaseBusyError: another run writes to it.
        """
        with Case.open_to_write(self.folder(name), who=who) as case:
            yield case


def _is_case(folder: Path) -> bool:
    return (folder / JOURNAL).is_file()
