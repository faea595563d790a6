"""Risky streams are read in a child: what breaks there costs one stream and nothing else."""

import ctypes
import os
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chainlead.evidence import Item, Limits, Unread, UnreadReason
from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.child_reader import read_in_child
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source, Value
from chainlead.evidence.stream import Stream
from chainlead.model import Provenance, Step

OWN = Provenance("E1", (Step("file", "a"),))


class Scripted(Source):
    """Does what the stream says."""

    name = "scripted"
    media_type = "application/x-scripted"
    risky = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:
        return head.startswith(b"SCRIPT:")

    def read(self, place: Place) -> Iterator[Piece]:
        script = place.stream.read_all().decode().removeprefix("SCRIPT:")
        for number, word in enumerate(script.split()):
            yield from self._do(word, str(number), place)

    def _do(self, word: str, name: str, place: Place) -> Iterator[Piece]:
        if word.startswith("member-"):
            yield Member(
                step=Step("scripted", name), name=name, stored_bytes=3,
                chunks=lambda: self._chunks(word.removeprefix("member-")),
            )  # fmt: skip
        elif word == "view":
            yield place.view("script", name, f"view {name}", "text/plain")
        elif word == "value":
            yield Value(place.view("script", name, "value", "text/plain"), Step("value", name))
        elif word == "unread":
            yield place.unread(UnreadReason.ENCRYPTED, "a password is needed")
        elif word == "raw":
            yield KeepRaw()
        elif word == "elsewhere":
            yield Unread(Provenance("E2", ()), UnreadReason.DAMAGED, "not mine")
        elif word == "sibling":
            stream = place.sibling("-wal")
            text = "none" if stream is None else stream.read_all().decode()
            yield place.view("script", name, text, "text/plain")
        else:
            list(self._chunks(word))

    def _chunks(self, word: str) -> Iterator[bytes]:
        yield b"some bytes "
        match word:
            case "crash":
                ctypes.string_at(8)
            case "abort":
                os.abort()
            case "hang":
                time.sleep(3600)
            case "spin":
                while True:
                    pass
            case "memory":
                yield bytes(8 << 30)
            case "write":
                Path("should-not-be").write_bytes(b"x")
            case "fork":
                os.fork()
            case "run":
                os.system("true")
            case "exit":
                os._exit(0)
            case "fail":
                raise RuntimeError("a fault in the decoder")
            case "damaged":
                raise StopReadingError(UnreadReason.DAMAGED, "so it says")
            case "environment":
                yield str(len(os.environ)).encode()
            case "good":
                yield b"and more"


def place_of(script: str, **limits: float) -> Place:
    stream = Stream.of_bytes(f"SCRIPT:{script}".encode())
    return Place(OWN, stream, "a", Budget(Limits(**limits)))


def read_all(place: Place) -> list[object]:
    """Pieces, with members as name and bytes or reason."""
    seen: list[object] = []
    try:
        for piece in read_in_child(Scripted(), place):
            if isinstance(piece, Member):
                try:
                    seen.append((piece.name, b"".join(piece.chunks())))
                except StopReadingError as error:
                    seen.append((piece.name, error.reason))
            else:
                seen.append(piece)
    except StopReadingError as error:
        seen.append(error.reason)
    return seen


def test_pieces_come_through_as_they_were_yielded():
    place = place_of("view value unread raw member-good")
    direct = list(Scripted().read(place))
    seen = read_all(place)
    assert seen[:4] == direct[:4]
    assert seen[4] == ("4", b"some bytes and more")


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("crash", UnreadReason.CRASHED),
        ("abort", UnreadReason.CRASHED),
        ("exit", UnreadReason.CRASHED),
        ("fail", UnreadReason.CRASHED),
        ("elsewhere", UnreadReason.CRASHED),
        ("hang", UnreadReason.TOO_SLOW),
        ("spin", UnreadReason.TOO_SLOW),
        ("memory", UnreadReason.TOO_LARGE),
        ("damaged", UnreadReason.DAMAGED),
        ("write", UnreadReason.DAMAGED),
        ("fork", UnreadReason.DAMAGED),
        ("run", UnreadReason.DAMAGED),
    ],
)
def test_a_fault_ends_the_stream_with_its_reason_and_keeps_what_came_before(word, reason):
    seen = read_all(place_of(f"view {word} view", step_seconds=0.5))
    assert isinstance(seen[0], Item)
    assert seen[1:] == [reason]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("crash", UnreadReason.CRASHED),
        ("hang", UnreadReason.TOO_SLOW),
        ("memory", UnreadReason.TOO_LARGE),
        ("damaged", UnreadReason.DAMAGED),
    ],
)
def test_a_member_that_breaks_the_decoder_costs_that_member_only(word, reason):
    seen = read_all(place_of(f"member-good member-{word} member-good view", step_seconds=0.5))
    assert seen[:3] == [
        ("0", b"some bytes and more"), ("1", reason), ("2", b"some bytes and more"),
    ]  # fmt: skip
    assert isinstance(seen[3], Item)


def test_a_stream_of_crashing_members_ends():
    seen = read_all(place_of("member-crash " * 20))
    assert seen[-1] is UnreadReason.CRASHED
    assert len(seen) < 10


def test_a_decoder_sees_no_environment():
    assert read_all(place_of("member-environment")) == [("0", b"some bytes 0")]


def test_a_member_that_nobody_wants_is_not_given():
    pieces = list(read_in_child(Scripted(), place_of("member-crash member-crash view")))
    assert [type(piece) for piece in pieces] == [Member, Member, Item]


def test_a_member_that_is_given_up_half_way_does_not_disturb_the_next():
    pieces = read_in_child(Scripted(), place_of("member-good member-good"))
    first = next(pieces)
    assert next(iter(first.chunks())) == b"some bytes "
    assert b"".join(next(pieces).chunks()) == b"some bytes and more"


def test_the_sibling_of_an_inner_stream_comes_from_outside():
    place = place_of("sibling")
    place = replace(
        place,
        provenance=OWN.inside("zip", "b"),
        sibling=lambda suffix: Stream.of_bytes(f"beside {suffix}".encode()),
    )
    (piece,) = read_all(place)
    assert piece.data == b"beside -wal"


def test_the_time_of_the_whole_file_bounds_every_child():
    started = time.monotonic()
    with pytest.raises(StopReadingError) as caught:
        list(read_in_child(Scripted(), place_of("spin", seconds=0.3)))
    assert caught.value.everything
    assert time.monotonic() - started < 60


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_no_process_is_left_behind():
    before = children()
    for word in ("view", "crash", "hang", "member-hang"):
        read_all(place_of(word, step_seconds=0.2))
    pieces = read_in_child(Scripted(), place_of("view hang"))
    next(pieces)
    assert len(children()) == len(before) + 1
    pieces.close()
    assert children() == before


def test_a_file_opened_before_the_fork_is_read_without_moving_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", "SCRIPT:view")
    stream = Stream(
        (tmp_path / "a.zip").open("rb", buffering=0), (tmp_path / "a.zip").stat().st_size
    )
    before = stream.read_at(0, 4)
    read_all(Place(OWN, stream, "a", Budget(Limits())))
    assert stream.read_at(0, 4) == before == b"PK\x03\x04"
    stream.close()
