"""How far a reader goes into hostile evidence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one exhibit file and everything nested in it.

    Attributes:
        depth: containers inside containers.
        total_bytes: decoded bytes of all members together.
        member_bytes: decoded bytes of one member.
        ratio: decoded bytes per stored byte, over the whole chain of containers.
        members: members, messages, parts and nested values together.
        seconds: time that reading takes (the searcher's time is not counted).
        seconds_per_gib: so much more time for each GiB of the exhibit file.
        step_seconds: time that a decoder in a child process may be silent.
        child_bytes: memory that a decoder in a child process may take.
        page_bytes: size of a raw page; even, so that UTF-16 keeps its alignment.
        margin_bytes: how far a page reaches into the next one.
        ratio_floor_bytes: below this size a member is never refused for its ratio.
        memory_bytes: a member above this size waits in an anonymous temporary file.
        database_bytes: a database above this size is searched as raw bytes only.
        document_bytes: the same for one JSON or HTML document or mail message.
        skip_hashes: path of a list of SHA-256; a picture on it is never decoded. Empty: no list.
        raw_members: give a member's bytes also where its container's bytes were given before.
    """

    depth: int = 16
    total_bytes: int = 1 << 40
    member_bytes: int = 16 << 30
    ratio: int = 200
    members: int = 5_000_000
    seconds: float = 600.0
    seconds_per_gib: float = 300.0
    step_seconds: float = 60.0
    child_bytes: int = 1 << 30
    page_bytes: int = 16 << 20
    margin_bytes: int = 4096
    ratio_floor_bytes: int = 4 << 20
    memory_bytes: int = 32 << 20
    database_bytes: int = 1 << 30
    document_bytes: int = 64 << 20
    skip_hashes: str = ""
    raw_members: bool = False
