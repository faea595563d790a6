"""What the scan of one exhibit came to, in figures, from the tables of the case alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from chainlead.workflow.case import Case


@dataclass(frozen=True, slots=True)
class ExhibitScan:
    """What a scan of one exhibit came to.

    Attributes:
        state: `scanned`, or `done before` when there was nothing left to do.
        findings: number of findings by certainty, then kind.
        unread: number of unread things by reason.
        only_found_by: number of different things (a kind and a value) that one layer alone gave:
            `raw` for the bytes of files as they are, else what had to be unpacked or understood.
    """

    exhibit: str
    path: str
    kind: str
    sha256: str
    state: str
    file_count: int
    size_bytes: int
    findings: Mapping[str, Mapping[str, int]]
    unread: Mapping[str, int]
    only_found_by: Mapping[str, int] = field(default_factory=dict)


def summarise(case: Case, exhibit: str, state: str) -> ExhibitScan:
    """The figures of one exhibit.

    Args:
        case: the case.
        exhibit: its name there.
        state: `scanned`, or `done before`.
    """
    row = case.store.lookup("exhibits", exhibit=exhibit)
    assert row is not None
    by_certainty: dict[str, Counter[str]] = {}
    layers: dict[tuple[str, str], set[str]] = {}
    columns = ("certainty", "kind", "value", "fingerprint", "detail")
    for found in case.store.rows("findings", columns=columns, exhibit=exhibit):
        by_certainty.setdefault(found["certainty"], Counter())[found["kind"]] += 1
        thing = found["kind"], found["value"] or found["fingerprint"] or ""
        layers.setdefault(thing, set()).update(found["detail"].get("found_in", "raw").split(", "))
    alone = Counter(next(iter(names)) for names in layers.values() if len(names) == 1)
    return ExhibitScan(
        exhibit=exhibit,
        path=row["path"],
        kind=row["kind"],
        sha256=row["sha256"],
        state=state,
        file_count=row["file_count"],
        size_bytes=row["size_bytes"],
        findings={name: dict(sorted(by_certainty[name].items())) for name in sorted(by_certainty)},
        unread=case.store.group_counts("unread", "reason", exhibit=exhibit),
        only_found_by=dict(sorted(alone.items())),
    )
