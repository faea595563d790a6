"""One journal entry and its exact bytes. The format is docs/design/journal.md, section 4."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from chainlead.errors import JournalError
from chainlead.model import moment_from_text, moment_to_text

FORMAT = 1
GENESIS = "0" * 64
DEEPEST = 32

_DOMAIN = b"chainlead journal entry v1\n"
_FIELDS = frozenset({"act", "at", "blobs", "digest", "previous", "seq", "v", "what", "who", "why"})
_ACT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ENCODER = msgspec.json.Encoder(order="sorted")


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON object of a line."""

    act: str
    at: str
    blobs: dict[str, Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]]
    digest: str
    previous: str
    seq: int
    v: Literal[1]
    what: dict[str, Any]
    who: str
    why: str


class _Version(msgspec.Struct):
    """The only field that every format has."""

    v: int


_DECODER = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who did what, when and why, with the digests of what it stored."""

    seq: int
    at: datetime
    who: str
    act: str
    why: str
    what: Mapping[str, Any]
    blobs: Mapping[str, str]
    previous: str
    digest: str

    def line(self) -> bytes:
        """The entry's exact bytes in the file, with the line end."""
        return _ENCODER.encode({**_body(self), "digest": self.digest}) + b"\n"


def digest_of(entry: Entry) -> str:
    """SHA-256 over the domain line and the canonical JSON of everything but the digest."""
    return hashlib.sha256(_DOMAIN + _ENCODER.encode(_body(entry))).hexdigest()


def make_entry(
    *,
    seq: int,
    at: datetime,
    who: str,
    act: str,
    why: str,
    what: Mapping[str, Any],
    blobs: Mapping[str, str],
    previous: str,
) -> Entry:
    """A new entry with its digest, holding exactly what a reader will read back.

    Raises:
        JournalError: the act has no proper name, or a value cannot be kept as it is: a float,
            bytes, a time, a key that is not text, text with half a surrogate pair.
    """
    if not _ACT.fullmatch(act):
        raise JournalError(f"The act {act!r} is not named <verb>.<step>.")
    for name, text in (("who", who), ("why", why)):
        _check_text(text, name)
    for name, sha256 in blobs.items():
        _check_text(name, "blobs")
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            raise JournalError(f"The digest of the stored file {name!r} is not a SHA-256.")
    plain = {name: _plain(value, f"what.{name}", 1) for name, value in what.items()}
    for name in plain:
        _check_text(name, "what")
    bare = Entry(seq, at, who, act, why, plain, dict(blobs), previous, digest="")
    return Entry(seq, at, who, act, why, plain, dict(blobs), previous, digest_of(bare))


def parse_line(line: bytes) -> Entry:
    """Read one line, given without its line end, and check it against its own digest.

    Raises:
        ValueError: not JSON, a field is missing, superfluous or of the wrong type, the bytes
            are not canonical, or the digest is not that of the rest.
    """
    try:
        fields = _DECODER.decode(line)
    except msgspec.ValidationError as error:
        if (newer := _newer_format(line)) is not None:
            raise ValueError(
                f"a newer chainlead wrote it (format {newer}; this one reads {FORMAT})"
            ) from error
        raise ValueError(f"it has not the form of an entry ({error})") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if _ENCODER.encode(fields) != line:
        raise ValueError("its JSON is not canonical")
    before, _, after = line.partition(f'"digest":"{fields.digest}",'.encode())
    if hashlib.sha256(_DOMAIN + before + after).hexdigest() != fields.digest:
        raise ValueError("its digest is not that of its content")
    at = moment_from_text(fields.at)
    if moment_to_text(at) != fields.at:
        raise ValueError("its time is not canonical")
    return Entry(
        fields.seq,
        at,
        fields.who,
        fields.act,
        fields.why,
        fields.what,
        fields.blobs,
        fields.previous,
        fields.digest,
    )


def _newer_format(line: bytes) -> int | None:
    try:
        version = msgspec.json.decode(line, type=_Version).v
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return version if version > FORMAT else None


def _body(entry: Entry) -> dict[str, Any]:
    return {
        "v": FORMAT,
        "seq": entry.seq,
        "at": moment_to_text(entry.at),
        "who": entry.who,
        "act": entry.act,
        "why": entry.why,
        "what": entry.what,
        "blobs": entry.blobs,
        "previous": entry.previous,
    }


def _check_text(text: object, place: str) -> None:
    if not isinstance(text, str):
        raise JournalError(f"The journal cannot keep {place}: {type(text).__name__} is no text.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise JournalError(
            f"The journal cannot keep {place}: it holds half a surrogate pair, which is no text."
        ) from error


def _plain(value: object, place: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise JournalError(f"The journal cannot keep {place}: more than {DEEPEST} levels deep.")
    if value is None or type(value) is bool or type(value) is int:
        return value
    if isinstance(value, str):
        _check_text(value, place)
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(one, f"{place}[{i}]", depth + 1) for i, one in enumerate(value)]
    if isinstance(value, Mapping):
        for name in value:
            _check_text(name, f"a name in {place}")
        return {name: _plain(one, f"{place}.{name}", depth + 1) for name, one in value.items()}
    raise JournalError(
        f"The journal cannot keep {place}: it is of type {type(value).__name__}; "
        "only text, whole numbers, true, false, null, lists and mappings are exact.",
        next_step="This is a fault of the program, not of the case; please report it.",
    )
