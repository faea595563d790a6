"""`chainlead services`: what a person sees of the directory, and what leaves the unit."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from chainlead.cli._main import app

CASPS = (
    "ae_lei_name,ae_lei,ae_commercial_name,ae_website,ac_authorisationNotificationDate,"
    "ac_authorisationEndDate,ac_serviceCode,ac_lastupdate,\n"
    "Neuland GmbH,,Neuland,neuland.example,09/04/2025,{end},a. custody,{day},\n"
)


@pytest.fixture(autouse=True)
def unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "unit"
    monkeypatch.setenv("CHAINLEAD_UNIT", str(folder))
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["services", *words])


def document(*words: str) -> dict:
    done = run(*words, "--json")
    return json.loads(done.stdout)


def register(folder: Path, *, day: str = "01/10/2026", end: str = "") -> str:
    path = folder / "CASPS.csv"
    path.write_text(CASPS.format(day=day, end=end))
    return str(path)


def test_the_list_hides_practice_and_nags_about_old_entries() -> None:
    done = run("list")
    assert done.exit_code == 0
    assert "binance" in done.stdout
    assert "kastell" not in done.stdout
    assert "never (old)" in done.stdout
    assert "were not read for more than 180 days" in done.stderr
    assert "kastell" in run("list", "--practice").stdout
    only = document("list", "--stale")["services"]
    assert only
    assert all(each["is_stale"] for each in only)


def test_an_entry_says_who_it_was_on_a_day_and_where_it_was_read() -> None:
    text = run("show", "binance.com", "--on", "2019-05-01").stdout
    assert "is not known for that date" in text
    assert ">>>  BINANCE.COM  <<<" in text
    assert "Confirm with prosecutor / SPOC" in text
    asked = document("show", "OKX", "--on", "2024-06-01", "--region", "SE")
    assert asked["entity"]["seat"] == "MT"
    assert document("show", "OKX", "--on", "2024-06-01")["entity"] is None
    assert run("show", "OKX", "--on", "1 June").exit_code == 2


def test_an_unknown_service_is_said_to_be_unknown() -> None:
    done = run("show", "nobody at all")
    assert done.exit_code == 1
    assert "An unknown service" in done.stderr
    assert "Near: kraken" in run("show", "krak").stderr


def test_an_address_that_poses_as_a_channel_is_named() -> None:
    bad = run("check", "law@b1nance.com")
    assert bad.exit_code == 1
    assert ">>>  B1NANCE.COM  <<<" in bad.stdout
    assert "looks like binance.com" in bad.stdout
    good = run("check", "https://law.kastell.example/x")
    assert good.exit_code == 0
    assert "a second person still confirms it" in good.stdout
    (found,) = document("check", "x@gmail.com")["addresses"]
    assert found["domain"] == "gmail.com"
    assert any("free mail" in each for each in found["warnings"])


def test_the_shared_portals_name_the_services_behind_them() -> None:
    text = run("portals").stdout
    assert ">>>  KODEXGLOBAL.COM  <<<" in text
    assert "bitfinex, bitget, coinbase, crypto-com, okx" in text
    (kodex,) = document("portals")["portals"]
    assert "okx" in kodex["services"]


def test_the_directory_itself_is_checked() -> None:
    done = run("check")
    assert done.exit_code == 1
    assert "mexc" in done.stdout
    assert "known by mail only" in done.stdout
    assert document("check")["shared_names"] == {}


def test_a_register_is_imported_once_and_an_update_keeps_history(tmp_path: Path) -> None:
    first = run("import", register(tmp_path))
    assert (first.exit_code, "imported" in first.stdout) == (0, True)
    assert "known" in run("import", register(tmp_path)).stdout
    assert (
        "1 changed" in run("import", register(tmp_path, day="01/11/2026", end="31/10/2026")).stdout
    )
    text = run("history", "esma-casps").stdout
    assert "changed  Neuland GmbH" in text
    assert "status: authorised -> ended" in text
    assert [each["number"] for each in document("history")["snapshots"]] == [1, 2]
    shown = document("show", "neuland.example")["service"]
    assert (shown["origin"], shown["entities"][0]["until"]) == ("register", "2026-10-31")


def test_a_file_that_is_no_register_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    done = run("import", str(tmp_path / "x.csv"))
    assert done.exit_code == 1
    assert "no file of a register that is known" in done.stderr
    assert run("history").stdout == "No register was imported.\n"


def test_the_units_own_fields_are_shown_and_never_exported(tmp_path: Path, unit: Path) -> None:
    (unit / "services").mkdir(parents=True)
    (unit / "services/own.yaml").write_text(
        "service_id: kraken\nnote: PRIVATE NOTE\nprivate_note: PRIVATE TOO\nadd_channels:\n"
        "- {kind: phone, address: '+46 8 PRIVATE', source: SIRIUS, certainty: verified, read: 2026-11-30}\n"
    )
    (unit / "services/new.yaml").write_text("service_id: private-one\nbrand: PRIVATE ONE\n")
    text = run("show", "kraken").stdout
    assert "PRIVATE NOTE" in text
    assert "the unit's own: SIRIUS" in text
    assert "PRIVATE TOO" in text
    assert "PRIVATE TOO" not in run("show", "kraken", "--json").stdout
    for name in ("out.yaml", "out.json"):
        file = tmp_path / name
        assert run("export", str(file), "--practice").exit_code == 0
        assert "PRIVATE" not in file.read_text()
        assert "Kraken" in file.read_text()
    actors = yaml.safe_load((tmp_path / "out.yaml").read_text())["actors"]
    assert {each["id"] for each in actors} >= {"okex", "kastell"}


def test_an_export_needs_a_form_and_a_place(tmp_path: Path) -> None:
    assert run("export", str(tmp_path / "x.txt")).exit_code == 2
    done = run("export", str(tmp_path / "missing" / "x.yaml"))
    assert done.exit_code != 0
