"""Names and numbers as registers write them."""

import pytest

from chainlead.attribution.services.company_names import (
    company_name,
    country_code,
    is_lei,
    said,
    web_sites,
)


@pytest.mark.parametrize("text", ["N/A", "-", " none ", "None", "", None, "\u00a0", "\ufeff"])
def test_a_cell_that_says_nothing_is_empty(text: str | None) -> None:
    assert said(text) == ""


@pytest.mark.parametrize("lei", ["5493007WZ7IFULIL8G21", "506700GE1G29325QX363"])
def test_real_leis_have_right_check_digits(lei: str) -> None:
    assert is_lei(lei)
    assert not is_lei(lei[:-1] + str((int(lei[-1]) + 1) % 10))
    assert not is_lei(lei[:-1])
    assert not is_lei(lei.lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OKCoin Europe Ltd", "OKCOIN EUROPE LIMITED"),
        ("Kastell OÜ", "Kastell OU"),
        ("Burg S.p.A.", "Burg SpA"),
        ("Lagune, Inc.", "Lagune Inc"),
    ],
)
def test_a_company_is_the_same_with_and_without_its_legal_form(one: str, other: str) -> None:
    assert company_name(one) == company_name(other)


def test_other_companies_stay_others() -> None:
    assert company_name("Kastell Pay Ltd") != company_name("Kastell Ltd")
    assert company_name("Ltd") == "ltd"


def test_the_unions_own_codes_become_iso_codes() -> None:
    assert [country_code(c) for c in ("EL", "uk", "se", "EU1", "", "S E")] == [
        "GR", "GB", "SE", "", "", "",
    ]  # fmt: skip


def test_web_sites_of_a_cell() -> None:
    assert web_sites("https://a.example|www.b.example, (c.example) and none") == (
        "https://a.example", "www.b.example", "c.example",
    )  # fmt: skip


def test_a_cell_cannot_steer_a_terminal() -> None:
    assert said("Kast\x1b[2Jell\u202e GmbH\r\n\tAG") == "Kast[2Jell GmbH AG"
