"""Puts real node software under `.venv/nodes`, from the system's own package mirror, without root rights.

Debian's newer suites have bitcoind (Bitcoin Knots) and litecoind. Their packages are unpacked into a
private folder with the libraries that they need; nothing of the system's package state is touched.
Run: `python tests/nodes/get_nodes.py`. A node then starts through the folder's own loader, because
its C library is newer than the system's.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2] / ".venv" / "nodes"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
WANTED = ("litecoind", "bitcoin-knots/sid", "systemd-standalone-sysusers")
NEEDLESS = (
    "systemd", "debconf", "mount", "libmount", "libsmartcols", "libblkid", "libaudit", "libcap",
    "libpam", "libseccomp", "libacl", "libapparmor", "libselinux", "libpcre2",
)  # fmt: skip
"""What the closure holds only to make a system user."""


def main() -> int:
    """Fetch and unpack what is not there yet."""
    if (ROOT / "root/usr/bin/bitcoind").exists():
        print(f"{ROOT}: already there")
        return 0
    if not KEYRING.exists():
        print("This needs Debian's apt with its keyring; no nodes were installed.")
        return 1
    options = _private_apt()
    _run("apt-get", *options, "-qq", "update")
    plan = _run("apt-get", *options, "-y", "-s", "install", *WANTED)
    names = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    packages = ["bitcoin-knots/sid" if name == "bitcoin-knots" else name
                for name in names if not name.startswith(NEEDLESS)]  # fmt: skip
    debs = ROOT / "debs"
    debs.mkdir(exist_ok=True)
    _run("apt-get", *options, "-qq", "download", *packages, cwd=debs)
    for deb in sorted(debs.glob("*.deb")):
        _run("dpkg", "-x", str(deb), str(ROOT / "root"))
        deb.unlink()
    print(f"{ROOT}: {len(packages)} packages")
    return 0


def _private_apt() -> list[str]:
    """Options that give apt a state of its own."""
    for folder in ("etc", "lists/partial", "archives/partial"):
        (ROOT / "apt" / folder).mkdir(parents=True, exist_ok=True)
    line = f"deb [signed-by={KEYRING}] {_mirror()} {{}} main\n"
    sources = ROOT / "apt/etc/sources.list"
    sources.write_text(line.format("trixie") + line.format("sid"), "utf-8")
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::lists": ROOT / "apt/lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache::archives": ROOT / "apt/archives",
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "Debug::NoLocking": "true",
        "APT::Sandbox::User": "root",
        "APT::Default-Release": "trixie",
        "APT::Install-Recommends": "false",
        "Acquire::Languages": "none",
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _mirror() -> str:
    """The mirror that this machine's apt uses already."""
    for path in (
        Path("/etc/apt/sources.list.d/debian.sources"),
        Path("/etc/apt/sources.list"),
    ):
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            words = line.split()
            if words[:1] in (["URIs:"], ["deb"]):
                return next(word for word in words[1:] if "://" in word)
    raise SystemExit("apt has no mirror here; no nodes were installed.")


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, check=True, text=True, stdout=subprocess.PIPE)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
