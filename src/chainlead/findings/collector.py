"""Gathers hits of one exhibit file and turns them into findings once everything was seen.

Rule of layers: the same kind and value is reported from one layer of a stream only.
1. A decoded view without byte positions of its own loses to the raw bytes: what was found in both
   is reported from the raw bytes, with its offset.
2. A cell of a database wins over the raw bytes of the database file: `table.column#rowid` is the
   better place. The same holds for a record of a key-value store.
3. What was read inside a cell (a JSON pointer) wins over the cell as a whole.
3. What lies among a file system's own records (step `structures`: NTFS keeps small files there, and
   a log of changes) is reported only if no file of the same image holds the same value. What lies
   in its free space (step `unallocated`) gives way to the same value in a deleted file (`deleted`).
Which layer was dropped changes nothing else: kind, value, proof and role are the same.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from chainlead.evidence import Item, Layer
from chainlead.findings.context import (
    REACH,
    WIDTH,
    close_covers,
    cover,
    cover_values,
    make_visible,
)
from chainlead.findings.detector import SECRETS, Detector, Hit
from chainlead.findings.finding import Finding
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.role import role_of
from chainlead.findings.view import View
from chainlead.findings.votes import with_votes
from chainlead.model import Provenance, Role, Step

_Key = tuple[str, str]


@dataclass(slots=True)
class _Gathered:
    finding: Finding
    before: str
    after: str
    layer: Layer
    bare: bool

    @property
    def key(self) -> _Key:
        """Kind and value, or kind and fingerprint."""
        return self.finding.kind, self.finding.value or self.finding.fingerprint or ""


class Collector:
    """Findings in the making, with what is needed to mask and to choose."""

    def __init__(self, case_key: bytes, knowledge: Knowledge) -> None:
        """Start empty."""
        self._case_key = case_key
        self._knowledge = knowledge
        self._gathered: dict[str, _Gathered] = {}
        self._secrets: set[str] = set()
        self._layers: dict[_Key, set[str]] = {}
        self._owners: dict[Provenance, dict[str, Role]] = {}

    def add(self, detector: Detector, hit: Hit, view: View, page_start: int) -> None:
        """Take one hit.

        Args:
            detector: who found it.
            hit: what and where in the view.
            view: the view.
            page_start: how many bytes of the page before stand in front of the item's bytes.
        """
        proof = with_votes(hit, view, self._knowledge)
        item, place = view.item, view.place(hit.start, hit.end)
        written = view.text(hit.start, hit.end)
        fingerprint = proof.secret.fingerprint(self._case_key) if proof.secret else None
        if proof.secret and any(character.isalnum() for character in cover(written)):
            self._secrets.add(written)  # no rule of masking knows it: look for it everywhere
        if proof.owners:
            for place_inside in _names_of(item.provenance, item.row):
                self._owners.setdefault(place_inside, {}).update(proof.owners)
        offset = item.offset_bytes
        finding = Finding(
            kind=proof.kind,
            value=hit.value,
            fingerprint=fingerprint,
            candidates=proof.candidates,
            certainty=proof.certainty,
            check_made=proof.check_made,
            false_positive_rate=proof.false_positive_rate,
            role=proof.role
            if proof.role is not Role.UNKNOWN
            else role_of(hit, item.provenance, self._knowledge),
            provenance=item.provenance,
            offset_bytes=None if offset is None else offset + place.start - page_start,
            length_bytes=place.length_bytes,
            row=item.row_at(place.start),
            encoding=place.encoding,
            context="",
            detector=detector.name,
            item_sha256=item.stream_sha256,
            detail=dict(proof.detail),
        )
        before, after = _surroundings(hit, view, written)
        gathered = _Gathered(finding, before, after, item.layer, hit.bare)
        self._layers.setdefault(gathered.key, set()).add(_layer_name(item))
        self._gathered.setdefault(finding.finding_id, gathered)

    def findings(self) -> tuple[Finding, ...]:
        """The findings, masked, each from its best layer, sorted."""
        secrets = sorted(self._secrets, key=lambda secret: (-len(secret), secret))
        done = [self._finish(gathered, secrets) for gathered in self._best_layers()]
        return tuple(sorted(done, key=_order))

    def _finish(self, gathered: _Gathered, secrets: list[str]) -> Finding:
        finding = gathered.finding
        value = finding.value
        if value is not None:
            value = make_visible(close_covers(cover_values(value, secrets)))
        if gathered.bare:
            context = ""
        else:
            before = cover_values(gathered.before, secrets)[-WIDTH:]
            after = cover_values(gathered.after, secrets)[:WIDTH]
            middle = "█" if value is None else value
            context = make_visible(close_covers(before + middle + after))
        detail = {
            name: _safe(thing, secrets) if name in _WRITTEN_BY_SOMEBODY else thing
            for name, thing in finding.detail.items()
        }
        layers = self._layers[gathered.key]
        if layers != {RAW}:
            detail[FOUND_IN] = ", ".join(sorted(layers))
        return replace(
            finding,
            value=value,
            context=context,
            detail=detail,
            role=self._role(finding),
            row=None if finding.row is None else _named(finding.row, secrets),
            provenance=_without_secrets(finding.provenance, secrets),
        )

    def _role(self, finding: Finding) -> Role:
        if finding.role is not Role.UNKNOWN or finding.kind not in _OWNED:
            return finding.role
        value = SECRETS if finding.value is None else finding.value
        names = {value, value.lower(), finding.detail.get("canonical", "")}
        steps = finding.provenance.steps
        for depth in range(len(steps), -1, -1):
            owners = self._owners.get(Provenance(finding.provenance.exhibit, steps[:depth]), {})
            for name in sorted(names & owners.keys()):
                return owners[name]
        inside = self._owners_inside.get(finding.provenance, {})
        for name in sorted(names & inside.keys()):
            return inside[name]
        return finding.role

    @cached_property
    def _owners_inside(self) -> dict[Provenance, dict[str, Role]]:
        """For each place, what wallets further inside say; an own value stays own."""
        found: dict[Provenance, dict[str, Role]] = {}
        for place, owners in self._owners.items():
            known = {name: role for name, role in owners.items() if name != SECRETS}
            for depth in range(1, len(place.steps)):
                outer = found.setdefault(Provenance(place.exhibit, place.steps[:depth]), {})
                for name, role in known.items():
                    if role is Role.OWN or outer.get(name) is not Role.OWN:
                        outer[name] = role
        return found

    def _best_layers(self) -> list[_Gathered]:
        raw = {
            (g.finding.item_sha256, *g.key) for g in self._gathered.values() if g.layer is Layer.RAW
        }
        in_cells = {
            (outer, *g.key)
            for g in self._gathered.values()
            for outer in _databases_around(g.finding.provenance)
        }
        inside_cells = {
            (*outer, *g.key)
            for g in self._gathered.values()
            for outer in _cells_around(g.finding.provenance)
        }
        in_files = {
            (outer, *g.key)
            for g in self._gathered.values()
            if (outer := _image_around(g.finding.provenance))
            and not _has_step(g.finding, "structures")
        }
        in_deleted = {
            (_image_around(g.finding.provenance), *g.key)
            for g in self._gathered.values()
            if _has_step(g.finding, "deleted")
        }
        kept = []
        for g in self._gathered.values():
            image = _image_around(g.finding.provenance)
            if _has_step(g.finding, "structures") and (image, *g.key) in in_files:
                continue
            if _has_step(g.finding, "unallocated") and (image, *g.key) in in_deleted:
                continue
            in_cell = _is_cell(g.finding.provenance)
            if in_cell and (*_own_cell(g.finding), *g.key) in inside_cells:
                continue
            if g.layer is Layer.RAW and (g.finding.provenance, *g.key) in in_cells:
                continue
            in_raw = (g.finding.item_sha256, *g.key) in raw
            if g.layer is Layer.DECODED and not in_cell and in_raw:
                continue
            kept.append(g)
        return kept


RAW = "raw"
FOUND_IN = "found_in"
"""Detail: the layers of this exhibit file in which the same thing was found, if not just raw."""
_CELLS = frozenset({"table", "record"})
_OWNED = frozenset({"address", "extended_key", "private_key", "mnemonic"})
_WRITTEN_BY_SOMEBODY = frozenset(
    {"label", "message", "payment_request", "amount_written", "function", "payment_id"}
)
"""Details that hold text from the exhibit which no check proved to be public."""


def _names_of(provenance: Provenance, row: str | None) -> set[Provenance]:
    """A value's own place, and the steps under which what it contains is listed."""
    if row is None or not provenance.steps:
        return {provenance}
    outer, last = provenance.steps[:-1], provenance.steps[-1]
    kinds = (last.kind, "json")
    inner = {Provenance(provenance.exhibit, (*outer, Step(kind, row))) for kind in kinds}
    return {provenance, *inner}


