"""What the scan and its worker processes say to each other."""

import os
from pathlib import Path
from typing import Any

import msgspec

from chainlead.evidence import Cut as EvidenceCut
from chainlead.evidence import Exhibit, ExhibitFile, Journey, Limits, Passwords
from chainlead.model import Provenance

NORMAL, CAREFUL, RAW_ONLY = 0, 1, 2
"""How a file is read: risky sources in children; all sources in children; no source at all."""


class SetUp(msgspec.Struct, tag="setup"):
    """The first message to a worker."""

    case_key: bytes
    services: tuple[str, ...]
    passwords: tuple[str, ...]
    limits: Limits


class FileName(msgspec.Struct):
    """An exhibit file as it travels."""

    provenance: Provenance
    path: bytes
    within: bytes
    size_bytes: int
    exhibit_path: bytes
    exhibit_kind: str
    modified_ns: int

    @classmethod
    def of(cls, file: ExhibitFile) -> "FileName":
        """Of a listed file."""
        return cls(
            file.provenance,
            os.path.abspath(file.path),  # noqa: PTH100  (resolve() would follow links)
            file.within,
            file.size_bytes,
            os.path.abspath(file.exhibit_path),  # noqa: PTH100
            file.exhibit_kind,
            file.modified_ns,
        )

    def to_file(self) -> ExhibitFile:
        """The listed file again."""
        path = Path(os.fsdecode(self.exhibit_path))
        exhibit = Exhibit(self.provenance.exhibit, path, self.exhibit_kind)
        return exhibit.file_at(
            self.provenance, self.path, self.within, self.size_bytes, modified_ns=self.modified_ns
        )


class Read(msgspec.Struct, tag="read"):
    """Read and search a file.

    Attributes:
        start: the cut to go on behind.
        care: NORMAL, CAREFUL or RAW_ONLY.
        may_split: answer `Split` if the file is nothing but raw pages; else, if there is no digest
            yet, `Whole`.
        is_one_part: stop after one part.
        sha256: the digest, or what stands for it until it is known; computed if empty.
    """

    number: int
    file: FileName
    start: dict[str, Any] | None = None
    care: int = NORMAL
    may_split: bool = False
    is_one_part: bool = False
    sha256: str = ""

    def journey(self, cut_bytes: int, passwords: Passwords) -> Journey:
        """The same for the room of evidence."""
        return Journey(
            start=EvidenceCut.from_row(self.start) if self.start else None,
            cut_bytes=cut_bytes,
            is_careful=self.care == CAREFUL,
            is_raw_only=self.care == RAW_ONLY,
            sha256=self.sha256,
            passwords=passwords,
        )


class Ready(msgspec.Struct, tag="ready"):
    """The worker's first word."""

    number: int
    pid: int


class Advanced(msgspec.Struct, tag="advanced"):
    """So many bytes of the file were searched; below 0: it works."""

    number: int
    done_bytes: int


class Part(msgspec.Struct, tag="part"):
    """A part of a file, as JSON, and the cut behind it; the last part has none."""

    number: int
    rows: bytes
    cut: dict[str, Any] | None


class Split(msgspec.Struct, tag="split"):
    """The file is raw pages only: its parts can be asked for one by one."""

    number: int


class Whole(msgspec.Struct, tag="whole"):
    """The file is to be read by one worker, once its digest is known."""

    number: int


class Failed(msgspec.Struct, tag="failed"):
    """The work ended with an error that nobody expected."""

    number: int
    error: str


ToWorker = SetUp | Read
FromWorker = Ready | Advanced | Part | Split | Whole | Failed
