"""Outlook data files (PST, OST, PAB): folders, messages, recipients, bodies and attachments.

Found in: Outlook profiles, exports from Exchange, old office machines.
Proof: the signature; the trees of the file as far as they hold.
Limits: the file's bytes are searched raw too, but most such files keep their text scrambled
("compressible encryption"), so deleted messages outside the trees are seen only if the library
lists them as orphans; a password of such a file is no encryption and is not needed. No real file
was at hand when this was written: the walk is tested on objects with the library's face.
Spec: [MS-PST]; read with libpff.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.mapi import NAMES
from chainlead.evidence.naming import UniqueNames, readable_name
from chainlead.evidence.row_view import Row, view_rows
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_SIGNATURE = b"!BDN"
_CONTENT_TYPES = frozenset({b"SM", b"SO", b"AB"})
_BROKEN = (
    OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError,
    MemoryError, RuntimeError, SystemError, UnicodeError, RecursionError,
)  # fmt: skip
_TEXT_TYPES = frozenset({0x001E, 0x001F, 0x101E, 0x101F})
_BODIES = frozenset({0x1000, 0x1009, 0x1013})
_DEEPEST = 50
_ENTRIES = 4096
_PIECE = 1 << 20
_LONGEST = 1 << 20


class OutlookStore(Source):
    """A mail store of Outlook."""

    name = "pst"
    media_type = "application/vnd.ms-outlook-pst"
    rank = 10
    risky: ClassVar[bool] = True
    preload: ClassVar[tuple[str, ...]] = ("pypff",)

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The signature and the kind of content."""
        return head.startswith(_SIGNATURE) and head[8:10] in _CONTENT_TYPES

    def read(self, place: Place) -> Iterator[Piece]:
        """Folder by folder, then what belongs to no folder."""
        import pypff  # type: ignore[import-not-found]  # noqa: PLC0415  (no types; loaded when needed)

        store = pypff.file()
        try:
            store.open_file_object(place.stream.open())
        except _BROKEN as error:
            raise StopReadingError(
                UnreadReason.DAMAGED, f"mail store cannot be opened: {_words(error)}"
            ) from error
        try:
            yield from walk_store(store, place)
        finally:
            store.close()


def walk_store(store: Any, place: Place) -> Iterator[Piece]:
    """Everything in an opened store.

    Args:
        store: an object with the face of `pypff.file`.
        place: where the store lies.
    """
    walk = _Walk(place)
    root = walk.attempt(store.get_root_folder, "", "its folders")
    yield from walk.told()
    if root is not None:
        yield from walk.folder(root, "", 0)
    count = walk.attempt(store.get_number_of_orphan_items, "", "its orphans") or 0
    for number in range(count):
        item = walk.attempt(partial(store.get_orphan_item, number), "", f"orphan {number + 1}")
        if item is not None:
            yield from walk.item(item, f"(orphans)/{number + 1}", 0)
    yield from walk.told()


