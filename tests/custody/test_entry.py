import hashlib
import json
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.custody import GENESIS, Entry
from chainlead.custody.entry import DEEPEST, make_entry, parse_line
from chainlead.errors import JournalError

MOMENT = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def entry(**changes) -> Entry:
    fields = {
        "seq": 3, "at": MOMENT, "who": "w", "act": "case.set", "why": "", "what": {},
        "blobs": {}, "previous": GENESIS,
    }  # fmt: skip
    return make_entry(**{**fields, **changes})


@given(what=st.dictionaries(TEXT, JSON, max_size=4), who=TEXT, why=TEXT)
def test_an_entry_reads_back_as_it_was_written(what, who, why):
    made = entry(what=what, who=who, why=why)
    assert parse_line(made.line()[:-1]) == made


@given(what=st.dictionaries(TEXT, JSON, max_size=4))
def test_the_digest_is_what_the_specification_says(what):
    made = entry(what=what)
    fields = json.loads(made.line())
    digest = fields.pop("digest")
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert (
        hashlib.sha256(b"chainlead journal entry v1\n" + canonical.encode()).hexdigest() == digest
    )


def test_the_shell_recipe_of_the_specification_gives_the_digest():
    made = entry(why='said "so"', blobs={"found": "a" * 64}, what={"digest": "b" * 64})
    recipe = (
        "(printf 'chainlead journal entry v1\\n'; printf '%s' \"$line\" | sed -E "
        '\'s/"digest":"[0-9a-f]{64}",("previous":)/\\1/\') | sha256sum'
    )
    done = subprocess.run(
        ["sh", "-c", recipe], env={"line": made.line()[:-1].decode(), "PATH": "/usr/bin:/bin"},
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert done.stdout.split()[0] == made.digest


def test_an_entry_of_known_content_has_a_known_line():
    assert entry(what={"b": 1, "a": [True, None]}).line() == (
        b'{"act":"case.set","at":"2024-03-01T09:00:00Z","blobs":{},"digest":"'
        + entry(what={"b": 1, "a": [True, None]}).digest.encode()
        + b'","previous":"' + b"0" * 64
        + b'","seq":3,"v":1,"what":{"a":[true,null],"b":1},"who":"w","why":""}\n'
    )  # fmt: skip


def test_times_are_written_in_utc():
    made = entry(at=MOMENT.astimezone(timezone(timedelta(hours=2))))
    assert b'"at":"2024-03-01T09:00:00Z"' in made.line()


def test_mappings_and_tuples_become_plain_json():
    made = entry(what={"m": MappingProxyType({"a": (1, 2)})})
    assert made.what == {"m": {"a": [1, 2]}}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.0, "what.rate"), (float("nan"), "what.rate"), (b"x", "what.rate"), (MOMENT, "what.rate"),
        ({1, 2}, "what.rate"), ({1: 2}, "a name in what.rate"), ("\udc80", "what.rate"),
        ({"\udc80": 1}, "a name in what.rate"), ([0, {"deep": 0.5}], "what.rate[1].deep"),
    ],
)  # fmt: skip
def test_a_value_that_json_would_bend_is_refused_and_located(value, place):
    with pytest.raises(JournalError, match="cannot keep") as refused:
        entry(what={"rate": value})
    assert f"cannot keep {place}:" in refused.value.message


def test_a_value_without_end_is_refused():
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(JournalError, match=f"{DEEPEST} levels"):
        entry(what={"a": endless})


@pytest.mark.parametrize("name", ["who", "why"])
def test_text_that_is_no_unicode_is_refused(name):
    with pytest.raises(JournalError, match=f"cannot keep {name}"):
        entry(**{name: "a\udcff"})


@pytest.mark.parametrize("act", ["", "case", "case.", ".set", "Case.set", "case.set.more", "a b.c"])
def test_an_act_has_a_verb_and_a_step(act):
    with pytest.raises(JournalError, match="verb"):
        entry(act=act)


@pytest.mark.parametrize("sha256", ["", "a" * 63, "A" * 64, "../" + "a" * 61, None])
def test_a_blob_is_named_by_a_sha256(sha256):
    with pytest.raises(JournalError, match="SHA-256"):
        entry(blobs={"found": sha256})


def redigested(**changes: object) -> bytes:
    """A line with other fields and the digest that is right for them."""
    fields = json.loads(entry().line()) | changes
    fields.pop("digest")
    fields = {name: value for name, value in fields.items() if value != "gone"}
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(b"chainlead journal entry v1\n" + body.encode()).hexdigest()
    return json.dumps(
        {**fields, "digest": digest}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def test_the_forger_of_these_tests_makes_sound_lines():
    assert parse_line(redigested(who="other")).who == "other"


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2}, {"v": "1"}, {"seq": "3"}, {"seq": True}, {"seq": 3.0}, {"what": []}, {"who": None},
        {"blobs": {"a": "short"}}, {"blobs": {"a": 1}}, {"more": 1}, {"why": "gone"}, {"at": "soon"},
        {"at": "2024-03-01T09:00:00"}, {"at": "2024-03-01T10:00:00+01:00"}, {"at": "20240301T090000Z"},
    ],
    ids=str,
)  # fmt: skip
def test_a_line_of_another_form_is_refused_even_with_a_right_digest(changes):
    with pytest.raises(ValueError):
        parse_line(redigested(**changes))


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b"null", b"[" * 100_000, b'"\xff"', b"{", b'{"act":"case.set"}'],
    ids=lambda line: repr(line[:12]),
)
def test_bytes_that_are_no_entry_are_refused(line):
    with pytest.raises(ValueError):
        parse_line(line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":3', b'"seq": 3'), (b'"w"', b'"\\u0077"'),
        (b'{"act":"case.set",', b'{"act":"case.new","act":"case.set",'), (b"}", b"} "),
        (b'"who":"w","why":""', b'"why":"","who":"w"'),
    ],
)  # fmt: skip
def test_other_bytes_for_the_same_json_are_refused(old, new):
    line = entry().line()[:-1]
    changed = new.join(line.rsplit(old, 1))
    assert changed != line
    with pytest.raises(ValueError, match="canonical"):
        parse_line(changed)


def test_the_digest_stands_in_its_place():
    line = entry().line()[:-1]
    digest = b'"digest":"' + entry().digest.encode() + b'",'
    moved = b"{" + digest + line[1:].replace(digest, b"")
    with pytest.raises(ValueError, match="canonical"):
        parse_line(moved)
