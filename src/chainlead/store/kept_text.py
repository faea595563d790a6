"""Text with U+0000, which PostgreSQL cannot hold, written so that it can, and back."""

from typing import Any

from chainlead.errors import StoreError

_ESCAPE = "\x01"


def kept_text(text: str) -> str:
    """Text as PostgreSQL can hold it: U+0000 becomes U+0001 U+0001, and U+0001 becomes U+0001 U+0002.

    No two texts become the same one, and the order by bytes stays.
    """
    if "\x00" not in text and _ESCAPE not in text:
        return text
    return text.replace(_ESCAPE, "\x01\x02").replace("\x00", "\x01\x01")


def restored_text(kept: str) -> str:
    """The text that was kept."""
    if _ESCAPE not in kept:
        return kept
    return kept.replace("\x01\x01", "\x00").replace("\x01\x02", _ESCAPE)


def bound_text(value: Any) -> str | None:
    """What the driver gets for a text column: it would write a tuple or a number as text, too."""
    if isinstance(value, str):
        return value if value.isprintable() else kept_text(value)
    if value is None:
        return None
    raise StoreError(f"A {type(value).__name__} was given where text is expected.")


def found_text(kept: str | None) -> str | None:
    """What a text column holds."""
    return kept if kept is None or _ESCAPE not in kept else restored_text(kept)
