"""Kernels from kept machine code: the same results without numba; numba where there is none."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="code is kept on Linux only")
SEARCH = """
import random, sys
import numpy as np
from chainlead.kernels import *
from chainlead.kernels import kept_code
load_every_kernel()
dice = random.Random(3)
plain = b" able shop.example pay:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 123456 234567 " + b"QUJD" * 30
for turn in range(40):
    noise = dice.randbytes(dice.randrange(3_000))
    content = noise + plain * dice.randrange(3) + plain.decode().encode("utf-16-le") + noise[:99]
    data = np.frombuffer(content, dtype=np.uint8)
    found = [
        *find_byte_text(data, b"pay"),
        *find_checked_runs(data, np.full((256, 128), 255, dtype=np.uint16)),
        *find_digit_groups(data),
        find_dotted_names(data, make_name_table([b"shop.example"])),
        *find_encoded_blocks(data, 1 << 40, np.ones(256, dtype=bool), np.ones((256, 256), dtype=bool)),
        *find_scheme_names(data, make_scheme_table([b"pay"])),
        *find_wide_text(data),
        *find_word_runs(data, make_word_table([b"able"]), 1),
        np.array([sum_crc32c(data)]),
    ]
    print([np.asarray(array).tolist() for array in found])
print("numba" in sys.modules, file=sys.stderr)
"""


def search(*options: str, before: str = "") -> tuple[str, bool]:
    done = subprocess.run(
        [sys.executable, *options, "-c", before + SEARCH],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.stdout, done.stderr.split()[-1] == "True"


LAZY = ("-X", "chainlead_kept_code")


def test_kept_code_finds_the_same_without_numba():
    search(*LAZY)  # keeps the code if it was not
    with_numba, without = search(), search(*LAZY)
    assert with_numba[1]
    assert not without[1]
    assert with_numba[0] == without[0]
    assert len(with_numba[0]) > 5_000


def test_without_kept_code_numba_is_loaded_and_keeps_it(tmp_path: Path):
    elsewhere = (
        "from chainlead.kernels import kept_code\nfrom pathlib import Path\n"
        f"kept_code._folders = lambda: iter([Path({str(tmp_path / 'kept')!r})])\n"
    )
    first, second = (search(*LAZY, before=elsewhere) for _ in range(2))
    assert (first[1], second[1]) == (True, False)
    assert first[0] == second[0]


@pytest.mark.slow
def test_code_that_was_just_compiled_is_kept_too(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    elsewhere = (
        "from chainlead.kernels import kept_code\nfrom pathlib import Path\n"
        f"kept_code._folders = lambda: iter([Path({str(tmp_path / 'kept')!r})])\n"
    )
    assert [search(*LAZY, before=elsewhere)[1] for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    "damage", [lambda c: b"", lambda c: c[:-1], lambda c: c[:99] + b"x" + c[100:]]
)
def test_damaged_code_is_not_used(tmp_path: Path, damage):
    elsewhere = (
        "from chainlead.kernels import kept_code\nfrom pathlib import Path\n"
        f"kept_code._folders = lambda: iter([Path({str(tmp_path)!r})])\n"
    )
    search(*LAZY, before=elsewhere)
    (file,) = tmp_path.glob("kernels-*.code")
    file.write_bytes(damage(file.read_bytes()))
    assert search(*LAZY, before=elsewhere)[1]


def test_code_of_another_source_has_another_name(monkeypatch, tmp_path: Path):
    from chainlead.kernels import kept_code

    name = kept_code._file_name()
    kept_code._file_name.cache_clear()
    (tmp_path / "other.py").write_text("x = 1\n")
    monkeypatch.setattr(kept_code, "_HERE", tmp_path)
    assert kept_code._file_name() != name
    kept_code._file_name.cache_clear()
