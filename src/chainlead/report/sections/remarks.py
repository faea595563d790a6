"""What persons wrote or marked for the report, the views that they saved for it, what they folded by hand.

Notes and marks are statements of persons: they are asserted, and each names its author and its time.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from chainlead.model import moment_from_text
from chainlead.report.canvas import (
    COMPARE,
    Canvas,
    HandFold,
    Narrowing,
    Note,
    as_places,
    beneath_view,
)
from chainlead.report.picture import Shown, page_svgs
from chainlead.report.story import Block, Section, facts, figure, heading, paragraph, table

_NARROW = 760


class Remarks(Section):
    """Notes, marks and saved views; left out where nobody made any for the report."""

    place: ClassVar[int] = 75
    title: ClassVar[str] = "Notes and marked places"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each note with its author and time, the marked things, the saved views as pictures."""
        said = bundle.get("remarks")
        if not said:
            return
        if said["notes"] or said["marks"] or said["views"]:
            yield from _written(said)
        for view in said["views"]:
            yield from _view(view, bundle)
        yield from _folded(said.get("hand_folds", ()))


def _written(said: Mapping[str, Any]) -> Iterator[Block]:
    """Notes and marks."""
    yield paragraph(
        "Persons who worked on the case wrote the following for this report, or marked it. It is "
        "what they say (asserted). What is noted or marked stands with its own strength in the "
        "sections that tell of it. Internal notes are not part of the report."
    )
    for note in said["notes"]:
        yield from _note(note)
    if said["marks"]:
        yield heading("Marked for the report")
        yield table(
            (
                ("What", "1fr", "text"),
                ("Marked by", "auto", "text"),
                ("Time (UTC)", "auto", "mono"),
                ("Reason", "1fr", "text"),
            ),
            [
                ([mark["about"], mark["subject"]], mark["who"], _clock(mark["at"]), mark["why"])
                for mark in said["marks"]
            ],
            empty="",
        )


def _folded(rows: Iterable[Mapping[str, Any]]) -> Iterator[Block]:
    """What persons folded in the pictures of the page, so that nothing is left out unseen."""
    told = [
        (
            row["name"],
            row["who"],
            _clock(row["at"]),
            [row["said"], f"{row['trace_id']}, {row['rule']}"],
        )
        for row in rows
    ]
    if not told:
        return
    yield heading("Folded by hand in pictures")
    yield paragraph(
        "Persons folded the following into named boxes, so that a picture can be read. The section on "
        "the trail draws and lists all of it without these boxes; a saved view is drawn with those that "
        "it was saved with. A box has a double edge, and says how much it holds."
    )
    yield table(
        (
            ("Name", "1fr", "text"),
            ("Folded by", "auto", "text"),
            ("Time (UTC)", "auto", "mono"),
            ("What it holds", "2fr", "text"),
        ),
        told,
        empty="",
    )


def _clock(moment: str) -> str:
    return moment.replace("T", " ")[:19]


def _note(note: Mapping[str, Any]) -> Iterator[Block]:
    yield heading(f"Note of {note['who']}, {_clock(note['at'])} UTC")
    yield paragraph(f"On: {note['about']}")
    yield from (paragraph(f"“{line}”") for line in note["text"].splitlines() if line.strip())
    yield facts((("Note", note["note_id"]), ("Strength", "asserted"), ("On", note["subject"])))


def _view(view: Mapping[str, Any], bundle: Mapping[str, Any]) -> Iterator[Block]:
    """A saved view as its picture, with its digest beneath it."""
    yield heading(f"Saved view: {view['name']}")
    trace = next((t for t in bundle["traces"] if t["trace_id"] == view["trace_id"]), None)
    if trace is None or trace["result_sha256"] != view["result_sha256"]:
        yield paragraph("The trace that it shows is no longer in the case as it was.")
        return
    shown = shown_view(view, bundle["remarks"])
    pictures = page_svgs(trace, view["rule"], shown)
    under = "all rules" if view["rule"] == COMPARE else f"the rule {view['rule']}"
    for page, svg in enumerate(pictures, start=1):
        part = f", part {page} of {len(pictures)}" if len(pictures) > 1 else ""
        yield figure(
            svg.markup,
            wide=svg.width > _NARROW or svg.height > _NARROW,
            alt=(
                f"Saved view {view['name']}{part}: the trail from {trace['origin']} under {under}. "
                "The tables of the section on the trail say the same in words."
            ),
            caption=f"Saved view {view['name']}{part}. SHA-256 of the view: {view['sha256']}.",
        )
    yield facts(
        (
            ("Saved by", view["who"]),
            ("Saved at (UTC)", _clock(view["at"])),
            ("Marked for the report by", view["marked_by"]),
            ("Reason", view["why"]),
            ("Trace", view["trace_id"]),
            ("Stored answer", view["result_sha256"]),
            ("SHA-256 of its places", view["places_sha256"]),
            ("SHA-256 of the view", view["sha256"]),
        )
    )


def shown_view(view: Mapping[str, Any], said: Mapping[str, Any]) -> Shown:
    """A saved view as it was, with the notes and marks that are for the report and no other."""
    kept = view["canvas"]
    canvas = Canvas(
        places=as_places(kept["moved"]),
        opened={key: as_places(places) for key, places in kept["opened"]},
        hand_folds=tuple(map(HandFold.from_document, kept.get("hand_folds", ()))),
        notes=tuple(
            Note(n["note_id"], n["subject"], n["text"], True, n["who"], moment_from_text(n["at"]))
            for n in said["notes"]
        ),
        marked=frozenset(mark["subject"] for mark in said["marks"]),
    )
    return Shown(
        canvas,
        Narrowing.from_document(view["narrowing"]),
        bool(view["show_unspent"]),
        tuple(view["rules"]),
        beneath_view(view["name"], view["sha256"]),
    )
