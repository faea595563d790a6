"""The unit's directory: registers imported with a moment and a person, old entries named."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from chainlead.attribution import RegisterStore
from chainlead.custody import SteppingClock
from chainlead.errors import ConfigError
from chainlead.workflow.services import (
    import_registers,
    service_directory,
    shared_directory,
    stale_services,
)

CASPS = (
    "ae_lei_name,ae_lei,ae_commercial_name,ae_website,ac_authorisationNotificationDate,"
    "ac_serviceCode,ac_lastupdate,\nNeuland GmbH,,Neuland,neuland.example,09/04/2025,a. custody,01/10/2026,\n"
)
CLOCK = SteppingClock(datetime(2026, 11, 22, 9, tzinfo=UTC), timedelta(seconds=1))


def test_each_file_is_imported_or_refused_with_its_reason(tmp_path: Path) -> None:
    good, bad = tmp_path / "CASPS.csv", tmp_path / "other.csv"
    good.write_text(CASPS)
    bad.write_text("a,b\n1,2\n")
    unit = tmp_path / "unit"
    done = list(import_registers([good, bad, good], folder=unit, clock=CLOCK, who="A. Person"))
    assert [each.state for each in done] == ["imported", "refused", "known"]
    assert "no file of a register" in done[1].reason
    (only,) = RegisterStore(unit).history("esma-casps")
    assert (only.by, only.source_name) == ("A. Person", "CASPS.csv")
    assert only.imported_at.startswith("2026-11-22T09:00")
    assert service_directory(unit).lookup("Neuland") is not None


def test_the_shared_directory_leaves_the_units_own_files_out(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services/k.yaml").write_text("service_id: kraken\nnote: private\n")
    assert service_directory(tmp_path).lookup("kraken").note == "private"
    assert shared_directory(tmp_path).lookup("kraken").note != "private"


def test_old_entries_are_named_and_practice_is_not(tmp_path: Path) -> None:
    directory = service_directory(tmp_path / "missing")
    today = {each.service_id for each in stale_services(directory, date(2026, 11, 23))}
    later = {each.service_id for each in stale_services(directory, date(2027, 6, 1))}
    assert "binance" not in today
    assert "mexc" in today
    assert "binance" in later
    assert "kastell" not in later


def test_without_a_unit_folder_nothing_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINLEAD_UNIT", "none")
    with pytest.raises(ConfigError, match="no unit folder"):
        list(import_registers([Path("x")]))


def test_the_units_folder_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from chainlead.config import unit_folder

    monkeypatch.setenv("CHAINLEAD_UNIT", str(tmp_path))
    assert unit_folder() == tmp_path
    monkeypatch.setenv("CHAINLEAD_UNIT", "relative/place")
    with pytest.raises(ConfigError, match="absolute path"):
        unit_folder()
    monkeypatch.delenv("CHAINLEAD_UNIT")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert unit_folder() == tmp_path / "data" / "chainlead" / "unit"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert unit_folder() == tmp_path / ".local" / "share" / "chainlead" / "unit"
