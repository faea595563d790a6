"""A secret leaves its exhibit on a two-step order only, encrypted, and the journal says so."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import py7zr
import pyrage
import pytest

from chainlead.custody import SteppingClock
from chainlead.errors import ConfigError, ExhibitChangedError, FindingNotFoundError
from chainlead.evidence import Passwords
from chainlead.workflow.case import Case
from chainlead.workflow.scan import scan
from chainlead.workflow.seal import confirm_seal, order_seal, read_recipients
from chainlead.workflow.verify import verify

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
KEY = "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"


@pytest.fixture
def identity() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def recipients(identity: pyrage.x25519.Identity, tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "recipients"
    path.write_text(f"# the laboratory\n{identity.to_public()}\n")
    return read_recipients(path)


@pytest.fixture
def exhibit(case: Case, tmp_path: Path) -> Path:
    folder = tmp_path / "exhibit"
    folder.mkdir()
    (folder / "note.txt").write_text(f"- words: {PHRASE}\n- 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3\n")
    (folder / "copy.txt").write_bytes(f"1. {PHRASE.replace(' ', chr(10))}".encode("utf-16"))
    (folder / "key.txt").write_text(f"import {KEY}\n")
    scan(case, [folder])
    return folder


def secret(case: Case, kind: str, name: str = "") -> str:
    return next(
        row["finding_id"]
        for row in case.store.rows("findings", kind=kind)
        if row["fingerprint"] and name in str(row["location"])
    )


def test_the_same_phrase_on_two_exhibits_has_the_same_fingerprint(
    case: Case, exhibit: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "backup.md").write_text("\n".join(f"* {word.upper()}" for word in PHRASE.split()))
    scan(case, [other])
    rows = list(case.store.rows("findings", kind="mnemonic"))
    assert {row["exhibit"] for row in rows} == {"E1", "E2"}
    assert len(rows) == 3
    assert len({row["fingerprint"] for row in rows}) == 1


@pytest.mark.parametrize(
    "planted",
    [
        ("mnemonic", "note", PHRASE),
        ("mnemonic", "copy", PHRASE.replace(" ", "\n")),
        ("private_key", "key", KEY),
    ],
)
def test_only_the_recipient_reads_what_was_sealed(
    case: Case,
    exhibit: Path,
    identity: pyrage.x25519.Identity,
    recipients: tuple[str, ...],
    planted: tuple[str, str, str],
) -> None:
    kind, name, written = planted
    finding_id = secret(case, kind, name)
    order = order_seal(case, finding_id, recipients, why="order of the court")
    assert not (case.folder / "vault").exists()
    done = confirm_seal(case, finding_id, recipients, order.code)
    content = (case.folder / done.file).read_bytes()
    letter = json.loads(pyrage.decrypt(content, [identity]))
    assert letter["written"] == written
    assert letter["finding_id"] == finding_id
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(content, [pyrage.x25519.Identity.generate()])


def test_verify_knows_the_vault(case: Case, exhibit: Path, recipients: tuple[str, ...]) -> None:
    finding_id = secret(case, "mnemonic", "note")
    for _ in range(2):
        order = order_seal(case, finding_id, recipients, why="twice")
        done = confirm_seal(case, finding_id, recipients, order.code)
    case.close()
    assert verify(case.folder).problems == []
    (case.folder / done.file).write_bytes(b"other")
    assert [p.place for p in verify(case.folder).problems] == [done.file]


def test_nothing_in_the_case_folder_holds_the_secret(
    case: Case, exhibit: Path, recipients: tuple[str, ...]
) -> None:
    for kind in ("mnemonic", "private_key"):
        order = order_seal(case, secret(case, kind), recipients, why="order of the court")
        confirm_seal(case, secret(case, kind), recipients, order.code)
    case.close()
    for path in (p for p in case.folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        assert KEY.encode() not in content, path
        assert b"legal winner" not in content.lower(), path
        assert "legal winner".encode("utf-16-le") not in content, path


def test_the_journal_says_who_ordered_and_why(
    case: Case, exhibit: Path, recipients: tuple[str, ...]
) -> None:
    finding_id = secret(case, "private_key")
    order = order_seal(case, finding_id, recipients, why="order of the court")
    done = confirm_seal(case, finding_id, recipients, order.code)
    ordered, sealed = case.entries[-2:]
    assert (ordered.act, ordered.why) == ("seal.order", "order of the court")
    assert ordered.what["recipients"] == list(recipients)
    assert (sealed.act, sealed.what["ordered_by"]) == ("seal.done", "tester")
    assert sealed.what["files"] == {done.file: done.sha256}
    assert order.code not in str(case.entries)


def test_an_order_needs_a_reason_and_a_secret(
    case: Case, exhibit: Path, recipients: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError):
        order_seal(case, secret(case, "mnemonic"), recipients, why=" ")
    address = next(row["finding_id"] for row in case.store.rows("findings", kind="address"))
    with pytest.raises(FindingNotFoundError):
        order_seal(case, address, recipients, why="order of the court")


def test_a_confirmation_needs_the_code_the_recipients_and_is_used_once(
    case: Case, exhibit: Path, recipients: tuple[str, ...]
) -> None:
    finding_id = secret(case, "private_key")
    with pytest.raises(ConfigError):
        confirm_seal(case, finding_id, recipients, "AAAAAAAA")
    order = order_seal(case, finding_id, recipients, why="order of the court")
    for code in ("", "AAAAAAAA", order.code[:-1]):
        with pytest.raises(ConfigError):
            confirm_seal(case, finding_id, recipients, code)
    with pytest.raises(ConfigError):
        confirm_seal(case, secret(case, "mnemonic"), recipients, order.code)
    other = str(pyrage.x25519.Identity.generate().to_public())
    with pytest.raises(ConfigError):
        confirm_seal(case, finding_id, (*recipients, other), order.code)
    assert not (case.folder / "vault").exists()
    confirm_seal(case, finding_id, recipients, order.code.lower())
    with pytest.raises(ConfigError):
        confirm_seal(case, finding_id, recipients, order.code)


def test_an_old_order_is_void(
    case: Case, exhibit: Path, recipients: tuple[str, ...], clock: SteppingClock
) -> None:
    finding_id = secret(case, "private_key")
    order = order_seal(case, finding_id, recipients, why="order of the court")
    until = datetime.fromisoformat(order.valid_until)
    case.close()
    late = SteppingClock(until + timedelta(minutes=1))
    with (
        Case.open_to_write(case.folder, clock=late, who="another") as again,
        pytest.raises(ConfigError),
    ):
        confirm_seal(again, finding_id, recipients, order.code)


def test_a_changed_exhibit_gives_nothing(
    case: Case, exhibit: Path, recipients: tuple[str, ...]
) -> None:
    finding_id = secret(case, "private_key")
    order = order_seal(case, finding_id, recipients, why="order of the court")
    (exhibit / "key.txt").write_text("import something else\n")
    with pytest.raises(ExhibitChangedError):
        confirm_seal(case, finding_id, recipients, order.code)
    assert not (case.folder / "vault").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"# nobody\n", b"age1wrong\n", b"\xff\xfe", b"hello\n", b"AGE-SECRET-KEY-1QQQQ\n",
     b"-----BEGIN OPENSSH PRIVATE KEY-----\n"],
)  # fmt: skip
def test_a_wrong_list_of_recipients_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "recipients"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_recipients(path)
    assert "QQQQ" not in str(caught.value)


def test_a_missing_list_of_recipients_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        read_recipients(tmp_path / "nothing")


def test_a_key_of_ssh_can_be_a_recipient(tmp_path: Path) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@host"
    path = tmp_path / "recipients"
    path.write_text(f"{key}\n{key}\n")
    assert read_recipients(path) == (key,)


def test_a_secret_in_an_encrypted_archive_needs_its_password_again(
    case: Case, tmp_path: Path, identity: pyrage.x25519.Identity, recipients: tuple[str, ...]
) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    with py7zr.SevenZipFile(folder / "a.7z", "w", password="open sesame") as packed:
        packed.writestr(f"import {KEY}\n", "key.txt")
    scan(case, [folder], passwords=Passwords(("open sesame",)))
    finding_id = secret(case, "private_key")
    order = order_seal(case, finding_id, recipients, why="order of the court")
    with pytest.raises(ExhibitChangedError):
        confirm_seal(case, finding_id, recipients, order.code)
    done = confirm_seal(
        case, finding_id, recipients, order.code, passwords=Passwords(("open sesame",))
    )
    assert KEY in pyrage.decrypt((case.folder / done.file).read_bytes(), [identity]).decode()
