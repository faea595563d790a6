import os
import socket

import pytest

from chainlead.errors import ExhibitNotFoundError
from chainlead.web.named_path import named_path


@pytest.mark.parametrize(
    "given",
    [
        "", "  ", "x.txt", "./x", "../x", "-", "--help", "~/x", "http://127.0.0.1/x", "file:///etc/passwd",
        "smb://a/b", "\\\\a\\b", "/nothing/there", "/\x00", "/" + "x" * 300, "/" + "x/" * 3000,
        "/dev/zero", "/dev/stdin", "/dev/tty", "/dev/null", "/dev", "/proc", "/proc/self/environ",
        "/proc/self/fd/0", "/proc/self/root/etc", "/sys", "/sys/kernel", "/etc/../dev/zero",
    ],
)  # fmt: skip
def test_what_is_no_file_of_a_disk_is_refused_by_name(given):
    if given == "/proc/self/root/etc":  # a way back to a real folder: links are followed first
        assert named_path(given, may_be_folder=True)
        return
    with pytest.raises(ExhibitNotFoundError):
        named_path(given, may_be_folder=True)


def test_pipes_sockets_and_links_to_devices_are_refused_without_opening_them(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "s"))
        for name, word in (
            ("pipe", "pipe"),
            ("zero", "device"),
            ("round", "no such"),
            ("s", "sock"),
        ):
            with pytest.raises(ExhibitNotFoundError, match=word):
                named_path(str(tmp_path / name), may_be_folder=True)


def test_a_folder_is_taken_where_a_folder_will_do(tmp_path):
    file = tmp_path / "-x y"
    file.write_text("a")
    assert named_path(f" {file} ", may_be_folder=False) == file
    assert named_path(str(tmp_path), may_be_folder=True) == tmp_path
    with pytest.raises(ExhibitNotFoundError, match="folder"):
        named_path(str(tmp_path), may_be_folder=False)
