"""`chainlead tags`: results on stdout, refusals on stderr and in the exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chainlead.cli.tags_cmd import app
from chainlead.workflow.case import Case

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


@pytest.fixture
def made(tmp_path: Path) -> tuple[str, str]:
    Case.create(tmp_path / "case", key=bytes(32)).close()
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "sanctioned_addresses_XBT.txt").write_text(ADDRESS + "\nodd\n")
    return str(tmp_path / "case"), str(packs)


def test_an_import_says_what_came_in_and_what_was_flagged(made: tuple[str, str]) -> None:
    result = CliRunner().invoke(app, ["import", *made])
    assert result.exit_code == 0
    assert "imported" in result.stdout
    assert "1 tags name something that is no address" in result.stdout


def test_a_refused_pack_ends_with_1_and_its_line(made: tuple[str, str]) -> None:
    (Path(made[1]) / "bad.yaml").write_text("title: x\ntags: 1\n")
    result = CliRunner().invoke(app, ["import", *made, "--json"])
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["refused_count"] == 1
    assert "line 1: the field creator is missing" in str(told)


def test_about_shows_claims_and_their_source(made: tuple[str, str]) -> None:
    CliRunner().invoke(app, ["import", *made])
    told = json.loads(CliRunner().invoke(app, ["about", made[0], ADDRESS, "--json"]).stdout)
    assert told["claims"][0]["source"] == "OFAC SDN list"
    assert told["claims"][0]["strength"] == "asserted"
    nothing = CliRunner().invoke(app, ["about", made[0], "nobody"])
    assert "Nothing in this case says anything about nobody on bitcoin." in nothing.stdout


def test_the_list_names_each_pack_with_its_maker(made: tuple[str, str]) -> None:
    CliRunner().invoke(app, ["import", *made])
    shown = CliRunner().invoke(app, ["list", made[0]]).stdout
    assert "sanctioned_addresses_XBT.txt" in shown
    assert "US Department of the Treasury, OFAC" in shown
    told = json.loads(CliRunner().invoke(app, ["list", made[0], "--json"]).stdout)
    assert told["packs"][0]["flagged_count"] == 1


def test_a_tag_of_the_unit_is_shown_beside_the_case_until_it_is_taken_over(
    made: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINLEAD_UNIT", str(tmp_path / "unit"))
    words = ["--service", "Kastell", "--source", "own test purchase"]
    case = made[0]
    kept = CliRunner().invoke(app, ["unit-add", ADDRESS, *words])
    assert "in no case and no export" in kept.stdout
    assert "Kastell" in CliRunner().invoke(app, ["unit-list"]).stdout
    shown = CliRunner().invoke(app, ["about", case, ADDRESS]).stdout
    assert "Nothing in this case says anything" in shown
    assert f"chainlead tags adopt {case} {ADDRESS} --chain bitcoin" in shown
    told = json.loads(CliRunner().invoke(app, ["about", case, ADDRESS, "--json"]).stdout)
    assert (told["claims"], [c["service"] for c in told["unit_claims"]]) == ([], ["Kastell"])
    assert CliRunner().invoke(app, ["adopt", case, ADDRESS]).exit_code == 0
    added = CliRunner().invoke(app, ["add", case, ADDRESS, *words, "--date", "2026-11-20"])
    assert "asserted, as of 2026-11-20" in added.stdout
    told = json.loads(CliRunner().invoke(app, ["about", case, ADDRESS, "--json"]).stdout)
    assert [c["service"] for c in told["claims"]] == ["Kastell", "Kastell"]
    CliRunner().invoke(app, ["unit-add", ADDRESS, "--service", "Lagune", "--source", "x"])
    unit = CliRunner().invoke(app, ["about", case, ADDRESS]).stdout.partition("The unit's own")[2]
    assert [line.split()[0] for line in unit.splitlines() if line.endswith("yes")] == ["Lagune"]


def test_a_tag_that_says_nothing_is_shown_with_its_reason(
    made: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINLEAD_UNIT", "none")
    zero = "0x" + "0" * 40
    words = ["--service", "Big Exchange", "--source", "x", "--chain", "ethereum"]
    assert CliRunner().invoke(app, ["add", made[0], zero, *words]).exit_code == 0
    shown = CliRunner().invoke(app, ["about", made[0], zero, "--chain", "ethereum"]).stdout
    assert "Big Exchange: says nothing about a payment: the zero address" in shown