class _Walk:
    """One journey through a store; what is broken is named and left out."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._problems: list[Unread] = []
        self._names = UniqueNames()

    def attempt(self, work: Callable[[], Any], path: str, what: str) -> Any:
        """The result, or None and a note."""
        try:
            return work()
        except _BROKEN as error:
            provenance = self._place.provenance
            if path:
                provenance = provenance.inside("pst", path)
            self._problems.append(
                Unread(provenance, UnreadReason.DAMAGED, f"{what}: {_words(error)}")
            )
            return None

    def told(self) -> Iterator[Unread]:
        """The notes so far."""
        yield from self._problems
        self._problems.clear()

    def folder(self, folder: Any, path: str, depth: int) -> Iterator[Piece]:
        """Its messages, then the folders in it."""
        self._place.budget.check_time()
        if depth > _DEEPEST:
            yield Unread(
                self._place.provenance.inside("pst", path),
                UnreadReason.TOO_DEEP,
                "folders too deep",
            )
            return
        count = self.attempt(folder.get_number_of_sub_messages, path, "its messages") or 0
        for number in range(count):
            where = f"{path}/{number + 1}" if path else str(number + 1)
            message = self.attempt(partial(folder.get_sub_message, number), where, "message")
            if message is not None:
                yield from self.item(message, where, 0)
            yield from self.told()
        count = self.attempt(folder.get_number_of_sub_folders, path, "its folders") or 0
        for number in range(count):
            inner = self.attempt(partial(folder.get_sub_folder, number), path, "folder")
            if inner is None:
                continue
            name = self.attempt(inner.get_name, path, "name of a folder") or f"folder {number + 1}"
            shown = readable_name(str(name).replace("/", "_"))
            claimed, _ = self._names.claim(f"{path}/{shown}" if path else shown)
            yield from self.folder(inner, claimed, depth + 1)
        yield from self.told()

    def item(self, item: Any, path: str, depth: int) -> Iterator[Piece]:
        """A message, or anything else that has properties."""
        self._place.budget.count_member()
        if depth > self._place.budget.limits.depth:
            yield Unread(
                self._place.provenance.inside("pst", path),
                UnreadReason.TOO_DEEP,
                "messages inside messages",
            )
            return
        rows = list(self._properties(item, path, ""))
        recipients = self.attempt(lambda: getattr(item, "recipients", None), path, "recipients")
        if recipients is not None:
            rows += self._properties(recipients, path, "recipient ")
        yield from view_rows(
            rows,
            self._place.provenance.inside("pst", path).inside("table", "properties"),
            self._place.stream.sha256(),
            "text/plain",
        )
        yield from self._bodies(item, path)
        yield from self._attachments(item, path, depth)
        yield from self.told()

    def _properties(self, item: Any, path: str, prefix: str) -> Iterator[Row]:
        sets = self.attempt(item.get_number_of_record_sets, path, "properties") or 0
        for index in range(min(sets, _ENTRIES)):
            record = self.attempt(partial(item.get_record_set, index), path, "properties")
            count = self.attempt(record.get_number_of_entries, path, "properties") if record else 0
            label = f"{prefix}{index + 1} " if prefix else ""
            for number in range(min(count or 0, _ENTRIES)):
                row = self.attempt(partial(_property, record, number, label), path, "property")
                if row is not None:
                    yield row

    def _bodies(self, item: Any, path: str) -> Iterator[Piece]:
        for kind, name in (("plain_text", "body"), ("html", "html"), ("rtf", "rtf")):
            get = getattr(item, f"get_{kind}_body", None)
            content = self.attempt(get, path, f"{name} of the message") if get else None
            if isinstance(content, str):
                content = content.encode("utf-8", "replace")
            if content:
                yield self._member(f"{path}/{name}", content, "rtf" if kind == "rtf" else "")

    def _member(self, path: str, content: bytes, source_name: str = "") -> Member:
        return Member(
            step=Step("pst", path),
            name="",
            chunks=lambda: iter((content,)),
            stored_bytes=len(content),
            source_name=source_name if content.startswith(b"{\\rtf") else "",
        )

    def _attachments(self, item: Any, path: str, depth: int) -> Iterator[Piece]:
        get = getattr(item, "get_number_of_attachments", None)
        count = (self.attempt(get, path, "attachments") if get else 0) or 0
        for number in range(count):
            where = f"{path}/attachment {number + 1}"
            file = self.attempt(partial(item.get_attachment, number), where, "attachment")
            if file is None:
                continue
            yield from self._nested(file, where, depth)
            size = self.attempt(file.get_size, where, "attachment's size")
            if not size:
                continue
            get_name = getattr(file, "get_long_filename", None)
            name = (self.attempt(get_name, where, "attachment's name") if get_name else "") or ""
            yield Member(
                step=Step("pst", where),
                name=str(name).rpartition("/")[2],
                chunks=partial(_chunks, file, int(size)),
                stored_bytes=int(size),
            )

    def _nested(self, file: Any, path: str, depth: int) -> Iterator[Piece]:
        """Messages inside an attachment."""
        get = getattr(file, "get_number_of_sub_items", None)
        count = (self.attempt(get, path, "items inside") if get else 0) or 0
        for number in range(min(count, _ENTRIES)):
            inner = self.attempt(partial(file.get_sub_item, number), path, "message inside")
            if inner is not None:
                yield from self.item(inner, f"{path}/message {number + 1}", depth + 1)


def _property(record: Any, number: int, label: str) -> Row | None:
    entry = record.get_entry(number)
    kind = entry.get_entry_type()
    if entry.get_value_type() not in _TEXT_TYPES or kind in _BODIES:
        return None
    text = entry.get_data_as_string()
    name = NAMES.get(kind, f"property 0x{kind:04x}") if isinstance(kind, int) else "property"
    return Row(f"{label}{name}", str(text)[:_LONGEST]) if text else None


def _chunks(file: Any, size: int) -> Iterator[bytes]:
    left = size
    try:
        file.seek_offset(0, 0)
        while left > 0:
            chunk = file.read_buffer(min(left, _PIECE))
            if not chunk:
                raise StopReadingError(UnreadReason.DAMAGED, f"cut short: {left} bytes are missing")
            left -= len(chunk)
            yield chunk
    except _BROKEN as error:
        raise StopReadingError(UnreadReason.DAMAGED, f"attachment: {_words(error)}") from error


def _words(error: BaseException) -> str:
    """The library's words up to its function names; they hold no text of the exhibit."""
    return readable_name(str(error).partition(". lib")[0])[:120] or type(error).__name__
