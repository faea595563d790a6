"""Time is UTC and aware; this is the one place that reads and prints it."""

from datetime import UTC, datetime


def moment_from_unix(seconds: int) -> datetime:
    """The moment of a Unix time in whole seconds."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def moment_to_text(moment: datetime) -> str:
    """`2024-03-01T09:00:00Z`; microseconds only where there are any.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is not a moment")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment_from_text(text: str) -> datetime:
    """Read what `moment_to_text` writes.

    Raises:
        ValueError: not a time with a zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {text!r}")
    return moment.astimezone(UTC)
