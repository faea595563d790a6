import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence.naming import UniqueNames, climbs_out, readable_name
from chainlead.evidence.ordinary import quoted


@given(st.binary(min_size=1, max_size=40))
def test_a_readable_name_prints_encodes_and_tells_names_apart(raw):
    name = raw.decode("utf-8", "surrogateescape")
    shown = readable_name(name)
    assert shown.isprintable() or all(c.isprintable() or c.isspace() for c in shown)
    assert shown.encode("utf-8")
    assert "›" not in shown


@given(st.lists(st.binary(min_size=1, max_size=6), unique=True, max_size=20))
def test_different_names_stay_different(raws):
    shown = [readable_name(raw.decode("utf-8", "surrogateescape")) for raw in raws]
    assert len(set(shown)) == len(raws)


@pytest.mark.parametrize(
    "raw", [b"caf\xe9", b"a'b\\c", b"x\x1b[31m", "\u202ex".encode(), b"-rf", b"$(id)"]
)
def test_the_shell_reads_a_quoted_name_back_to_the_same_bytes(raw):
    shown = readable_name(raw.decode("utf-8", "surrogateescape"))
    done = subprocess.run(
        ["bash", "-c", f"LC_ALL=C.UTF-8 printf %s {quoted('./' + shown)}"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout == b"./" + raw


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b", False), ("a..b/c", False), ("../a", True), ("a/../../b", True), ("/etc/x", True),
        ("C:\\x", True), ("c:/x", True), ("..\\x", True), ("\\x", True), ("a:b", True), ("åb:c", False),
    ],
)  # fmt: skip
def test_climbing_paths_are_recognised(name, expected):
    assert climbs_out(name) is expected


def test_the_second_bearer_of_a_name_gets_another():
    names = UniqueNames()
    given_names = ["a", "a#2", "a", "a", "b"]
    assert [names.claim(n) for n in given_names] == [
        ("a", False), ("a#2", False), ("a#3", True), ("a#4", True), ("b", False),
    ]  # fmt: skip
