"""Votes of the context: what the text beside a find says about its ledger.

Assumption: somebody who writes a coin's name, symbol or link beside an address means that coin.
Known failure: lists, exchanges' pages and jokes name many coins side by side. A vote never adds or
removes a candidate: it orders those that the find itself leaves open, and says so in the reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from chainlead.findings.detector import Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import View
from chainlead.model import Chain

_DATA = files("chainlead.findings") / "data" / "context_words.yaml"
_BEFORE, _AFTER = 80, 40
_VOTED = frozenset({"address", "extended_key", "txid", "private_key", "descriptor"})
_LINK, _SAME_LINE, _NEAR, _PATH = 4, 3, 2, 1
_HOST = re.compile(
    r"(?:https?://)?((?:[0-9a-z-]{1,63}\.){1,6}[a-z]{2,24})[^\s\"'<>]*$", re.IGNORECASE
)
_SCHEME = re.compile(r"([a-z][a-z0-9-]{2,20}):(?://)?$", re.IGNORECASE)
_FILE_STEPS = 2


@dataclass(frozen=True, slots=True)
class Vote:
    """One word, link or path that names a ledger.

    Attributes:
        says: the word of the table, the host of the table, or `path: ` and the word.
        weight: 4 for a link or scheme directly in front, 3 on the same line, 2 near, 1 in the path.
        distance: characters between it and the find.
    """

    chain: Chain
    says: str
    weight: int
    distance: int


@cache
def _words() -> dict[str, tuple[Chain, ...]]:
    rows = yaml.load(_DATA.read_text("utf-8"), Loader=yaml.CSafeLoader)["words"]
    found: dict[str, tuple[Chain, ...]] = {}
    for row in rows:
        for word in row["words"]:
            found[word] = (*found.get(word, ()), Chain(row["chain"]))
    return found


@cache
def _expression() -> re.Pattern[str]:
    longest_first = sorted(_words(), key=lambda word: (-len(word), word))
    names = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![0-9A-Za-z])(?:{names})(?![0-9A-Za-z])", re.IGNORECASE)


def with_votes(hit: Hit, view: View, knowledge: Knowledge) -> Proof:
    """The proof with its candidates in the order that the context votes for, and the votes.

    Args:
        hit: what was found.
        view: where.
        knowledge: for the hosts of explorers.
    """
    proof = hit.proof
    open_chains = {candidate.chain for candidate in proof.candidates}
    if hit.bare or proof.kind not in _VOTED or len(open_chains) < 2 or "derived" in proof.detail:
        return proof
    votes = [vote for vote in _votes(hit, view, knowledge) if vote.chain in open_chains]
    if not votes:
        return proof
    best: dict[Chain, Vote] = {}
    for vote in sorted(votes, key=lambda v: (-v.weight, v.distance, v.says)):
        best.setdefault(vote.chain, vote)
    weight = {chain: sum(v.weight for v in votes if v.chain is chain) for chain in best}

    def order(chain: Chain) -> tuple[int, int]:
        vote = best.get(chain)
        return (0, 0) if vote is None else (-vote.weight * 1000 - weight[chain], vote.distance)

    candidates = tuple(
        replace(c, reason=f"{c.reason}; the context says {best[c.chain].says!r}")
        if c.chain in best
        else c
        for c in sorted(proof.candidates, key=lambda c: order(c.chain))
    )
    told: list[dict[str, Any]] = [
        {"chain": vote.chain.value, "says": vote.says, "weight": vote.weight}
        for vote in sorted(best.values(), key=lambda v: (*order(v.chain), v.chain.value))
    ]
    return replace(proof, candidates=candidates, detail={**proof.detail, "votes": told})


def _votes(hit: Hit, view: View, knowledge: Knowledge) -> Iterator[Vote]:
    before, after = view.around(hit.start, hit.end, _BEFORE)
    before, after = before[-_BEFORE:], after[:_AFTER]
    scheme = _SCHEME.search(before)
    for chain in _words().get(scheme[1].lower(), ()) if scheme else ():
        yield Vote(chain, f"{scheme[1].lower()}:" if scheme else "", _LINK, 0)
    host = _HOST.search(before)
    explorer = knowledge.explorer_of(host[1].lower()) if host else None
    if explorer and explorer.chain:
        yield Vote(explorer.chain, explorer.host, _LINK, 0)
    line_start = before.rfind("\n") + 1
    line_end = after.find("\n")
    for match in _expression().finditer(before):
        weight = _SAME_LINE if match.start() >= line_start else _NEAR
        yield from _said(match, weight, len(before) - match.end())
    for match in _expression().finditer(after if line_end < 0 else after[:line_end]):
        yield from _said(match, _SAME_LINE, match.start() + 1)
    files_inside = [s.name for s in view.item.provenance.steps if s.kind != "table"]
    for match in _expression().finditer("/".join(files_inside[-_FILE_STEPS:])):
        for chain in _words()[match[0].lower()]:
            yield Vote(chain, f"path: {match[0].lower()}", _PATH, _BEFORE)


def _said(match: re.Match[str], weight: int, distance: int) -> Iterator[Vote]:
    for chain in _words()[match[0].lower()]:
        yield Vote(chain, match[0].lower(), weight, distance)
