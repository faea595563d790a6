"""A unit's folder with registers and own entries."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chainlead.attribution import RegisterImport, RegisterStore

CASPS = (
    "ae_competentAuthority,ae_homeMemberState,ae_lei_name,ae_lei,ae_lei_cou_code,ae_commercial_name,"
    "ae_address,ae_website,ae_website_platform,ac_authorisationNotificationDate,"
    "ac_authorisationEndDate,ac_serviceCode,ac_serviceCode_cou,ac_comments,ac_lastupdate,\n"
)
NCASP = (
    "ae_competentAuthority,ae_homeMemberState,ae_lei_name,ae_lei,ae_lei_cou_code,ae_commercial_name,"
    "ae_website,ae_infrigment,ae_reason,ae_decision_date,ae_comments,ae_lastupdate\n"
)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    folder = tmp_path / "unit"
    (folder / "services").mkdir(parents=True)
    return folder


@pytest.fixture
def add_register(tmp_path: Path, unit: Path) -> Callable[..., RegisterImport]:
    def add(header: str, *rows: str, day: str) -> RegisterImport:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        path.write_text(header + "".join(f"{row}\n".replace("{day}", day) for row in rows), "utf-8")
        moment = datetime(2026, 11, 22, tzinfo=UTC)
        return RegisterStore(unit).add(path, imported_at=moment, by="A. Person")

    return add


@pytest.fixture
def casps_header() -> str:
    return CASPS


@pytest.fixture
def ncasp_header() -> str:
    return NCASP
