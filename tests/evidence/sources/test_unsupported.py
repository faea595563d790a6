import pytest

from chainlead.evidence import UnreadReason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"LUKS\xba\xbe\0\x01", UnreadReason.ENCRYPTED),
        (b"\xeb\x58\x90-FVE-FS-" + bytes(50), UnreadReason.ENCRYPTED),
    ],
)
def test_a_format_without_a_reader_is_named_and_searched_raw(tmp_path, read, content, reason):
    (tmp_path / "x").write_bytes(content)
    seen = read(tmp_path)
    assert seen.reasons() == [("E1 › file:x", reason)]
    assert [i.data for i in seen.items] == [content]
