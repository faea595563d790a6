"""Uploading: the token before the file, the name only a name, the bytes as they are, nothing half left."""

import hashlib
import os
import stat

import pytest

import chainlead.web.guard
import chainlead.web.inbox
from chainlead.web.inbox import plain_name

HOST = "127.0.0.1:8765"
EDGE = "edge-of-the-test"
HOSTILE = [
    "../../etc/passwd", "..\\..\\x.txt", "/etc/shadow", "C:\\x\\a.txt", "<img src=x onerror=alert(7)>.zip",
    "<script>alert(7)</script>", "", ".", "..", "...", "-rf", "--help", ".bashrc", "con", "nul.txt",
    "SHA256SUMS", "a\x00b", "a\r\nset-cookie: x=y", "\u202etxt.exe", "x" * 300 + ".e01", "é\u0301.zip", "a/b/c",
    "~", "$(id)", "`id`", "a;b", "a'b\"c", "\ufeff", " ", "a ", "ä\U0001f600",
]  # fmt: skip


def parts(*given):
    """A body of name, file name or None, and bytes."""
    lines = []
    for name, file, value in given:
        disposition = f'form-data; name="{name}"' + (
            f'; filename="{file}"' if file is not None else ""
        )
        head = f"--{EDGE}\r\ncontent-disposition: {disposition}\r\n\r\n"
        lines += [head.encode("utf-8", "surrogatepass"), value, b"\r\n"]
    return b"".join(lines) + f"--{EDGE}--\r\n".encode()


def send(desk, body, **headers):
    return desk.client.post(
        "/cases/practice/files/upload",
        content=body,
        headers={
            "origin": f"http://{HOST}",
            "content-type": f"multipart/form-data; boundary={EDGE}",
            **headers,
        },
        follow_redirects=False,
    )


def upload(desk, name="exhibit.txt", content=b"bytes", target="scan"):
    token = ("form_token", None, desk.token.encode())
    return send(desk, parts(token, ("for", None, target.encode()), ("file", name, content)))


@pytest.fixture
def inbox(desk):
    return desk.root / "practice" / "case" / "inbox"


def names(inbox):
    return sorted(path.name for path in inbox.iterdir()) if inbox.is_dir() else []


def test_a_file_is_kept_as_it_is_hashed_and_offered_to_its_form(desk, inbox):
    content = os.urandom(300_000)
    answer = upload(desk, "bild 1.bin", content)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/cases/practice/evidence?for=scan&path=")
    digest = hashlib.sha256(content).hexdigest()
    assert digest in answer.headers["location"]
    kept = inbox / "bild 1.bin"
    assert kept.read_bytes() == content
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (inbox / "SHA256SUMS").read_text() == f"{digest}  bild 1.bin\n"
    page = desk.client.get(answer.headers["location"]).text
    assert str(kept) in page
    assert digest in page


def test_another_file_of_the_same_name_is_kept_beside_and_the_same_file_once(desk, inbox):
    for content in (b"one", b"two", b"one"):
        assert upload(desk, "a.txt", content).status_code == 303
    assert names(inbox) == ["SHA256SUMS", "a (2).txt", "a.txt"]
    assert (inbox / "a.txt").read_bytes() == b"one"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name(name):
    made = plain_name(name)
    assert made
    assert len(made) <= 130
    assert made.isascii()
    assert made.isprintable()
    assert not set(made) & set("<>&\"'/\\$`;|*?:~\x00")
    assert not made.startswith((".", "-", " "))
    assert made not in {"SHA256SUMS", "con"}


