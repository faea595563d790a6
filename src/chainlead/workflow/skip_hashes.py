"""The list of pictures that a scan must not decode: checked before, kept with the scan, used again.

The list itself stays where it is (it may be confidential, and large); the case keeps its path,
digest and number of entries. Whoever reads an exhibit again uses the same list; if it is gone, no
picture is decoded at all.
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from chainlead.errors import ConfigError
from chainlead.evidence import Limits, read_skip_list
from chainlead.workflow.case import Case


def describe_skip_list(path: str) -> dict[str, Any]:
    """What the journal keeps of a list.

    Raises:
        ConfigError: the list cannot be read or holds no SHA-256.
    """
    try:
        count = len(read_skip_list(path))
        with Path(path).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"The list of pictures to skip cannot be used: {error}.",
            next_step="Give a text file with one SHA-256 (64 hex digits) at the start of each line.",
        ) from error
    return {"path": str(Path(path).absolute()), "sha256": sha256, "hash_count": count}


def with_skip_list(case: Case, exhibit: str, limits: Limits) -> Limits:
    """The limits with the list that this exhibit's scan began with, unless they name one."""
    if limits.skip_hashes:
        return limits
    for entry in case.entries:
        if entry.act == "scan.begin" and entry.what["exhibit"] == exhibit:
            listed = entry.what.get("skip_hashes") or {}
            return replace(limits, skip_hashes=listed.get("path", ""))
    return limits
