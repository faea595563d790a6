"""A list of SHA-256 of pictures that nobody may open, not even a machine that looks for codes.

A text file with one digest at the start of each line (also the form that `sha256sum` prints, or
the first column of a CSV file); other lines are passed over. The list is kept as sorted bytes, so
that millions of digests fit. A list that was named but cannot be read stops the decoding of all
pictures: the safe side.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

_DIGEST = re.compile(rb"^\W{0,3}([0-9A-Fa-f]{64})(?![0-9A-Za-z])", re.MULTILINE)
_DIGEST_BYTES = 32


def read_skip_list(path: str) -> Any:
    """The digests of a list, sorted, as an array of 32-byte strings.

    Raises:
        OSError: the list cannot be read.
        ValueError: there is no digest in it.
    """
    import numpy as np  # noqa: PLC0415  (slow to load)

    found = b"".join(bytes.fromhex(m.group(1).decode()) for m in _DIGEST.finditer(_content(path)))
    if not found:
        raise ValueError(f"{path} holds no SHA-256")
    return np.unique(np.frombuffer(found, dtype=f"S{_DIGEST_BYTES}"))


def _content(path: str) -> bytes:
    return Path(path).read_bytes()


@lru_cache(maxsize=4)
def _loaded(path: str) -> Any:
    try:
        return read_skip_list(path)
    except (OSError, ValueError):
        return None


def is_on_skip_list(path: str, sha256: str) -> bool | None:
    """Whether a digest is on the list; None where the list cannot be read."""
    digests = _loaded(path)
    if digests is None:
        return None
    import numpy as np  # noqa: PLC0415  (slow to load)

    wanted = np.frombuffer(bytes.fromhex(sha256), dtype=f"S{_DIGEST_BYTES}")[0]
    place = int(np.searchsorted(digests, wanted))
    return place < len(digests) and bool(digests[place] == wanted)
