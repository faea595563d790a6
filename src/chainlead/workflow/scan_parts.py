"""Reads and searches one exhibit file part by part; each part is rows that need nothing else.

A part ends where the reading may be cut (see `evidence.journey`), so a scan that was killed goes on
behind the last part that it kept, and parts of one file can be made at the same time.

Limits: what is decided over a whole file (which layer a finding is reported from, which text a
found secret covers) is decided over one part of a file larger than a part.
"""

from collections.abc import Callable, Iterable, Iterator

from chainlead.evidence import (
    Cut,
    ExhibitFile,
    Item,
    Journey,
    Lead,
    Limits,
    StreamRead,
    Unread,
    read_on,
)
from chainlead.findings import Finding, Knowledge, scan_items
from chainlead.model import Provenance
from chainlead.workflow.scan_rows import Row, Rows, manifest_row, unread_rows


def search_file(
    file: ExhibitFile,
    limits: Limits,
    journey: Journey,
    *,
    case_key: bytes,
    knowledge: Knowledge,
    advance: Callable[[int], None],
) -> Iterator[tuple[Rows, Cut | None]]:
    """The parts of one file, each with the cut behind it; the last part has none.

    Args:
        file: the file.
        limits: how far to go.
        journey: where to begin and how careful to be.
        case_key: the key for fingerprints of secrets.
        knowledge: tables of explorers, services and examples.
        advance: called now and then with the bytes of the file that were searched.
    """
    pieces = read_on(file, limits, journey)
    is_first = True
    while True:
        part = _Part(file, pieces, advance)
        found = scan_items(part.items(), case_key=case_key, knowledge=knowledge, threads=1)
        if part.cut is None and part.is_empty and not is_first:
            yield {"manifest": [], "findings": [], "unread": []}, None
            return
        yield part.rows(found), part.cut
        if part.cut is None:
            return
        is_first = False


class _Part:
    """The pieces up to the next cut."""

    def __init__(
        self,
        file: ExhibitFile,
        pieces: Iterator[Item | StreamRead | Unread | Cut | Lead],
        advance: Callable[[int], None],
    ) -> None:
        self._file = file
        self._pieces = pieces
        self._advance = advance
        self._read: list[StreamRead] = []
        self._unread: list[Unread] = []
        self._begins_bytes = 0
        self._lead: Provenance | None = None
        self.cut: Cut | None = None
        self.is_empty = True

    def items(self) -> Iterator[Item]:
        for piece in self._pieces:
            match piece:
                case Cut():
                    self.cut = piece
                    return
                case Lead(item):
                    assert item.offset_bytes is not None
                    assert item.core_bytes is not None
                    self._lead = item.provenance
                    self._begins_bytes = item.offset_bytes + item.core_bytes
                    yield item
                case Item():
                    self.is_empty = False
                    yield piece
                    self._tell(piece)
                case StreamRead():
                    self.is_empty = False
                    self._read.append(piece)
                    self._advance(-1)
                case Unread():
                    self.is_empty = False
                    self._unread.append(piece)

    def _tell(self, item: Item) -> None:
        is_own = item.provenance == self._file.provenance and item.offset_bytes is not None
        end = item.offset_bytes + len(item.data) if is_own and item.offset_bytes else -1
        self._advance(min(end, self._file.size_bytes))

    def rows(self, found: Iterable[Finding]) -> Rows:
        findings: dict[str, Row] = {}
        for finding in found:
            if self._is_before(finding):
                continue
            findings.setdefault(finding.finding_id, finding.to_row())
        return {
            "manifest": [manifest_row(read) for read in self._read],
            "findings": list(findings.values()),
            "unread": unread_rows(self._unread),
        }

    def _is_before(self, finding: Finding) -> bool:
        """Whether it was found in the part before this one already."""
        return (
            self._begins_bytes > 0
            and finding.offset_bytes is not None
            and finding.offset_bytes < self._begins_bytes
            and finding.provenance == self._lead
        )
