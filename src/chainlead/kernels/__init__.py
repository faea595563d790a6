"""Numba kernels: arrays in, arrays out. They know nothing of chains or cases.

Importing this package loads numba: import it inside the function that scans.

A kernel that makes no arrays says `_nrt=False`: numba then counts no owners of arrays, which is an
atomic step in the inner loops and costs a third of their time. What it calls inherits that, so a
kernel that does make arrays says `_nrt=True`.
"""

from chainlead.kernels.compiler import IS_LAZY

if not IS_LAZY:
    from chainlead.kernels.compiled_code import keep_compiled_code

    keep_compiled_code()

from chainlead.kernels.block_marks import (
    DIGITS,
    NAME,
    PAIRS,
    RUN,
    SCHEME,
    WIDE,
    WORDS,
    Marks,
    mark_blocks,
)
from chainlead.kernels.byte_text import find_byte_text
from chainlead.kernels.checked_runs import find_checked_runs
from chainlead.kernels.crc32c import sum_crc32c
from chainlead.kernels.digit_groups import find_digit_groups
from chainlead.kernels.dotted_names import find_dotted_names
from chainlead.kernels.encoded_blocks import find_encoded_blocks
from chainlead.kernels.every_kernel import load_every_kernel
from chainlead.kernels.golomb_filter import match_block_filter
from chainlead.kernels.known_words import find_word_runs
from chainlead.kernels.scheme_names import find_scheme_names
from chainlead.kernels.text_checks import HEX
from chainlead.kernels.token_table import (
    NameTable,
    SchemeTable,
    WordTable,
    make_name_table,
    make_scheme_table,
    make_token_table,
    make_word_table,
)
from chainlead.kernels.wide_text import find_wide_text

__all__ = [
    "DIGITS",
    "HEX",
    "NAME",
    "PAIRS",
    "RUN",
    "SCHEME",
    "WIDE",
    "WORDS",
    "Marks",
    "NameTable",
    "SchemeTable",
    "WordTable",
    "find_byte_text",
    "find_checked_runs",
    "find_digit_groups",
    "find_dotted_names",
    "find_encoded_blocks",
    "find_scheme_names",
    "find_wide_text",
    "find_word_runs",
    "load_every_kernel",
    "make_name_table",
    "make_scheme_table",
    "make_token_table",
    "make_word_table",
    "mark_blocks",
    "match_block_filter",
    "sum_crc32c",
]
