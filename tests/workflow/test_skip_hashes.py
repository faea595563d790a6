"""A scan keeps which pictures it must not decode, and nobody who reads again forgets it."""

import hashlib
import io
from pathlib import Path

import pytest

from chainlead.errors import ConfigError
from chainlead.evidence import Limits
from chainlead.workflow.case import Case
from chainlead.workflow.findings import list_findings, show_finding
from chainlead.workflow.scan import scan

Image = pytest.importorskip("PIL.Image")
zxingcpp = pytest.importorskip("zxingcpp")

FIRST, SECOND = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"


def _picture(text: str) -> bytes:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    made = io.BytesIO()
    Image.fromarray(code.to_image(scale=3, add_quiet_zones=True)).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def exhibit(tmp_path: Path) -> Path:
    folder = tmp_path / "phone"
    folder.mkdir()
    (folder / "first.png").write_bytes(_picture(FIRST))
    (folder / "second.png").write_bytes(_picture(SECOND))
    return folder


@pytest.fixture
def listed(tmp_path: Path, exhibit: Path) -> Path:
    path = tmp_path / "known.txt"
    path.write_text(hashlib.sha256((exhibit / "first.png").read_bytes()).hexdigest() + "\n")
    return path


def test_a_listed_picture_gives_no_finding_and_is_listed_as_unread(
    case: Case, exhibit: Path, listed: Path
) -> None:
    result = scan(case, [exhibit], limits=Limits(skip_hashes=str(listed)))
    assert [row["value"] for row in list_findings(case)] == [SECOND]
    assert dict(result.exhibits[0].unread) == {"on the skip list": 1}
    [begun] = [entry for entry in case.entries if entry.act == "scan.begin"]
    assert begun.what["skip_hashes"] == {
        "path": str(listed),
        "sha256": hashlib.sha256(listed.read_bytes()).hexdigest(),
        "hash_count": 1,
    }


def test_a_finding_is_shown_again_under_the_same_list(
    case: Case, exhibit: Path, listed: Path
) -> None:
    scan(case, [exhibit], limits=Limits(skip_hashes=str(listed)))
    [row] = list_findings(case)
    shown = show_finding(case, row["id"])
    assert shown.proved
    assert shown.ordinary_way[0].startswith(f"zbarimg --quiet --raw {exhibit}/second.png")


def test_a_list_that_is_none_begins_no_scan(case: Case, exhibit: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("nothing here\n")
    with pytest.raises(ConfigError, match="holds no SHA-256"):
        scan(case, [exhibit], limits=Limits(skip_hashes=str(empty)))
    assert not [entry for entry in case.entries if entry.act == "scan.begin"]
