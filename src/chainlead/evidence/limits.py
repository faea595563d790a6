"""How far a reader goes into hostile evidence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one exhibit file and everything nested in it."""

    depth: int = 16
    total_bytes: int = 8 << 30
    member_bytes: int = 2 << 30
    ratio: int = 200
    members: int = 200_000
    seconds: float = 600.0
    page_bytes: int = 16 << 20
    margin_bytes: int = 4096
