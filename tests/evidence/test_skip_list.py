"""The list of pictures to skip: forms that are read, and what is no list."""

from pathlib import Path

import pytest

from chainlead.evidence.skip_list import is_on_skip_list, read_skip_list

ONE, TWO = "ab" * 32, "00" * 31 + "10"


def test_plain_checksum_and_csv_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(f'{ONE}\n# {"c" * 10}\n{TWO.upper()}  a name\n"{"0" * 64}","x"\n{ONE}\n')
    assert len(read_skip_list(str(path))) == 3
    assert is_on_skip_list(str(path), ONE) is True
    assert is_on_skip_list(str(path), TWO) is True
    assert is_on_skip_list(str(path), "0" * 64) is True
    assert is_on_skip_list(str(path), "00" * 31 + "11") is False


def test_longer_digests_are_no_entries(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("a" * 128 + "\n" + "b" * 40 + "\n")
    with pytest.raises(ValueError, match="holds no SHA-256"):
        read_skip_list(str(path))


def test_a_list_that_cannot_be_read_answers_nothing(tmp_path: Path) -> None:
    assert is_on_skip_list(str(tmp_path / "gone"), ONE) is None
    with pytest.raises(OSError, match="gone"):
        read_skip_list(str(tmp_path / "gone"))
