"""`chainlead page` prints what it saw, as text and as JSON."""

import json
from pathlib import Path

import pytest

from chainlead.workflow.case import Case

ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
PAGE = f"<html><title>\x1b[31mShop</title><p>Blue 0.5 BTC</p><p>{ADDRESS}</p>a@b.example</html>"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    return path


def test_the_text_names_prices_signs_and_explanations(run, page) -> None:
    code, out, _ = run("page", page)
    assert code == 0
    for part in (ADDRESS, "0.5 BTC", "a@b.example", "mail-only", "But: ", "no verdict"):
        assert part in out
    assert "\x1b" not in out


def test_json_is_one_document(run, page) -> None:
    code, out, _ = run("page", page, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["pages"][0]["prices"][0]["amount_units"] == "50000000"
    assert document["verdict"] is None


def test_a_case_without_a_ledger_names_the_next_step(run, page, case: Case) -> None:
    case.close()
    code, out, _ = run("page", page, "--case", case.folder)
    assert code == 0
    assert "chainlead ledger add" in out


@pytest.mark.parametrize(
    "words",
    [("--from", "soon"), ("--tolerance", "lots"), ("--tolerance", "90"), ("--quantity", "0")],
)
def test_a_wrong_option_is_a_usage_error(run, page, words) -> None:
    assert run("page", page, *words)[0] == 2


def test_a_rate_needs_its_source(run, page) -> None:
    code, _, err = run("page", page, "--rate", "EUR/BTC=40000")
    assert code == 4
    assert "--rate-source" in err
