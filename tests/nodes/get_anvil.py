"""Puts a real Ethereum node (anvil) and the Solidity compiler under `.venv/nodes/npm`, by npm.

Run: `python tests/nodes/get_anvil.py`. Without npm, or where its registry cannot be reached, nothing is
installed and the tests that need them are skipped.
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".venv" / "nodes" / "npm"
WANTED = ("@foundry-rs/anvil@1.7.1", "solc@0.8.37")


def main() -> int:
    """Install what is not there yet."""
    modules = FOLDER / "node_modules"
    if (modules / "solc").is_dir() and list(modules.glob("@foundry-rs/anvil-*/bin/anvil")):
        print(f"{FOLDER}: already there")
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("There is no npm here; anvil was not installed, its tests will be skipped.")
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--silent", *WANTED], cwd=FOLDER, check=False
    )
    if done.returncode:
        print("npm could not install anvil; its tests will be skipped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
