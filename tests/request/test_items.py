"""The data that can be asked for: the minimal set is ticked, each ticked item says why."""

import pytest

from chainlead.errors import RequestError
from chainlead.request import items, languages, minimal_items
from chainlead.request.items import checked_items
from chainlead.request.texts import get_texts

KINDS = ("service", "provider")


def test_a_service_has_24_items_and_a_provider_10() -> None:
    numbers = {kind: [i.number for i in items() if i.asked_of == kind] for kind in KINDS}
    assert numbers == {"service": list(range(1, 25)), "provider": list(range(31, 41))}


def test_the_minimal_set_is_ticked() -> None:
    assert minimal_items() == (1, 2, 3, 5, 6, 9, 10, 11, 12, 18, 23, 24)
    assert minimal_items("provider") == (31, 32, 33, 39, 40)


@pytest.mark.parametrize("item", items(), ids=lambda item: str(item.number))
def test_an_item_has_its_words_in_every_language_and_a_reason(item) -> None:
    for language in languages():
        assert item.ask[language].endswith((".", "?"))
        open_reason = item.why[language].startswith(f"[{get_texts(language).open_mark}: ")
        assert open_reason != item.minimal, "what is not minimal needs a person's reason"
        assert item.why[language].endswith("]" if open_reason else ".")


def test_intrusive_items_are_never_ticked_by_default() -> None:
    assert not any(item.minimal for item in items() if item.intrusive)


def test_an_unknown_item_is_refused() -> None:
    assert checked_items([3, 1, 3]) == (1, 3)
    with pytest.raises(RequestError, match="no item 99"):
        checked_items([1, 99])
    with pytest.raises(RequestError, match="no item 31 in the data list for a service"):
        checked_items([31])
    assert checked_items([37], "provider") == (37,)
