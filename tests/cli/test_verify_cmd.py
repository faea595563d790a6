"""`verify` takes a case folder or the zip of a pack, and says of anything else what it is not."""

import json

import pytest


@pytest.fixture
def packed(run, case, tmp_path):
    case.act("case.set", what={"name": "title", "text": "A case"})
    case.close()
    code, out, _ = run("pack", case.folder, "--out", tmp_path / "handed over.zip")
    assert code == 0
    assert f"chainlead verify {tmp_path / 'handed over.zip'}" in out
    return tmp_path / "handed over.zip"


def test_a_pack_is_verified_as_it_was_handed_over(run, packed):
    code, out, _ = run("verify", packed)
    assert code == 0
    assert "SHA-256 of the pack: " in out
    assert "Verified: the case gives the same bytes again." in out


def test_a_changed_pack_is_told_in_words(run, packed):
    content = bytearray(packed.read_bytes())
    content[content.find(b"case/case.key") + 20] ^= 1
    packed.write_bytes(content)
    code, out, told = run("verify", packed, "--json")
    assert code == 91
    assert json.loads(out)["problems"][0]["place"] == "case/case.key"
    assert "1 problem" in told


def test_a_file_that_is_no_pack_says_so(run, packed):
    packed.write_bytes(packed.read_bytes()[:-40])
    code, _, told = run("verify", packed)
    assert code == 11
    assert "is no pack" in told
    assert "ask for the pack again" in told