def _layer_name(item: Item) -> str:
    """What had to be understood to see it: nothing, a container, or a kind of document."""
    if item.layer is Layer.DECODED:
        return item.media_type
    kind = item.provenance.steps[-1].kind if item.provenance.steps else "file"
    return RAW if kind == "file" else kind


def _surroundings(hit: Hit, view: View, written: str) -> tuple[str, str]:
    if hit.bare:
        return "", ""
    before, after = view.around(hit.start, hit.end, REACH)
    span = (len(before), len(before) + len(written))
    shown = (span[0] - WIDTH, span[1] + WIDTH)
    covered = cover(before + written + after, span, shown)
    return covered[: span[0]], covered[span[1] :]


def _image_around(provenance: Provenance) -> Provenance | None:
    """The innermost disk image that it lies in."""
    depths = [depth for depth, step in enumerate(provenance.steps) if step.kind == "image"]
    return Provenance(provenance.exhibit, provenance.steps[: depths[-1]]) if depths else None


def _has_step(finding: Finding, kind: str) -> bool:
    return any(step.kind == kind for step in finding.provenance.steps)


def _databases_around(provenance: Provenance) -> list[Provenance]:
    return [
        Provenance(provenance.exhibit, provenance.steps[:depth])
        for depth, step in enumerate(provenance.steps)
        if step.kind in _CELLS
    ]


