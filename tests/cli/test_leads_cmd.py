"""`chainlead leads` and `trace` print values only where the case has rates."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chainlead.guide.practice import build_world, write_world
from chainlead.model import Network
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add
from chainlead.workflow.tags import import_tags
from chainlead.workflow.trace import trace

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = build_world()
    return made, write_world(made, tmp_path_factory.mktemp("world"))


@pytest.fixture
def traced(case: Case, world) -> tuple[Path, str]:
    made, files = world
    add(case, [files.blocks], network=Network.REGTEST)
    list(import_tags(case, [files.tag_packs]))
    coin = next(c for t in made.economy.sent for c in t.made if c.owner == "shop")
    trace(case, coin.address)
    case.close()
    return case.folder, coin.address


def test_without_rates_no_value_is_printed_and_with_rates_each_has_its_source(
    run: Run, traced, world
) -> None:
    folder, address = traced
    code, out, _ = run("leads", folder)
    assert (code, "at that time" in out) == (0, False)
    assert "SEK then" not in run("trace", folder, address)[1]
    assert run("case", "set", folder, "currency=SEK")[0] == 0
    assert run("rates", folder, "add", world[1].rates)[0] == 0
    code, out, _ = run("leads", folder)
    assert code == 0
    assert "SEK at that time: 1 BTC = " in out
    assert "invented for practice" in out
    assert "SEK then" in run("trace", folder, address)[1]
    deposits = json.loads(run("leads", folder, "--json")[1])["leads"][0]["deposits"]
    assert deposits[0]["value"]["currency"] == "SEK"
    values = json.loads(run("trace", folder, address, "--json")[1])["values"]
    assert values
    assert all(one["strength"] == "asserted" for one in values.values())


def test_each_track_has_its_own_words_and_can_be_asked_for_alone(run: Run, traced) -> None:
    folder, _ = traced
    code, out, _ = run("leads", folder)
    assert code == 0
    assert "Ask: lead" in out
    assert "Seize: lead" in out
    assert "Add newer blocks, or watch the addresses, before acting." in out
    assert "(a memo for your own prosecutor)" in out
    only = run("leads", folder, "--track", "unspent")[1]
    assert "Ask: lead" not in only
    told = json.loads(run("leads", folder, "--track", "unspent", "--json")[1])
    assert {lead["track"] for lead in told["leads"]} == {"unspent"}
    holding = told["leads"][0]["holdings"][0]
    assert isinstance(holding["amount_units"], str)
    assert holding["place"]
    assert told["silent_ends"] == []
    assert run("leads", folder, "--track", "issuer")[1] == "No lead on the track issuer.\n"
    assert run("leads", folder, "--track", "other")[0] == 2
