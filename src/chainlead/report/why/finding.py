"""Why a finding is one: where its bytes stand, how they were proved, whose they may be."""

from collections.abc import Mapping
from typing import Any

from chainlead.model import Sentence
from chainlead.report.why.reason import Why
from chainlead.report.why.words import CERTAINTIES, JUDGED, ROLES


def why_finding(row: Mapping[str, Any]) -> Why:
    """The reasons for one finding.

    Args:
        row: of the table `findings` with `state` and `why`, or an entry of the report's findings.
    """
    finding_id = str(row.get("id") or row["finding_id"])
    place = " › ".join([row["exhibit"], *row["location"]])
    sentences = [
        Sentence("These bytes stand in the exhibit, at the place below."),
        CERTAINTIES[row["certainty"]],
        ROLES[row["role"]],
        JUDGED[row.get("state") or "new"],
    ]
    if row.get("fingerprint"):
        sentences.append(
            Sentence(
                "A secret is shown as a place, a kind, a verdict and a fingerprint that means "
                "something in this case only. Its value is nowhere in the case's tables."
            )
        )
    if len(_candidates(row)) > 1:
        sentences.append(
            Sentence("Several coins write their addresses like this; the likeliest stands first.")
        )
    named: list[tuple[str, object]] = [
        (Sentence("Place"), place),
        (Sentence("Spot"), _spot(row)),
        (Sentence("Kind"), Sentence(row["kind"].replace("_", " "))),
        (Sentence("How it was proved"), Sentence.kept(row.get("check") or row["check_made"])),
        (Sentence("Random text passes this check"), row["false_positive_rate"]),
        (Sentence("May belong to"), Sentence.joined(_candidates(row), "; ")),
        (Sentence("Found by"), row["detector"]),
        (Sentence("SHA-256 of the file or stream"), row["item_sha256"]),
        (Sentence("Reason of the person who judged"), row.get("why", "")),
    ]
    return Why(
        f"finding:{finding_id}",
        "observed",
        tuple(sentences),
        tuple((name, value) for name, value in named if value),
    )


def _candidates(row: Mapping[str, Any]) -> list[str]:
    """`bitcoin: prefix bc1`, the likeliest first."""
    told = row.get("candidate_reasons") or row["candidates"]
    return [
        Sentence.joined((_coin(each), Sentence.kept(each["reason"])), ": ")
        if each.get("reason")
        else _coin(each)
        for each in told
    ]


def _coin(told: Mapping[str, Any]) -> str:
    network = f" ({told['network']})" if told["network"] != "main" else ""
    return f"{told['chain']}{network}"


def _spot(row: Mapping[str, Any]) -> str:
    if row.get("row"):
        return str(row["row"])
    if row.get("offset_bytes") is None:
        return ""
    return Sentence("byte {offset}", offset=str(row["offset_bytes"]))
