from collections.abc import Callable
from hashlib import sha256

import pytest

from chainlead.evidence import Item, Layer
from chainlead.findings import Finding, scan_items
from chainlead.model import Provenance, Step

CASE_KEY = bytes(range(32))


def _pages(content: bytes, page_bytes: int, margin: int, path: str, encoding: str) -> list[Item]:
    provenance = Provenance("E1", (Step("file", path),))
    digest = sha256(content).hexdigest()
    return [
        Item(
            provenance,
            content[offset : offset + page_bytes + margin],
            encoding,
            "text/plain",
            Layer.RAW,
            digest,
            offset,
            min(page_bytes, len(content) - offset),
        )
        for offset in range(0, max(len(content), 1), page_bytes)
    ]


@pytest.fixture
def pages() -> Callable[..., list[Item]]:
    """Raw items of a stream: `pages(content, page_bytes=…, margin=…)`."""

    def make(
        content: bytes,
        *,
        page_bytes: int = 1 << 20,
        margin: int = 4096,
        path: str = "notes.txt",
        encoding: str = "bytes",
    ) -> list[Item]:
        return _pages(content, page_bytes, margin, path, encoding)

    return make


@pytest.fixture
def find(pages: Callable[..., list[Item]]) -> Callable[..., tuple[Finding, ...]]:
    """Findings in some bytes or text, as one raw file."""

    def run(content: bytes | str, **options) -> tuple[Finding, ...]:
        raw = content.encode() if isinstance(content, str) else content
        return scan_items(pages(raw, **options), case_key=CASE_KEY)

    return run
