import json

import pytest

from chainlead.workflow.scan import scan

SOLO = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
EXAMPLE = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
KEY = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"


@pytest.fixture
def folder(case, tmp_path):
    exhibit = tmp_path / "seized"
    exhibit.mkdir()
    (exhibit / "a.txt").write_text(f"\x1b[31mto {SOLO}\nkey {KEY}\n{EXAMPLE}\n")
    scan(case, [exhibit])
    case.close()
    return case.folder


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def test_json_lines_have_the_promised_fields(run, folder):
    code, out, _ = run("findings", folder, "--json")
    assert code == 0
    rows = {row["kind"] + (row["value"] or ""): row for row in lines(out)}
    row = rows["address" + SOLO]
    assert row["candidates"] == ["bitcoin", "bitcoin-cash"]
    assert row["certainty"] == "checked"
    assert row["location"] == ["file:a.txt"]
    assert row["offset_bytes"] == 8
    assert {"id", "role", "exhibit", "row", "encoding", "state"} <= row.keys()
    assert rows["private_key"]["value"] is None
    assert KEY not in out


def test_the_list_folds_examples_and_shows_no_terminal_escape(run, folder):
    _, out, _ = run("findings", folder)
    assert SOLO in out
    assert EXAMPLE not in out
    assert "published examples" in out
    assert "\x1b" not in out
    assert KEY not in out
    assert EXAMPLE in run("findings", "--role", "example", folder)[1]


def test_show_triage_and_undo_work_beside_the_plain_list(run, folder):
    finding = next(r["id"] for r in lines(run("findings", folder, "--json")[1]) if r["value"])
    code, out, _ = run("findings", "show", folder, finding)
    assert code == 0
    assert "With ordinary tools" in out
    assert "\x1b" not in out
    assert run("findings", "triage", folder, finding, "noise", "--why", "test")[0] == 0
    assert len(lines(run("findings", folder, "--state", "noise", "--json")[1])) == 1
    assert json.loads(run("findings", "undo", folder, "--json")[1])["state"] == "new"


def test_showing_a_lost_exhibit_ends_with_a_warning(run, folder, tmp_path):
    finding = lines(run("findings", folder, "--json")[1])[0]["id"]
    (tmp_path / "seized" / "a.txt").unlink()
    code, out, _ = run("findings", "show", folder, finding, "--json")
    assert code == 1
    assert json.loads(out)["proved"] is False


def test_wrong_ids_and_states_are_named_errors(run, folder):
    assert run("findings", "show", folder, "nothing")[0] == 45
    finding = lines(run("findings", folder, "--json")[1])[0]["id"]
    code, _, err = run("findings", "triage", folder, finding, "perhaps")
    assert code == 4
    assert "relevant" in err


def test_help_names_the_commands(run):
    code, out, _ = run("findings", "--help")
    assert code == 0
    assert "triage" in out
    assert "show" in out


@pytest.fixture
def unreadable(case, tmp_path):
    exhibit = tmp_path / "hurt"
    exhibit.mkdir()
    (exhibit / "hurt\x1b[31m.zip").write_bytes(b"PK\x03\x04" + bytes(40))
    (exhibit / "link").symlink_to("nothing")
    scan(case, [exhibit], workers=0)
    case.close()
    return case.folder


def test_what_could_not_be_read_is_listed_with_place_and_reason(run, unreadable):
    code, out, _ = run("findings", "unread", unreadable)
    assert code == 0
    assert "\x1b" not in out
    assert "no usable directory" in out
    assert "points to nothing" in out
    assert "2 places." in out
    _, out, _ = run("findings", "unread", unreadable, "--reason", "link not followed", "--json")
    assert lines(out) == [
        {"detail": "points to nothing", "exhibit": "E1", "location": ["file:link"],
         "reason": "link not followed"}
    ]  # fmt: skip
    _, out, _ = run("findings", "unread", unreadable, "--exhibit", "E2", "--json")
    assert out == ""


def test_a_reason_that_there_is_not_is_told_with_those_that_there_are(run, unreadable):
    code, _, told = run("findings", "unread", unreadable, "--reason", "broken")
    assert code == 4
    assert "damaged" in told
