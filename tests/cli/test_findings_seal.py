"""`findings seal` and `findings addresses`: what they print, and what they never print."""

import json
import sys
from pathlib import Path

import pyrage
import pytest

from chainlead.cli import main
from chainlead.workflow.case import Case
from chainlead.workflow.scan import scan

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.fixture
def folder(case: Case, tmp_path: Path) -> Path:
    (tmp_path / "exhibit").mkdir()
    (tmp_path / "exhibit" / "note.txt").write_text(f"words: {PHRASE}\n")
    scan(case, [tmp_path / "exhibit"])
    case.close()
    return case.folder


@pytest.fixture
def phrase_id(folder: Path) -> str:
    with Case.open_to_read(folder) as opened:
        return str(next(opened.store.rows("findings", kind="mnemonic"))["finding_id"])


@pytest.fixture
def run(monkeypatch, capsys):
    """`run(*words)`: the exit code and all that was printed; the phrase is never in it."""

    def run_(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["chainlead", "findings", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        assert "winner" not in printed.out + printed.err
        return int(end.value.code or 0), printed.out

    return run_


def test_an_order_and_its_confirmation(run, folder: Path, phrase_id: str, tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    to = tmp_path / "to"
    to.write_text(f"{identity.to_public()}\n")
    code, text = run("seal", folder, phrase_id, "--to", to, "--why", "order 7")
    assert code == 0
    assert "Ordered, not done" in text
    assert not (folder / "vault").exists()
    confirmation = text.split("--confirm ")[1].split()[0]
    code, text = run("seal", folder, phrase_id, "--to", to, "--confirm", confirmation, "--json")
    assert code == 0
    sealed = folder / json.loads(text)["file"]
    assert PHRASE in pyrage.decrypt(sealed.read_bytes(), [identity]).decode()


def test_an_order_in_json_names_the_code(run, folder: Path, phrase_id: str, tmp_path: Path) -> None:
    to = tmp_path / "to"
    to.write_text(f"{pyrage.x25519.Identity.generate().to_public()}\n")
    code, text = run("seal", folder, phrase_id, "--to", to, "--why", "order 7", "--json")
    assert code == 0
    assert len(json.loads(text)["code"]) == 8


def test_addresses_are_printed_and_the_phrase_is_not(run, folder: Path, phrase_id: str) -> None:
    code, text = run("addresses", folder, phrase_id)
    assert code == 0
    assert "m/84'/0'/0'  BIP-84, bitcoin: zpub" in text
    code, text = run("addresses", folder, phrase_id, "--json")
    assert [len(account["addresses"]) for account in json.loads(text)["accounts"]] == [40] * 4 + [
        20
    ]


def test_a_passphrase_is_asked_for_or_read_from_a_file(
    run, folder: Path, phrase_id: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_words, **_options: "horse battery")
    code, asked = run("addresses", folder, phrase_id, "--ask-passphrase")
    assert code == 0
    assert "horse" not in asked
    file = tmp_path / "passphrase"
    file.write_text("horse battery\n")
    code, given = run("addresses", folder, phrase_id, "--passphrase-file", file)
    assert given == asked
    assert given != run("addresses", folder, phrase_id)[1]


def test_an_unreadable_password_file_is_a_wrong_use(
    run, folder: Path, phrase_id: str, tmp_path: Path
) -> None:
    code, _text = run("addresses", folder, phrase_id, "--passwords", tmp_path / "nothing")
    assert code == 2
