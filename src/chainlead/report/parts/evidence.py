"""Exhibits, what was searched in them, and what could not be read."""

from collections import Counter
from typing import Any

from chainlead.store import Store


def exhibits(store: Store) -> list[dict[str, Any]]:
    """Each exhibit with its hash, in order of its number."""
    return [
        {
            "exhibit": row["exhibit"],
            "path": row["path"],
            "kind": row["kind"],
            "sha256": row["sha256"],
            "size_bytes": row["size_bytes"],
            "file_count": row["file_count"],
            "state": row["state"],
        }
        for row in store.rows("exhibits")
    ]


def searched(store: Store) -> dict[str, Any]:
    """How many streams were read, by exhibit and by media type, with their bytes."""
    streams: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for row in store.rows("items", columns=("exhibit", "media_type", "size_bytes")):
        place = (row["exhibit"], row["media_type"])
        streams[place] += 1
        sizes[place] += row["size_bytes"]
    return {
        "streams": sum(streams.values()),
        "size_bytes": sum(sizes.values()),
        "by_media_type": [
            {
                "exhibit": exhibit,
                "media_type": media_type,
                "streams": streams[exhibit, media_type],
                "size_bytes": sizes[exhibit, media_type],
            }
            for exhibit, media_type in sorted(streams)
        ],
    }


def unread(store: Store) -> dict[str, Any]:
    """Everything that was not read, each with its reason."""
    listed = [
        {
            "exhibit": row["exhibit"],
            "location": row["location"],
            "reason": row["reason"],
            "detail": row["detail"],
        }
        for row in store.rows("unread")
    ]
    return {
        "count": len(listed),
        "by_reason": dict(sorted(Counter(row["reason"] for row in listed).items())),
        "listed": listed,
    }
