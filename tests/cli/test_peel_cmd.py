"""The face of `peel`: hops as lines, JSON as the workflow gives it."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli import peel_cmd
from chainlead.errors import OriginNotFoundError
from chainlead.guide.practice import build_world, write_world
from chainlead.model import Chain, Network
from chainlead.workflow.ledger import add


@pytest.fixture
def practice(case, tmp_path):
    world = build_world()
    files = write_world(world, tmp_path / "world")
    add(case, [files.blocks], chain=Chain.BITCOIN, network=Network.REGTEST)
    case.close()
    return str(case.folder), [world.transaction(f"peel {n}").txid for n in range(1, 6)]


def test_hops_are_lines_and_json_holds_the_same(practice):
    folder, peels = practice
    documents = [
        json.loads(CliRunner().invoke(peel_cmd.app, [folder, txid, "--json"]).stdout)
        for txid in peels
    ]
    followed = next(d for d in documents if d["steps"])
    shown = CliRunner().invoke(peel_cmd.app, [folder, followed["start"]])
    assert shown.exit_code == 0
    assert f"Inferred: {len(followed['steps'])} hops" in shown.stdout
    for step in followed["steps"]:
        assert step["spender"] in shown.stdout
    ended = next(d for d in documents if not d["steps"])
    alone = CliRunner().invoke(peel_cmd.app, [folder, ended["start"]])
    assert (
        f"Inferred: 0 hops, 0.00000000 BTC peeled off. It ends: {ended['ended']}." in alone.stdout
    )


def test_an_address_is_no_start(practice):
    folder, _ = practice
    shown = CliRunner().invoke(peel_cmd.app, [folder, "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"])
    assert isinstance(shown.exception, OriginNotFoundError)
