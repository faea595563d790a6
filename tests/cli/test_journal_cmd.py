import json

import pytest

from chainlead.workflow.case import set_setting


@pytest.fixture
def folder(case):
    set_setting(case, "title", "one", why="a reason\nwith \x1b[31mcolour")
    case.close()
    return case.folder


def test_journal_case_lists_the_acts(run, folder):
    code, out, _ = run("journal", folder)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["0", "1", "2"]
    assert "case.new" in out
    assert "tester" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    "words", [["--json", "CASE"], ["CASE", "--json"], ["list", "CASE", "--json"]]
)
def test_journal_json_gives_one_document_per_line(run, folder, words):
    code, out, _ = run("journal", *[folder if word == "CASE" else word for word in words])
    assert code == 0
    entries = [json.loads(line) for line in out.splitlines()]
    assert [entry["act"] for entry in entries] == ["case.new", "case.set", "case.seal"]
    assert entries[1]["why"] == "a reason\nwith \x1b[31mcolour"
    assert entries[1]["previous"] == entries[0]["digest"]


def test_a_sound_journal_exits_0(run, folder):
    code, out, err = run("journal", "verify", folder)
    assert (code, err) == (0, "")
    assert "sound: 3 entries" in out
    head = json.loads(run("journal", "verify", folder, "--json")[1])["head"]
    assert head in out
    assert run("journal", "verify", folder, "--head", head)[0] == 0


def test_a_damaged_journal_exits_21_with_place_kind_and_next_step(run, folder):
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"a reason", b"A reason"))
    code, out, err = run("journal", "verify", folder)
    assert (code, out) == (21, "")
    assert "damaged (changed)" in err
    assert "Line 2 (entry 1)" in err
    assert "copy of the case" in err
    code, out, err = run("journal", "verify", folder, "--json")
    assert code == 21
    damage = json.loads(out)["damage"]
    assert (damage["kind"], damage["seq"], damage["line"]) == ("changed", 1, 2)
    code, out, err = run("journal", folder)
    assert code == 21
    assert "case.new" in out
    assert "case.set" not in out


def test_a_head_that_no_entry_has_exits_21(run, folder):
    code, _, err = run("journal", "verify", folder, "--head", "ab" * 32)
    assert code == 21
    assert "cut" in err


def test_a_missing_seal_is_a_warning(run, folder):
    path = folder / "journal.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    code, out, _ = run("journal", "verify", folder)
    assert code == 1
    assert "Warning: The last entry is no seal" in out


def test_wrong_use_has_its_own_codes(run, folder, tmp_path):
    assert run("journal", tmp_path / "nothing")[0] == 11
    assert run("journal", "verify", tmp_path / "nothing")[0] == 11
    assert run("journal", "verify")[0] == 2
    assert run("journal", "verify", folder, "--head", "short")[0] == 4
    assert run("journal", folder, "--colour")[0] == 2


def test_help_is_given(run):
    assert "verify" in run("journal", "--help")[1]
    assert "--head" in run("journal", "verify", "--help")[1]
