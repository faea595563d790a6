"""What was worked out again because blocks left the chain."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, heading, paragraph, points, table

_KINDS = {"answer": "answer", "trace": "trace", "match": "search", "draft": "draft"}
_STATES = {
    "replaced": "replaced",
    "same": "came out the same",
    "waiting": "waits for a fetch",
    "sent": "was sent, and is not changed",
    "no ground": "has lost its ground",
}
_NAMED = 5


class Reruns(Section):
    """Which result took the place of which; left out where no block left the chain."""

    place: ClassVar[int] = 71
    title: ClassVar[str] = "Results that were worked out again"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each result, what became of it and by which act, then what is left to do."""
        told = bundle.get("reruns")
        if not told:
            return
        yield paragraph(
            "Blocks that results of this case rested on left the best chain after they were made. The "
            "results were worked out again with the same parameters, from what the case held then. "
            "The other sections show those of now; the old ones are kept with their digests."
        )
        yield table(
            (
                ("What", "auto", "text"),
                ("Old", "1fr", "mono"),
                ("What became of it", "auto", "text"),
                ("New", "1fr", "mono"),
                ("Caused by entry", "auto", "number"),
                ("What left the chain", "2fr", "mono"),
            ),
            [
                (
                    _KINDS[one["kind"]],
                    [one["old_id"], one["old_result_sha256"] or ""],
                    _STATES[one["state"]],
                    one["new_id"] or "none",
                    one["cause_entry"],
                    _left(one),
                )
                for one in told
            ],
            empty="",
        )
        open_ends = [sentence for one in told if one["is_open"] and (sentence := _open_end(one))]
        if open_ends:
            yield heading("What is left to do about them")
            yield points(open_ends)


def _left(one: dict[str, Any]) -> list[str]:
    names = one["left_the_chain"][:_NAMED]
    more = one["left_in_all"] - len(names)
    return [*names, f"and {more} more"] if more > 0 else names


def _open_end(one: dict[str, Any]) -> str:
    name = f"{_KINDS[one['kind']].capitalize()} {one['old_id']}"
    if one["state"] == "sent":
        return (
            f"{name} was sent to its addressee before. It is not changed here: whether what it says still "
            "holds is for a person to check, and to tell the addressee."
        )
    if one["waits_for"]:
        names = ", ".join(one["waits_for"][:_NAMED])
        more = len(one["waits_for"]) - _NAMED
        return f"{name}: in no block that the case knows: {names}{f' and {more} more' if more > 0 else ''}."
    if one["state"] in {"waiting", "no ground"}:
        return f"{name}: {one['words']}"
    return ""
