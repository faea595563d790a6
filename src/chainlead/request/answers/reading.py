"""Reads the files of an answer: archives are unpacked, tables become sheets, pictures stay shut.

Every reader works in a locked-up process with limits. A picture, a film and whatever is named like
an identity document is never opened: its name, size and digest are recorded, nothing else.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import msgspec

from chainlead.errors import AnswerFileError
from chainlead.evidence import LockedWorkError, readable_name, work_locked
from chainlead.request.answers.archive import Member, is_archive, unpack
from chainlead.request.answers.form import (
    LIMITS,
    AnswerForm,
    AnswerLimits,
    ReadingHints,
    UnreadableError,
    answer_forms,
)
from chainlead.request.answers.pictures import picture_kind
from chainlead.request.answers.sheet import Sheet, visible

_IDENTITY = re.compile(
    r"passport|passeport|pasaporte|reisepass|\bpass[_ -]?(bild|kopia|copy)|id[_ -]?(card|doc|front|back)|"
    r"identity|identit|legitimation|ausweis|selfie|liveness|körkort|korkort|driving[_ -]?licen|"
    r"driver|führerschein|fuehrerschein|rijbewijs|paspoort|face[_ -]|portrait|proof[_ -]of[_ -]address",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """One file of an answer, or one member of an archive in it.

    Attributes:
        number: counted from 1; an archive comes before its members.
        name: made safe to print.
        state: `read`; `kept` (hash and name only, on purpose); `unread` (could not be read).
        note: why it was kept or is unread, in a sentence.
        parent: number of the archive that holds it; 0 for a file that was given.
    """

    number: int
    name: str
    sha256: str
    size_bytes: int
    form: str
    state: str
    note: str = ""
    parent: int = 0
    sheets: tuple[Sheet, ...] = ()


def read_answer(
    files: Iterable[tuple[str, bytes] | AnswerFile],
    hints: ReadingHints | None = None,
    limits: AnswerLimits = LIMITS,
) -> tuple[AnswerFile, ...]:
    """Read the files of one answer.

    Args:
        files: name and bytes of each; or what was recorded of one that was kept shut.
        hints: what a person says about their form.
        limits: how far to go.

    Raises:
        AnswerFileError: a given file, or everything in a given archive, cannot be read. A member
            that cannot be read beside others that can is listed as unread.
    """
    reading = _Reading(hints or ReadingHints(), limits)
    for file in files:
        if isinstance(file, AnswerFile):
            reading.files.append(replace(file, number=len(reading.files) + 1))
        else:
            reading.take(*file)
    return tuple(reading.files)


class _Sheets(msgspec.Struct):
    sheets: list[Sheet]
    problem: str = ""


class _Reading:
    def __init__(self, hints: ReadingHints, limits: AnswerLimits) -> None:
        self.files: list[AnswerFile] = []
        self._hints = hints
        self._limits = limits

    def take(self, name: str, content: bytes) -> None:
        """A given file: what is wrong with it is an error."""
        before = len(self.files)
        self._take(name, content, parent=0, depth=0)
        made = self.files[before:]
        if made[0].state == "unread":
            raise AnswerFileError(f"{made[0].name}: {made[0].note}")
        if made[0].form == "zip" and not any(f.state in {"read", "kept"} for f in made[1:]):
            raise AnswerFileError(
                f"{made[0].name}: nothing in it can be read."
                + "".join(f" {f.name}: {f.note}" for f in made[1:4])
            )

    def _take(self, name: str, content: bytes, *, parent: int, depth: int) -> None:
        shown = readable_name(name)[:200]
        sha256 = hashlib.sha256(content).hexdigest()
        facts = (len(self.files) + 1, shown, sha256, len(content))
        if note := kept_unopened(name, content):
            self.files.append(AnswerFile(*facts, "picture", "kept", note, parent))
            return
        if len(content) > self._limits.file_bytes:
            note = f"It has {len(content)} bytes; at most {self._limits.file_bytes} are read."
            self.files.append(AnswerFile(*facts, "", "unread", note, parent))
            return
        if is_archive(content):
            self._unpack(facts, content, parent, depth)
            return
        form = next((form for form in answer_forms() if form.matches(content, name)), None)
        if form is None:
            note = "It is of no form that is read (XLSX, CSV, PDF, JSON, or a zip of these)."
            self.files.append(AnswerFile(*facts, "", "unread", note, parent))
            return
        try:
            sheets = read_locked(form, content, self._hints, self._limits)
        except UnreadableError as error:
            note = f"As {form.name}, {error}."
            self.files.append(AnswerFile(*facts, form.name, "unread", note, parent))
            return
        self.files.append(AnswerFile(*facts, form.name, "read", "", parent, tuple(sheets)))

    def _unpack(
        self, facts: tuple[int, str, str, int], content: bytes, parent: int, depth: int
    ) -> None:
        number = facts[0]
        if depth >= self._limits.depth:
            note = f"It is an archive inside {depth} archives; it was not unpacked."
            self.files.append(AnswerFile(*facts, "zip", "unread", note, parent))
            return
        try:
            members = unpack(content, self._limits)
        except UnreadableError as error:
            note = f"The archive cannot be read: {error}."
            self.files.append(AnswerFile(*facts, "zip", "unread", note, parent))
            return
        self.files.append(AnswerFile(*facts, "zip", "read", "", parent))
        for member in members:
            if len(self.files) >= self._limits.members:
                raise AnswerFileError(
                    f"{facts[1]}: more than {self._limits.members} files in archives."
                )
            self._member(member, number, depth)

    def _member(self, member: Member, parent: int, depth: int) -> None:
        if member.content is not None:
            self._take(member.name, member.content, parent=parent, depth=depth + 1)
            return
        self.files.append(
            AnswerFile(
                len(self.files) + 1,
                readable_name(member.name)[:200],
                member.sha256,
                member.size_bytes,
                "picture" if member.is_kept else "",
                "kept" if member.is_kept else "unread",
                member.note,
                parent,
            )
        )


def kept_unopened(name: str, content: bytes) -> str:
    """Why a file is never opened, or an empty text."""
    if kind := picture_kind(content):
        return f"A {kind}: never opened; its name and digest are recorded."
    if content[:1024].find(b"%PDF-") >= 0 and _IDENTITY.search(name.rpartition("/")[2]):
        return "Named like an identity document: never opened; its name and digest are recorded."
    return ""


def read_locked(
    form: AnswerForm, content: bytes, hints: ReadingHints, limits: AnswerLimits
) -> list[Sheet]:
    """What the form's reader gives, read in a locked-up process.

    Raises:
        UnreadableError: the file cannot be read, or reading it took too much.
    """

    def work() -> bytes:
        try:
            sheets = [visible(sheet) for sheet in form.read(content, hints, limits)]
            return msgspec.msgpack.encode(_Sheets(sheets))
        except UnreadableError as error:
            return msgspec.msgpack.encode(_Sheets([], str(error)))

    try:
        done = work_locked(
            work, memory_bytes=limits.memory_bytes, seconds=limits.seconds, preload=form.preload
        )
        answer = msgspec.msgpack.decode(done, type=_Sheets)
    except LockedWorkError as error:
        raise UnreadableError(error.detail) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnreadableError("its reader gave no sheets") from error
    if answer.problem:
        raise UnreadableError(answer.problem)
    return answer.sheets


def read_sheets(files: Iterable[AnswerFile]) -> Iterator[tuple[AnswerFile, Sheet]]:
    """Every sheet with its file."""
    for file in files:
        for sheet in file.sheets:
            yield file, sheet
