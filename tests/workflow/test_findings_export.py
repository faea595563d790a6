"""An export leaves the case as it was, is noted in the journal, and never overwrites a file."""

import hashlib
import json
from pathlib import Path

import pytest

from chainlead.errors import ConfigError
from chainlead.workflow.case import Case, content_head
from chainlead.workflow.findings import Filters
from chainlead.workflow.findings_export import export_findings
from chainlead.workflow.scan import scan
from chainlead.workflow.wallet_artefacts import wallet_artefacts, write_artefacts

SOLO = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
KEY = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
FORMS = ("bulk-extractor", "csv", "jsonl", "timesketch", "xlsx")


@pytest.fixture
def scanned(case: Case, tmp_path: Path) -> Case:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "a.txt").write_text(f"to {SOLO}\nkey {KEY}\n")
    scan(case, [tmp_path / "e"], workers=0)
    return case


@pytest.mark.parametrize("form", FORMS)
def test_an_export_is_noted_and_changes_nothing(scanned: Case, form: str, tmp_path: Path) -> None:
    before = content_head(scanned.entries)
    out = tmp_path / "out" / "findings"
    made = export_findings(scanned, form, out=out, why="for the analyst")
    assert content_head(scanned.entries) == before
    entry = scanned.entries[-1]
    assert (entry.act, entry.why) == ("findings.export", "for the analyst")
    assert entry.what["format"] == form
    written = [out] if out.is_file() else sorted(out.iterdir())
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
    assert digests == set(entry.what["files"].values()) == set(made.sha256.values())


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_leaves_the_case(scanned: Case, form: str) -> None:
    for content in export_findings(scanned, form).files.values():
        assert KEY.encode() not in content


def test_filters_are_kept_with_the_export(scanned: Case) -> None:
    made = export_findings(scanned, "jsonl", filters=Filters(kind="address"))
    rows = [json.loads(line) for line in made.files["findings.jsonl"].splitlines()]
    assert [row["value"] for row in rows] == [SOLO]
    assert scanned.entries[-1].what["filters"] == {"kind": "address"}


@pytest.mark.parametrize("form", ["csv", "bulk-extractor"])
def test_a_taken_place_stays_as_it_is(scanned: Case, form: str, tmp_path: Path) -> None:
    out = tmp_path / "taken"
    out.mkdir() if form == "bulk-extractor" else out.write_text("mine")
    acts = len(scanned.entries)
    with pytest.raises(ConfigError, match="stays as it is"):
        export_findings(scanned, form, out=out)
    assert len(scanned.entries) == acts


def test_an_unknown_form_is_named(scanned: Case) -> None:
    with pytest.raises(ConfigError, match="no form"):
        export_findings(scanned, "doc")
    with pytest.raises(ConfigError, match="no form"):
        wallet_artefacts("doc")


def test_wallet_places_are_written_once(tmp_path: Path) -> None:
    text, wallets, without = wallet_artefacts("kape")
    assert wallets > 20
    assert "coldcard" in without
    write_artefacts(tmp_path / "x.tkape", text)
    assert (tmp_path / "x.tkape").read_text("utf-8") == text
    with pytest.raises(ConfigError):
        write_artefacts(tmp_path / "x.tkape", text)