def test_no_name_leaves_the_inbox_or_is_part_of_a_page(desk, inbox):
    before = sorted(desk.root.rglob("*"))
    for name in HOSTILE:
        clean = name.replace('"', "").replace("\r\n", "").replace("\x00", "")
        answer = upload(desk, clean, b"x" + clean.encode("utf-8", "replace"))
        assert answer.status_code in {303, 400}
        assert "onerror" not in answer.text
    new = {path for path in set(desk.root.rglob("*")) - set(before) if "case.db-" not in path.name}
    assert all(inbox in (path, path.parent) for path in new)
    page = desk.client.get(f"/cases/practice/files?for=scan&at={inbox}").text
    assert "<img src=x" not in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "given",
    [
        [("file", "a.txt", b"x")],
        [("form_token", None, b"guessed"), ("file", "a.txt", b"x")],
        [("for", None, b"scan"), ("form_token", None, b""), ("file", "a.txt", b"x")],
        [("form_token", "f", b"x"), ("file", "a.txt", b"x")],
        [("form_token", None, b""), ("file", "a.txt", b"x")],
    ],
)
def test_nothing_of_a_file_is_taken_before_the_token_fits(desk, inbox, given):
    assert send(desk, parts(*given)).status_code == 403
    assert names(inbox) == []


def test_without_the_comparison_the_same_upload_would_be_taken(desk, inbox, monkeypatch):
    monkeypatch.setattr(chainlead.web.inbox.hmac, "compare_digest", lambda *_given: True)
    body = parts(("form_token", None, b"guessed"), ("for", None, b"scan"), ("file", "a.txt", b"x"))
    assert send(desk, body).status_code == 303
    assert names(inbox) == ["SHA256SUMS", "a.txt"]


def test_an_upload_from_another_page_is_refused_before_it_is_read(desk, inbox):
    body = parts(("form_token", None, desk.token.encode()), ("file", "a.txt", b"x"))
    assert send(desk, body, origin="http://evil.example").status_code == 403
    assert names(inbox) == []


def test_an_upload_may_be_larger_than_a_form_and_not_larger_than_its_cap(desk, inbox, monkeypatch):
    most = chainlead.web.guard.MOST_BODY_BYTES
    assert upload(desk, "large.bin", b"x" * (most + 1)).status_code == 303
    monkeypatch.setattr(chainlead.web.inbox, "MOST_BYTES", 1_000)
    answer = upload(desk, "larger.bin", b"y" * 1_001)
    assert answer.status_code == 413
    assert "by its path" in answer.text
    assert names(inbox) == ["SHA256SUMS", "large.bin"]
    monkeypatch.setattr(chainlead.web.guard, "MOST_UPLOAD_BYTES", 10)
    assert upload(desk, "a.bin", b"z").status_code == 413


def test_every_other_form_keeps_its_cap(desk):
    most = chainlead.web.guard.MOST_BODY_BYTES
    for path in ("evidence/scan", "files", "files/upload/x", "answers/import"):
        body = parts(("form_token", None, desk.token.encode()), ("file", "a", b"x" * (most + 1)))
        answer = desk.client.post(
            f"/cases/practice/{path}", content=body, headers={"origin": f"http://{HOST}"}
        )
        assert answer.status_code == 413


def test_an_upload_that_is_cut_off_leaves_nothing(desk, inbox):
    whole = parts(("form_token", None, desk.token.encode()), ("file", "a.txt", b"x" * 100_000))
    answer = send(desk, whole[: len(whole) // 2])
    assert answer.status_code == 400
    assert names(inbox) == []


@pytest.mark.parametrize("file", [None, ""])
def test_a_form_without_a_file_says_so_beside_itself(desk, inbox, file):
    given = [("form_token", None, desk.token.encode()), ("for", None, b"scan")]
    answer = send(desk, parts(*given, *([("file", file, b"")] if file is not None else [])))
    assert answer.status_code == 400
    assert "Choose a file first." in answer.text
    assert names(inbox) == []


def test_a_link_in_place_of_the_inbox_is_not_followed(desk, inbox, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    inbox.symlink_to(elsewhere)
    assert upload(desk).status_code == 400
    assert list(elsewhere.iterdir()) == []


def test_an_archive_is_kept_closed(desk, inbox):
    bomb = b"PK\x03\x04" + b"\x00" * 1_000
    assert upload(desk, "bomb.zip", bomb).status_code == 303
    assert names(inbox) == ["SHA256SUMS", "bomb.zip"]
    assert (inbox / "bomb.zip").read_bytes() == bomb
    assert not os.access(inbox / "bomb.zip", os.X_OK) or os.geteuid() == 0
