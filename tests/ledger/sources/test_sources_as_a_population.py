import sys

import pytest

from chainlead.ledger.source import LedgerSource, Packing
from chainlead.registry import residents

SOURCES = residents("chainlead.ledger.sources", LedgerSource)
PACKINGS = residents("chainlead.ledger.sources", Packing)


@pytest.mark.parametrize("source", [*SOURCES, *PACKINGS], ids=lambda source: source.form)
def test_every_source_says_where_it_is_found_what_proves_it_and_its_limits(source):
    text = sys.modules[type(source).__module__].__doc__
    for word in ("Found in", "Proof", "Spec", "imits"):
        assert word in text


def test_every_form_has_its_own_name():
    forms = [source.form for source in (*SOURCES, *PACKINGS)]
    assert len(set(forms)) == len(forms) > 1


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.form)
@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xff" * 500, b"{}", b"[]", b"text " * 100, b"[{}]", b'{"result":{}}']
)
def test_no_source_recognises_what_is_not_its_own(source, content, mainnet):
    assert source.recognises(content, mainnet) is False
