"""Every compiled function says how it treats floating point, and keeps its machine code."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "src" / "chainlead" / "kernels"
FILES = sorted(ROOM.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_njit_states_fastmath_false_cache_and_nogil(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if ast.unparse(decorator) in {"cache", "property"}:
                continue
            assert isinstance(decorator, ast.Call), f"{node.name}: a bare decorator says nothing"
            stated = {k.arg: ast.literal_eval(k.value) for k in decorator.keywords}
            stated.pop("_nrt", None)  # whether it makes arrays
            assert stated == {"cache": True, "nogil": True, "fastmath": False}


def test_the_same_results_come_without_the_compiler():
    code = (
        "import numpy as np\n"
        "from chainlead.kernels import find_checked_runs, find_wide_text, find_word_runs\n"
        "from chainlead.kernels import find_dotted_names, find_scheme_names\n"
        "from chainlead.kernels import make_name_table, make_scheme_table, make_word_table\n"
        "t = make_scheme_table([b'pay'])\n"
        "n, w = make_name_table([b'shop.example']), make_word_table([b'able'])\n"
        "want = np.full((256, 128), 255, dtype=np.uint16)\n"
        "d = np.frombuffer(b'able able shop.example PAY: ' + b'x' * 30\n"
        "                  + ('y' * 30).encode('utf-16-le') + b' .zoo' * 40\n"
        "                  + b' 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', dtype=np.uint8)\n"
        "for found in (*find_checked_runs(d, want), *find_wide_text(d), *find_word_runs(d, w, 2),\n"
        "              find_dotted_names(d, n), *find_scheme_names(d, t)):\n"
        "    print(found.tolist())\n"
    )
    outputs = {
        flag: subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env={"PATH": "", "NUMBA_DISABLE_JIT": flag},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for flag in ("0", "1")
    }
    assert outputs["0"] == outputs["1"]
    assert "[28, 319]" in outputs["0"]


def test_a_locked_up_process_finds_every_kernel_ready():
    """A decoder may neither compile into a folder nor is it given the time to."""
    code = (
        "from chainlead.kernels import load_every_kernel\n"
        "from chainlead.kernels.every_kernel import find_dispatchers\n"
        "load_every_kernel()\n"
        "from chainlead.kernels import *\n"
        "import numpy as np\n"
        "for kind in (bytes, bytearray):\n"
        "    data = np.frombuffer(kind(b'able 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 ' * 9), np.uint8)\n"
        "    find_encoded_blocks(data, 99, np.zeros(256, dtype=bool), np.zeros((256, 256), dtype=bool))\n"
        "    find_byte_text(data, b'a')\n"
        "    find_checked_runs(data, np.full((256, 128), 255, dtype=np.uint16))\n"
        "    find_digit_groups(data); find_dotted_names(data, make_name_table([b'a.b']))\n"
        "    find_scheme_names(data, make_scheme_table([b'pay'])); find_wide_text(data)\n"
        "    find_word_runs(data, make_word_table([b'able']), 2); sum_crc32c(data)\n"
        "entries = [d for d in find_dispatchers() if d.__name__ in {'_scan', '_sum'}]\n"
        "assert entries and all(len(d.signatures) == 1 for d in entries)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
