"""The command line: one file per command, `<name>_cmd.py`; parse, call workflow, print.

Results go to stdout, progress to stderr. Exit codes: 0 done, 1 done with warnings (something was
not read), 2 wrong use, 3 and above a named error (see `chainlead.errors`).
"""

from chainlead.cli._main import main

__all__ = ["main"]
