import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainlead.evidence import Layer, UnreadReason


def views(seen):
    return {i.row: i.data.decode() for i in seen.items if i.layer is Layer.DECODED}


def test_strings_have_their_pointer_and_lose_their_escapes(tmp_path, read):
    (tmp_path / "w.json").write_text(
        r'{"a": {"b/c~d": ["https:\/\/x.example\/tx", "\u0061bcd"]}, "n": 12345678, "s": "abc"}'
    )
    assert views(read(tmp_path)) == {
        "/a/b~1c~0d/0": "https://x.example/tx",
        "/a/b~1c~0d/1": "abcd",
    }


def test_long_keys_are_items_and_double_keys_are_both_read(tmp_path, read, address):
    (tmp_path / "w.json").write_bytes(b'{"%s": "one value", "k": "first", "k": "second"}' % address)
    seen = read(tmp_path)
    found = [(i.row, i.data) for i in seen.items if i.layer is Layer.DECODED]
    key = address.decode()
    assert found == [
        (f"/{key} (key)", address), (f"/{key}", b"one value"), ("/k", b"first"), ("/k", b"second"),
    ]  # fmt: skip


def test_json_inside_a_string_is_read_with_both_pointers(tmp_path, read):
    inner = json.dumps({"vault": {"note": "line one\nline two and more"}})
    (tmp_path / "w.json").write_text(json.dumps({"data": inner}))
    seen = read(tmp_path)
    (item,) = seen.holding(b"line one\nline two")
    assert str(item.provenance) == "E1 › file:w.json › json:/data › text:json"
    assert item.row == "/vault/note"


def test_lines_of_json_are_numbered(tmp_path, read):
    (tmp_path / "log.jsonl").write_text('{"a": "first line"}\n{"a": "second line"}\n')
    assert views(read(tmp_path)) == {
        "document 1:/a": "first line",
        "document 2:/a": "second line",
    }


def test_json_that_breaks_off_gives_what_came_before(tmp_path, read):
    (tmp_path / "log.jsonl").write_text('{"a": "first line"}\n{"a": "second')
    seen = read(tmp_path)
    assert views(seen) == {"document 1:/a": "first line"}
    assert [reason for _, reason in seen.reasons()] == [UnreadReason.DAMAGED]


def test_json_nested_beyond_reason_is_listed(tmp_path, read):
    (tmp_path / "w.json").write_text("[" * 200_000)
    seen = read(tmp_path)
    assert [reason for _, reason in seen.reasons()] == [UnreadReason.TOO_DEEP]


def test_numbers_of_any_length_cost_nothing(tmp_path, read):
    (tmp_path / "w.json").write_text('{"n": ' + "9" * 1_000_000 + ', "s": "text"}')
    assert views(read(tmp_path)) == {"/s": "text"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(min_size=0, max_size=12),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_every_string_of_a_document_is_an_item(tmp_path, read, document):
    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for inner in value.values():
                yield from strings(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from strings(inner)

    path = tmp_path / "w.json"
    path.write_text(json.dumps([["start"], document]))
    expected = sorted(s.encode("utf-8", "replace") for s in strings(document) if len(s) >= 4)
    place = "E1 › file:w.json › text:json"
    found = [i.data for i in read(path).items if str(i.provenance) == place]
    found.remove(b"start")
    assert sorted(found) == expected


def test_a_message_cut_into_marked_pieces_is_searched_joined(tmp_path, read, address):
    text = address.decode()
    pieces = ["pay ", {"type": "bold", "text": text[:9]}, text[9:], {"type": "code", "text": "!"}]
    entities = [{"type": "plain", "text": "pay "}, {"type": "bold", "text": text}]
    document = {"messages": [{"id": 1, "text": pieces, "text_entities": entities}]}
    (tmp_path / "result.json").write_text(json.dumps(document))
    rows = [item.row for item in read(tmp_path).holding(address) if item.row]
    assert rows == ["/messages/0/text (joined)", "/messages/0/text_entities/1/text"]


def test_lists_of_plain_strings_are_not_joined(tmp_path, read):
    (tmp_path / "a.json").write_text(json.dumps({"words": ["abcd", "efgh", {"text": "ijkl"}]}))
    assert not [item for item in read(tmp_path).items if "joined" in (item.row or "")]
