"""The face of contested links: the list, the decision, and what `why` and `without` say of both."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from chainlead.cli import contested_cmd, why_cmd, without_cmd
from chainlead.errors import NoLinkError, TraceError
from chainlead.workflow.demo import run_demo


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return run_demo(tmp_path_factory.mktemp("demo") / "run").case


@pytest.fixture
def folder(made, tmp_path):
    return str(shutil.copytree(made, tmp_path / "case"))


def _json(app, *words):
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def _first(folder):
    return _json(contested_cmd.app, folder)["contested"][0]


def test_the_list_names_both_sides_the_doubt_and_the_rules(folder):
    link = _first(folder)
    shown = CliRunner().invoke(contested_cmd.app, [folder])
    assert shown.exit_code == 0
    for said in (link["txid"], *link["doubts"], *(side["name"] for side in link["sides"])):
        assert said in shown.stdout
    for said in (
        "Known failure:",
        "Parameters: gate = ",
        "Error rate: ",
        "Next: chainlead contested",
    ):
        assert said in shown.stdout


def test_a_person_decides_and_why_and_without_follow(folder):
    link = _first(folder)
    a, b = (side["addresses"][0] for side in link["sides"])
    refused = CliRunner().invoke(why_cmd.app, [folder, a, b])
    assert isinstance(refused.exception, NoLinkError)
    shown = CliRunner().invoke(without_cmd.app, [folder, link["txid"]])
    assert "This transaction is contested (common_input)" in shown.stdout
    done = CliRunner().invoke(
        contested_cmd.app, [folder, link["txid"], "--accept", "--why", "one wallet file has both"]
    )
    assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(why_cmd.app, [folder, a, b])
    assert "common_input v2, accepted by a person" in shown.stdout
    assert "Level co-spend:" in shown.stdout
    assert f"({link['txid']}): one wallet file has both" in shown.stdout
    groups = _json(without_cmd.app, folder, link["txid"])["after"]
    assert len(groups) == 2
    decided = _json(contested_cmd.app, folder)
    assert link["txid"] not in {found["txid"] for found in decided["contested"]}
    assert [row["why"] for row in decided["decisions"]] == ["one wallet file has both"]


def test_a_decision_needs_a_verdict_and_a_reason(folder):
    txid = _first(folder)["txid"]
    assert CliRunner().invoke(contested_cmd.app, [folder, txid]).exit_code == 2
    assert CliRunner().invoke(contested_cmd.app, [folder, "--accept"]).exit_code == 2
    both = CliRunner().invoke(contested_cmd.app, [folder, txid, "--accept", "--refuse"])
    assert both.exit_code == 2
    silent = CliRunner().invoke(contested_cmd.app, [folder, txid, "--refuse"])
    assert isinstance(silent.exception, TraceError)


def test_levels_are_named_as_people_write_them(folder):
    for name, meant in (
        ("co-spend", "co-spend"),
        ("co-spend-plus-change", "co-spend plus change"),
        ("Co-Spend plus Change", "co-spend plus change"),
        ("address", "address"),
    ):
        assert _json(contested_cmd.app, folder, "--level", name)["level"] == meant
    wrong = CliRunner().invoke(contested_cmd.app, [folder, "--level", "entity"])
    assert wrong.exit_code == 2
