"""Feature files and histograms as bulk_extractor writes them, for the viewers that read those.

Spec: the feature file format 1.1 of bulk_extractor (S. Garfinkel, "Digital media triage with bulk
data analysis and bulk_extractor", 2013): comments, then position, feature, context with tabs.
Limits: a position in a container is written with the names of its members, not with the offsets of
packed data; a secret's feature is its keyed fingerprint. The separator U+10001C stands between a file
and what is inside it, as in bulk_extractor's own reports on folders.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from chainlead.report.findings_format import FindingsFormat, FindingsToExport

SEPARATOR = "\U0010001c"


class BulkExtractor(FindingsFormat):
    """One feature file and one histogram for each kind of finding."""

    name: ClassVar[str] = "bulk-extractor"
    is_text: ClassVar[bool] = False

    def files(self, export: FindingsToExport) -> dict[str, bytes]:
        """Two files for each kind."""
        kinds: dict[str, list[Mapping[str, Any]]] = {}
        for row in export.rows:
            kinds.setdefault(str(row["kind"]), []).append(row)
        made: dict[str, bytes] = {}
        version = export.about.get("version", "")
        for kind, rows in sorted(kinds.items()):
            made[f"chainlead_{kind}.txt"] = _features(kind, rows, version)
            made[f"chainlead_{kind}_histogram.txt"] = _histogram(kind, rows, version)
        return made


def _features(kind: str, rows: Iterable[Mapping[str, Any]], version: str) -> bytes:
    head = _head(kind, version) + "# Feature-File-Version: 1.1\n"
    lines = (
        f"{_position(row)}\t{_feature(row)}\t{_escaped(str(row['context']))}\n" for row in rows
    )
    return (head + "".join(lines)).encode()


def _histogram(kind: str, rows: Iterable[Mapping[str, Any]], version: str) -> bytes:
    counts = Counter(_feature(row) for row in rows)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    head = _head(kind, version) + "# Histogram-File-Version: 1.1\n"
    return (head + "".join(f"n={count}\t{feature}\n" for feature, count in ordered)).encode()


def _head(kind: str, version: str) -> str:
    return f"# BANNER FILE NOT PROVIDED (-b option)\n# chainlead {_escaped(version)}\n# Feature-Recorder: chainlead_{kind}\n"


def _position(row: Mapping[str, Any]) -> str:
    outer, *inner = [str(step) for step in row["location"]] or [""]
    where = f"{row['exhibit']}/{outer.removeprefix('file:')}"
    if row["offset_bytes"] is not None:
        inner.append(str(row["offset_bytes"]))
    elif row["row"]:
        inner.append(str(row["row"]))
    return SEPARATOR.join(_escaped(part) for part in (where, *inner))


def _feature(row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return f"secret, fingerprint {row['fingerprint']}"
    return _escaped(str(row["value"]))


def _escaped(text: str) -> str:
    r"""Backslash and what cannot be printed as `\xHH` for each byte of its UTF-8."""
    return "".join(
        character
        if character.isprintable() and character != "\\"
        else "".join(f"\\x{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
        for character in text
    )
