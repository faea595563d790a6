"""Puts ElectrumX (spesmilo's `e-x`, with LevelDB) into a virtual environment of its own under `.venv/nodes`.

Run: `python tests/nodes/get_electrumx.py`. Version 1.20.0 is the last one that serves Bitcoin Core 28
to 30 and Knots 29: version 2 demands 31.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2] / ".venv" / "nodes" / "electrumx"
WANTED = "e-x[leveldb]==1.20.0"


def main() -> int:
    """Install it, if it is not there yet."""
    if (ROOT / "bin" / "electrumx_server").exists():
        print(f"{ROOT}: already there")
        return 0
    venv.create(ROOT, with_pip=True, clear=True)
    done = subprocess.run([ROOT / "bin" / "pip", "install", "--quiet", WANTED], check=False)
    if done.returncode:
        print("ElectrumX could not be installed; its tests are skipped.")
        return 0
    print(f"{ROOT}: {WANTED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