def _cells_around(provenance: Provenance) -> list[tuple[Provenance, str]]:
    """The stores and rows that a place lies inside of."""
    return [
        (Provenance(provenance.exhibit, provenance.steps[:depth]), step.name)
        for depth, step in enumerate(provenance.steps[:-1])
        if step.kind in _CELLS
    ]


def _own_cell(finding: Finding) -> tuple[Provenance, str]:
    """The store and row that a finding stands in."""
    provenance = finding.provenance
    return Provenance(provenance.exhibit, provenance.steps[:-1]), finding.row or ""


def _is_cell(provenance: Provenance) -> bool:
    return any(step.kind in _CELLS for step in provenance.steps)


def _named(name: str, secrets: list[str]) -> str:
    """A name inside the exhibit: kept as it is, unless it holds a secret that was found."""
    return close_covers(cover_values(name, secrets))


def _without_secrets(provenance: Provenance, secrets: list[str]) -> Provenance:
    if not any(secret in step.name for step in provenance.steps for secret in secrets):
        return provenance
    steps = tuple(Step(step.kind, _named(step.name, secrets)) for step in provenance.steps)
    return Provenance(provenance.exhibit, steps)


def _safe(text: str, secrets: list[str]) -> str:
    return make_visible(close_covers(cover_values(cover(text), secrets)))


def _order(finding: Finding) -> tuple[Any, ...]:
    offset = -1 if finding.offset_bytes is None else finding.offset_bytes
    return finding.provenance, offset, finding.row or "", finding.kind, finding.value or ""
