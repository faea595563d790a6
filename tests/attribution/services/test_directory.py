"""A service is found by every name it has, and only by a whole one."""

import pytest

from chainlead.attribution import Service, ServiceDirectory, find_services, shipped_directory
from chainlead.errors import PackInvalidError

KASTELL = Service("kastell", "Kastell", ("Castle Trading",), ("kastell-ee",), ("kastell.example",))
BURG = Service("burg", "Burg", ("Castle Trading",), (), ("burg.example",))


@pytest.mark.parametrize(
    "text",
    [
        "kastell", "KASTELL", " Kastell ", "Kastell-EE", "kastell.example", "Ｋａｓｔｅｌｌ",
        "https://www.kastell.example/account?x=1", "no-reply@mail.kastell.example",
    ],
)  # fmt: skip
def test_every_name_leads_to_the_service(text: str) -> None:
    assert ServiceDirectory([KASTELL]).lookup(text) == KASTELL


@pytest.mark.parametrize("text", ["", "kast", "kastell.example.evil.example", "@", "https://", "."])
def test_no_other_text_does(text: str) -> None:
    assert ServiceDirectory([KASTELL]).lookup(text) is None


def test_a_shared_name_is_said_to_be_shared() -> None:
    directory = ServiceDirectory([KASTELL, BURG])
    assert directory.lookup("castle trading") == BURG
    assert directory.shared_names == {"castle trading": ("burg", "kastell")}


def test_a_part_of_a_name_finds_after_the_exact_one() -> None:
    directory = ServiceDirectory([KASTELL, BURG])
    assert find_services(directory, "castle") == (BURG, KASTELL)
    assert find_services(directory, "kastell") == (KASTELL,)
    assert find_services(directory, "") == ()


def test_one_id_stands_once() -> None:
    with pytest.raises(PackInvalidError, match="stands twice"):
        ServiceDirectory([KASTELL, KASTELL])


def test_the_first_text_that_names_anything_wins() -> None:
    directory = ServiceDirectory([KASTELL, BURG])
    assert directory.lookup_any(None, "", "nobody", "burg", "kastell") == BURG
    assert directory.lookup_any("nobody") is None


def test_the_shipped_directory_can_be_asked() -> None:
    found = shipped_directory().lookup("https://www.binance.com/en")
    assert found is not None
    assert found.brand == "Binance"
