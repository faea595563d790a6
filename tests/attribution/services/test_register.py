"""Forms of registers as a population, and entries as JSON."""

import sys
from datetime import date

import pytest

from chainlead.attribution import RegisterEntry, register_forms
from chainlead.attribution.services.register import entry_document, entry_from_document
from chainlead.errors import PackInvalidError


def test_each_form_says_what_it_reads_and_where_it_fails() -> None:
    assert [each.form for each in register_forms()] == [
        "esma.casps", "esma.ncasp", "gleif.api", "gleif.golden-copy",
    ]  # fmt: skip
    for each in register_forms():
        text = sys.modules[type(each).__module__].__doc__ or ""
        assert all(word in text for word in ("Proof:", "Limits:", "Spec:")), each.form
        assert each.keeper
        assert each.register


def test_an_entry_survives_json() -> None:
    entry = RegisterEntry(
        "k", "Kastell OÜ", since=date(2025, 4, 9), countries=("SE",), detail={"a": "b"}
    )
    assert entry_from_document(entry_document(entry)) == entry


@pytest.mark.parametrize(
    "document",
    [{}, {"key": "k"}, {"key": "k", "legal_name": "K", "since": "soon"}, {"colour": "red"}],
)
def test_what_is_no_entry_is_refused(document: dict) -> None:
    with pytest.raises(PackInvalidError, match="holds no entry"):
        entry_from_document(document)
