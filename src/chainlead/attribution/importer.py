"""What an importer of attribution files is, and how the right one is found.

A new format is a new file in `importers/`; nothing else is edited.
"""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar

from chainlead.attribution.claim import Pack
from chainlead.errors import PackInvalidError
from chainlead.registry import residents


@dataclass(frozen=True, slots=True)
class Condensed:
    """What is kept of a file that is too large to keep: its own form, with the lines that count.

    `sha256` and `size_bytes` are those of the whole file.
    """

    content: bytes
    sha256: str
    size_bytes: int


class Importer(ABC):
    """Reads one file format. Deterministic: the same name and bytes give the same pack.

    Where `is_large`, a file may be larger than a pack, and `condense` says what of it is kept.
    """

    form: ClassVar[str]
    is_large: ClassVar[bool] = False

    @abstractmethod
    def recognises(self, name: str, content: bytes) -> bool:
        """Whether the file is meant to be of this format, from its name and first bytes."""

    @abstractmethod
    def parse(self, name: str, content: bytes) -> Pack:
        """Read the file.

        Raises:
            PackInvalidError: it does not follow the format; the message names the line.
        """

    def parameters(self, name: str) -> str:  # noqa: ARG002  (others take something from the name)
        """What the file's name says that the content does not, as the pack's id has it. Here: nothing."""
        return ""

    def condense(self, name: str, file: BinaryIO) -> Condensed:  # noqa: ARG002  (others name it in errors)
        """The part of a file to keep; `parse` reads it as it reads the file. Here: all of it.

        Raises:
            PackInvalidError: it does not follow the format.
        """
        content = file.read()
        return Condensed(content, hashlib.sha256(content).hexdigest(), len(content))


def importers() -> tuple[Importer, ...]:
    """All importers, in order of their module's name."""
    return residents("chainlead.attribution.importers", Importer)  # type: ignore[type-abstract]  # the base of the kind


def lookup_importer(name: str, content: bytes) -> Importer | None:
    """The importer for a file, or None: no attribution file."""
    return next((each for each in importers() if each.recognises(name, content)), None)


def parse_pack(name: str, content: bytes, *, form: str = "") -> Pack:
    """Read an attribution file.

    Args:
        name: the file's name; an address list has its currency there.
        content: its bytes.
        form: the importer to use; recognised from name and content if left out.

    Raises:
        PackInvalidError: no importer knows it, or it does not follow its format.
    """
    name = PurePosixPath(name.replace("\\", "/")).name
    chosen = (
        next((each for each in importers() if each.form == form), None)
        if form
        else lookup_importer(name, content)
    )
    if chosen is None:
        raise PackInvalidError(f"{name} is no tag pack, actor pack or address list that is known.")
    return chosen.parse(name, content)


def pack_id_of(form: str, parameters: str, sha256: str) -> str:
    """16 hex characters over format, parameters (a currency from a name) and content."""
    return hashlib.sha256(f"{form}\n{parameters}\n{sha256}".encode()).hexdigest()[:16]
