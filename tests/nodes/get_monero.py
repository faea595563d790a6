"""Puts Debian's monerod and monero-wallet-rpc under `.venv/nodes/monero`, without root rights.

Run: `python tests/nodes/get_monero.py`. The packages are unpacked into a private folder with the
libraries that they need, as `get_nodes.py` does for other nodes; nothing of the system's package
state is touched. The programs start through the folder's own loader.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import get_nodes  # beside this file

ROOT = get_nodes.ROOT / "monero"
WANTED = ("monero",)
SUITE = "trixie"


def main() -> int:
    """Fetch and unpack what is not there yet."""
    if (ROOT / "root/usr/bin/monero-wallet-rpc").exists():
        print(f"{ROOT}: already there")
        return 0
    if not get_nodes.KEYRING.exists():
        print("This needs Debian's apt with its keyring; no Monero node was installed.")
        return 1
    get_nodes.ROOT = ROOT
    options = get_nodes._private_apt()
    get_nodes._run("apt-get", *options, "-qq", "update")
    plan = get_nodes._run("apt-get", *options, "-y", "-s", "install", *WANTED)
    names = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    packages = [name for name in names if not name.startswith(get_nodes.NEEDLESS)]
    debs = ROOT / "debs"
    debs.mkdir(exist_ok=True)
    get_nodes._run("apt-get", *options, "-qq", "download", *packages, cwd=debs)
    for deb in sorted(debs.glob("*.deb")):
        get_nodes._run("dpkg", "-x", str(deb), str(ROOT / "root"))
        deb.unlink()
    print(f"{ROOT}: {len(packages)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
