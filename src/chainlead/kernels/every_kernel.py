"""Load every kernel at once, before a process is locked up and can neither compile nor keep code."""

import sys
from functools import cache
from typing import Any

import numpy as np

from chainlead.kernels.block_marks import mark_blocks, marks_for
from chainlead.kernels.byte_text import find_byte_text
from chainlead.kernels.checked_runs import find_checked_runs
from chainlead.kernels.compiler import IS_LAZY
from chainlead.kernels.crc32c import sum_crc32c
from chainlead.kernels.digit_groups import find_digit_groups
from chainlead.kernels.dotted_names import find_dotted_names
from chainlead.kernels.encoded_blocks import find_encoded_blocks
from chainlead.kernels.kept_code import keep_code
from chainlead.kernels.known_words import find_word_runs
from chainlead.kernels.scheme_names import find_scheme_names
from chainlead.kernels.token_table import make_name_table, make_scheme_table, make_word_table
from chainlead.kernels.wide_text import find_wide_text

_CALLED_FROM_PYTHON = frozenset({"_scan", "_sum"})
"""By these names; what else is compiled is called by them, and is part of their code."""


@cache
def load_every_kernel() -> None:
    """Compile each kernel, or load its kept code, for the arrays that the searches give it.

    From then on this process and its children write no compiled code: a locked-up one may not, and
    numba takes a refusal for a fault of the search.
    """
    data = np.frombuffer(b"some words, shop.example, pay: 123456 " * 4, dtype=np.uint8)
    mark_blocks(data)
    marks = marks_for(data, None, fits=False)  # so that no search is left out
    find_byte_text(data, b"words", marks)
    find_checked_runs(data, np.zeros((256, 128), dtype=np.uint16), marks)
    find_digit_groups(data, marks=marks)
    find_dotted_names(data, make_name_table([b"shop.example"]), marks)
    is_text, is_beginning = np.zeros(256, dtype=np.bool_), np.zeros((256, 256), dtype=np.bool_)
    find_encoded_blocks(data, len(data), is_text, is_beginning)
    find_scheme_names(data, make_scheme_table([b"pay"]), marks)
    find_wide_text(data, marks=marks)
    find_word_runs(data, make_word_table([b"words"]), 12, marks)
    sum_crc32c(data)
    dispatchers = find_dispatchers()
    if IS_LAZY and dispatchers:  # there was no kept code
        keep_code([d for d in dispatchers if d.overloads and d.__name__ in _CALLED_FROM_PYTHON])
    for dispatcher in dispatchers:
        dispatcher._cache.disable()  # noqa: SLF001  (numba has no public switch)


def find_dispatchers() -> list[Any]:
    """Every function of this room that numba compiles, in order of its name; none without numba."""
    if "numba" not in sys.modules:
        return []
    from numba.core.dispatcher import Dispatcher  # noqa: PLC0415

    room = __name__.rpartition(".")[0] + "."
    modules = [module for name, module in sys.modules.items() if name.startswith(room)]
    values = [value for module in modules for value in vars(module).values()]
    found: list[Any] = [value for value in values if isinstance(value, Dispatcher)]
    return sorted(set(found), key=lambda d: (d.__module__, d.__name__))
