"""The case's own tags for a partner's tools: only its own, only what is said still, and journalled."""

from pathlib import Path

import pytest

from chainlead.attribution import parse_pack
from chainlead.errors import AttributionError, ConfigError
from chainlead.workflow.case import Case
from chainlead.workflow.tags import import_tags
from chainlead.workflow.tags_export import export_tags

ONE, TWO = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S", "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
OTHERS = (
    f"title: T\ncreator: C\ncurrency: BTC\nsource: s\ntags:\n- {{address: {ONE}, label: Theirs}}\n"
)
OWN = f"address,label,currency,source,confidence,note,kept_by\n{ONE},Kastell,BTC,a letter,forensic,seen,case\n"


def export(case: Case, file: Path, **options: bool) -> int:
    return export_tags(case, file, title="T", creator="Unit 7", why="for the partner", **options)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.csv"
    file.write_text(OWN)
    return file


def test_only_the_cases_own_tags_leave_it(case: Case, tmp_path: Path, own: Path) -> None:
    (tmp_path / "p.yaml").write_text(OTHERS)
    list(import_tags(case, [own, tmp_path / "p.yaml"]))
    file = tmp_path / "out.yaml"
    assert export(case, file) == 1
    (tag,) = parse_pack("out.yaml", file.read_bytes()).tags
    assert (tag.address, tag.label, tag.source, tag.confidence) == (
        ONE,
        "Kastell",
        "a letter",
        "forensic",
    )
    assert "kept_by" not in file.read_text()
    entry = case.entries[-1]
    assert (entry.act, entry.why) == ("tags_export.made", "for the partner")
    assert case.blobs.get(entry.blobs["pack"]) == file.read_bytes()


def test_a_tag_that_was_taken_back_stays_at_home(case: Case, tmp_path: Path, own: Path) -> None:
    list(import_tags(case, [own]))
    own.write_text(OWN.replace(ONE, TWO))
    list(import_tags(case, [own]))
    export(case, tmp_path / "out.yaml")
    tags = parse_pack("out.yaml", (tmp_path / "out.yaml").read_bytes()).tags
    assert [tag.address for tag in tags] == [TWO]


def test_the_units_tags_leave_only_on_purpose(case: Case, tmp_path: Path, own: Path) -> None:
    own.write_text(OWN.replace(",case", ",unit"))
    list(import_tags(case, [own]))
    with pytest.raises(AttributionError, match="no tags of its own"):
        export(case, tmp_path / "out.yaml")
    assert export(case, tmp_path / "out.yaml", with_unit=True) == 1


def test_a_place_that_cannot_be_written_is_named(case: Case, tmp_path: Path, own: Path) -> None:
    list(import_tags(case, [own]))
    with pytest.raises(ConfigError, match="cannot be written"):
        export(case, tmp_path / "missing" / "out.yaml")
