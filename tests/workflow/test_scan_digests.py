"""Digests of large files, made beside their search."""

import hashlib
import select
import time

import pytest

from chainlead.evidence import ExhibitFile, open_exhibit
from chainlead.workflow import scan_digests
from chainlead.workflow.scan_digests import Digests


@pytest.fixture
def digests():
    made = Digests()
    yield made
    made.close()


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "seized"
    folder.mkdir()
    for number in range(3):
        (folder / f"f{number}").write_bytes(bytes([number]) * 3_000_000)
    return [f for f in open_exhibit(folder, "E1").files() if isinstance(f, ExhibitFile)]


def wait(digests):
    assert select.select([digests.descriptor], [], [], 30)[0]
    return list(digests.take())


def test_digests_come_in_the_order_in_which_they_were_asked_for(digests, files):
    for number, file in enumerate(files):
        digests.ask(number, file)
    found = []
    while digests.is_at_work():
        found += wait(digests)
    expected = [hashlib.sha256(bytes([n]) * 3_000_000).hexdigest() for n in range(3)]
    assert found == list(enumerate(expected))
    assert not select.select([digests.descriptor], [], [], 0)[0]


def test_hashing_waits_for_the_search(digests, files, monkeypatch):
    monkeypatch.setattr(scan_digests, "AHEAD_BYTES", 1_000_000)
    digests.ask(0, files[0])
    assert not select.select([digests.descriptor], [], [], 0.3)[0]
    digests.search_reached(0, 1_000_000)
    assert not select.select([digests.descriptor], [], [], 0.3)[0]
    digests.search_reached(0, 2_000_000)
    assert wait(digests)[0][0] == 0


def test_what_cannot_be_read_has_a_stand_in(digests, files, tmp_path):
    (tmp_path / "seized" / "f0").unlink()
    digests.ask(0, files[0])
    digests.ask(1, files[1])
    digests.search_reached(1, None)
    found = wait(digests)
    while len(found) < 2:
        found += wait(digests)
    assert found[0] == (0, scan_digests.NOT_READ)
    assert found[1][1] == hashlib.sha256(b"\1" * 3_000_000).hexdigest()


def test_closing_does_not_wait_for_a_digest(files, monkeypatch):
    monkeypatch.setattr(scan_digests, "AHEAD_BYTES", 1_000_000)
    digests = Digests()
    digests.ask(0, files[0])
    time.sleep(0.1)
    started = time.monotonic()
    digests.close()
    assert time.monotonic() - started < 60
