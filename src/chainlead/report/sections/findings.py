"""Findings by certainty, then kind. One line per value, with the number of its places."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, heading, number, paragraph, table

SHOWN = 250
_PLACES = 3
_DERIVED = "derived from"
_FOLDED_FROM = 6


class Findings(Section):
    """What was found; all of it observed."""

    place: ClassVar[int] = 50
    title: ClassVar[str] = "Findings"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """One table per certainty and kind, then the folded ones as counts."""
        found = bundle["findings"]
        if not found["groups"]:
            yield paragraph("No finding that counts for this case.")
        else:
            yield paragraph(
                "All findings are observed: bytes that stand in an exhibit. To see one again, with "
                "the way to the same bytes by ordinary tools: chainlead findings show CASE ID."
            )
        for group in found["groups"]:
            yield heading(f"{group['certainty'].capitalize()}: {group['kind'].replace('_', ' ')}")
            secret = all(entry["value"] is None for entry in group["findings"])
            yield from _secrets(group) if secret else _values(group)
        if found["folded"]:
            yield heading("Only counted")
            yield table(
                (
                    ("Why", "auto", "text"),
                    ("Kind", "1fr", "text"),
                    ("Exhibit", "auto", "mono"),
                    ("Count", "auto", "number"),
                ),
                [
                    (
                        _WHY.get(row["reason"], row["reason"]),
                        row["kind"],
                        row["exhibit"],
                        row["count"],
                    )
                    for row in found["folded"]
                ],
                empty="",
            )


_WHY = {
    "shipped": "came with software",
    "example": "published example",
    "noise": "judged noise by a person",
}


def _values(group: dict[str, Any]) -> Iterator[Block]:
    yield from _listed(group, "Value", "Check")


def _secrets(group: dict[str, Any]) -> Iterator[Block]:
    yield paragraph(
        "A secret is shown as a place, a kind, a verdict and a fingerprint that means something in "
        "this case only. Its value is not in this report and not in the case's tables."
    )
    yield from _listed(group, "Fingerprint", "Verdict")


def _listed(group: dict[str, Any], value: str, check: str) -> Iterator[Block]:
    rows = _grouped(group)
    yield table(
        (
            (value, "5fr", "mono"),
            ("May belong to", "3fr", "text"),
            ("Role, state", "2fr", "text"),
            (check, "4fr", "text"),
            ("Places, with the finding's id", "7fr", "mono"),
        ),
        [
            (
                keys,
                ", ".join(_chains(entries[0])),
                [
                    ", ".join(sorted({entry["role"] for entry in entries})),
                    ", ".join(sorted({entry["state"] for entry in entries})),
                ],
                entries[0]["check"],
                _where(entries),
            )
            for keys, entries in rows[:SHOWN]
        ],
        empty="None.",
    )
    if len(rows) > SHOWN:
        further = number(len(rows) - SHOWN, "further value")
        yield paragraph(f"{further} of this kind: see findings.csv and report.json.")


def _grouped(group: dict[str, Any]) -> list[tuple[list[str], list[dict[str, Any]]]]:
    """The values with their places; what was derived from one place stands folded in one row."""
    same: dict[str, list[dict[str, Any]]] = {}
    for entry in group["findings"]:
        same.setdefault(entry["value"] or entry["fingerprint"] or "", []).append(entry)
    alike: dict[tuple[str, ...], list[str]] = {}
    for value, entries in sorted(same.items()):
        alike.setdefault(_likeness(value, entries), []).append(value)
    rows = []
    for values in alike.values():
        if len(values) < _FOLDED_FROM:
            rows += [([value], same[value]) for value in values]
        else:
            left = number(len(values) - 1, "more value")
            note = f"and {left} derived from the same place, listed in findings.csv"
            rows.append(([values[0], note], same[values[0]]))
    return sorted(rows, key=lambda row: row[0])


def _likeness(value: str, entries: list[dict[str, Any]]) -> tuple[str, ...]:
    """Equal for values that differ in nothing else; only what was derived is alike another."""
    first = entries[0]
    if len(entries) > 1 or not first["check"].startswith(_DERIVED):
        return (value,)
    spot = _place(first).rpartition(" [")[0]
    return (first["check"], spot, first["role"], first["state"], *_chains(first))


def _chains(entry: dict[str, Any]) -> list[str]:
    names = [
        c["chain"] if c["network"] == "main" else f"{c['chain']} ({c['network']})"
        for c in entry["candidates"]
    ]
    return list(dict.fromkeys(names))


def _where(entries: list[dict[str, Any]]) -> list[str]:
    shown = [_place(entry) for entry in entries[:_PLACES]]
    if len(entries) > _PLACES:
        shown.append(f"and {len(entries) - _PLACES} more places")
    return shown


def _place(entry: dict[str, Any]) -> str:
    spot = entry["row"] or (
        f"byte {entry['offset_bytes']}" if entry["offset_bytes"] is not None else ""
    )
    return f"{entry['place']}{f' ({spot})' if spot else ''} [{entry['id']}]"
