"""`chainlead match` prints payments beside chance, and refuses what it cannot answer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chainlead.guide.practice import build_world, write_world
from chainlead.model import Network
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def world_files(tmp_path_factory):
    return write_world(build_world(), tmp_path_factory.mktemp("world"))


@pytest.fixture
def folder(case: Case, world_files) -> Path:
    add(case, [world_files.blocks], network=Network.REGTEST)
    case.close()
    return case.folder


def test_payments_are_printed_beside_chance_and_explanations(run: Run, folder) -> None:
    code, out, err = run("match", folder, "--all", "--price", "0.0125 BTC", "--tolerance", "0%")
    assert (code, err) == (0, "")
    for part in ("0.01250000 BTC", "By chance, counted in the same way at", "But: ", "+0.00 %"):
        assert part in out
    assert "whole ledger" in out


def test_json_is_one_document_with_the_question(run: Run, folder) -> None:
    code, out, _ = run(
        "match", folder, "--all", "--price", "0.0125 BTC", "--recurring", "every weekday",
        "--since", "2024-02-01", "--until", "2024-02-02", "--quantity", "2", "--json",
    )  # fmt: skip
    document = json.loads(out)
    assert code == 0
    assert document["question"]["until"] == "2024-02-02T23:59:59Z"
    assert document["question"]["recurring"] == "every weekday"
    assert document["question"]["tolerance_ppm"] == 20_000


def test_the_pages_prices_are_taken(run: Run, folder, world_files) -> None:
    page = world_files.exhibit / "laptop" / "Pages" / "shop.html"
    document = json.loads(run("match", folder, "--all", "--page", page, "--json")[1])
    assert "0.0125 BTC" in document["question"]["prices"]


def test_receipts_without_a_rate_end_with_a_warning(run: Run, folder) -> None:
    code, out, _ = run("match", folder, "--all", "--price", "500 SEK")
    assert code == 1
    assert "could not be compared with the prices in SEK: the case has no rate" in out


@pytest.mark.parametrize(
    "words",
    [
        ("--price", "1 BTC"), ("--all",), ("--all", "--address", "x", "--price", "1 BTC"),
        ("--all", "--price", "1 BTC", "--tolerance", "60"), ("--all", "--price", "1 BTC", "--tolerance", "NaN"),
        ("--all", "--price", "1 BTC", "--since", "yesterday"), ("--all", "--price", "1 BTC", "--quantity", "0"),
    ],
)  # fmt: skip
def test_a_wrong_use_is_told_without_touching_the_case(run: Run, folder, words) -> None:
    before = (folder / "journal.jsonl").read_bytes()
    code, _, err = run("match", folder, *words)
    assert code == 2
    assert "Traceback" not in err
    assert (folder / "journal.jsonl").read_bytes() == before


def test_a_price_that_is_none_is_a_named_error(run: Run, folder) -> None:
    code, _, err = run("match", folder, "--all", "--price", "49,90 EUR")
    assert code == 4
    assert "ConfigError: '49,90 EUR' is not a price" in err
