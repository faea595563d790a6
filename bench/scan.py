"""Finding in raw bytes against ripgrep and GNU grep, on one seeded file, in one run.

The peers look for the union of the address shapes and check nothing. chainlead searches 8-bit and
UTF-16 text, validates each address, masks the text around it and gives its exact place. Figures
are medians; every contender runs once in each round. `steady` is the search in this process (pages
read, searched, validated, masked; kernels loaded); `whole` is `chainlead scan` from start to end,
with SHA-256, all layers, journal and tables. With several sizes the last lines tell whether the
time is linear in bytes.

    python bench/scan.py --size 256 1024 4096 --rounds 3
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from evidence_file import Planted, build

from chainlead.evidence import Item, Layer
from chainlead.findings import Finding, scan_items
from chainlead.model import Certainty, Provenance, Step

PROGRAM = str(Path(sys.executable).with_name("chainlead"))
PAGE, MARGIN = 16 << 20, 4096
BASE58 = "[1-9A-HJ-NP-Za-km-z]"
SHAPES = (
    rf"\b[123LMX789ADTQmny]{BASE58}{{25,34}}\b",
    rf"\bt[1-3m]{BASE58}{{33}}\b",
    rf"\br{BASE58}{{24,34}}\b",
    r"\b(bc|tb|ltc|tltc|bcrt)1[02-9ac-hj-np-z]{11,87}\b",
    r"\b(BC|TB|LTC)1[02-9AC-HJ-NP-Z]{11,87}\b",
    r"\b[qp][02-9ac-hj-np-z]{41}\b",
    r"\b0x[0-9a-fA-F]{40}\b",
    rf"\b[48]{BASE58}{{94}}\b",
    rf"\betn{BASE58}{{95}}\b",
)


def pages(path: Path) -> Iterator[Item]:
    place = Provenance("E1", (Step("file", path.name),))
    size = path.stat().st_size
    with path.open("rb", buffering=0) as file:
        for offset in range(0, size, PAGE):
            content = os.pread(file.fileno(), PAGE + MARGIN, offset)
            core = PAGE if offset + PAGE < size else None
            yield Item(place, content, "bytes", "", Layer.RAW, "0" * 64, offset, core)


def steady(path: Path, threads: int) -> tuple[Finding, ...]:
    return scan_items(pages(path), case_key=bytes(32), threads=threads)


def new_case(folder: Path, number: int) -> Path:
    case = folder / f"case{number}"
    subprocess.run([PROGRAM, "case", "new", str(case)], check=True, capture_output=True)
    return case


def whole(path: Path, case: Path) -> int:
    """Run `chainlead scan` on a new case; give the most memory that its processes had, in bytes."""
    with subprocess.Popen(
        [PROGRAM, "scan", str(case), str(path)], stdout=subprocess.DEVNULL
    ) as process:
        memory = _Memory(process.pid)
        memory.start()
        code = process.wait()
        memory.stop()
    if code not in {0, 1}:
        raise SystemExit(f"chainlead scan ended with {code}")
    return memory.most


class _Memory(threading.Thread):
    """Looks at the memory of a process and its children, shared pages counted once."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._is_over = threading.Event()
        self.most = 0

    def stop(self) -> None:
        self._is_over.set()
        self.join()

    def run(self) -> None:
        while not self._is_over.wait(0.1):
            self.most = max(self.most, sum(map(_memory_of, _family(self._pid))))


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def _memory_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def peer(command: list[str], path: Path, out: Path) -> None:
    expressions = [part for shape in SHAPES for part in ("-e", shape)]
    with out.open("wb") as file:
        subprocess.run(
            [*command, *expressions, str(path)], stdout=file, env={**os.environ, "LC_ALL": "C"},
            check=False,
        )  # fmt: skip


def seconds(run: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds and processor seconds (own and of the processes it ended)."""
    start, used = time.perf_counter(), os.times()
    run()
    now = os.times()
    return time.perf_counter() - start, sum(now[:4]) - sum(used[:4])


def judge(found: tuple[Finding, ...], planted: list[Planted]) -> str:
    """Recall at the exact offset and encoding, and what was called checked without being planted."""
    places = {(f.offset_bytes, f.encoding, f.value): f for f in found if f.kind == "address"}
    valid = {(p.offset_bytes, p.encoding, p.text) for p in planted if p.is_valid}
    wrong = [
        f for place, f in places.items() if f.certainty is Certainty.CHECKED and place not in valid
    ]
    misses = {p.offset_bytes for p in planted if not p.is_valid}
    called = sum(f.offset_bytes in misses for f in wrong)
    return (
        f"recall {len(valid & places.keys())}/{len(valid)} at the exact offset; "
        f"{called} of {len(misses)} near misses called checked; {len(wrong)} checked by chance"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--size", type=int, nargs="+", default=[1024], help="MiB: 256 1024 4096")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    walls: dict[int, dict[str, float]] = {}
    for size in chosen.size:
        folder = Path(tempfile.mkdtemp(prefix="chainlead-bench-"))
        try:
            walls[size] = measure(folder, size, chosen)
        finally:
            shutil.rmtree(folder)
    if len(walls) > 1:
        print("wall seconds per GiB: " + ", ".join(f"{size} MiB" for size in walls))
        for name in walls[chosen.size[0]]:
            rates = (wall[name] * 1024 / size for size, wall in walls.items())
            print(f"{name:20s} " + " ".join(f"{rate:8.2f}" for rate in rates))


def measure(folder: Path, size: int, chosen: argparse.Namespace) -> dict[str, float]:
    """Print the figures of one size; give the median wall seconds of each contender."""
    path, out = folder / "evidence.bin", folder / "peer.txt"
    begun = time.perf_counter()
    planted = build(path, size << 20, chosen.seed)
    print(f"{size} MiB built in {time.perf_counter() - begun:.1f} s, seed {chosen.seed}")
    contenders: dict[str, Callable[[], object]] = {}
    if shutil.which("rg"):
        command = ["rg", "-a", "-o", "--no-unicode"]
        contenders["ripgrep"] = lambda: peer(command, path, out)
    if shutil.which("grep"):
        contenders["grep"] = lambda: peer(["grep", "-a", "-o", "-E"], path, out)
    found: list[tuple[Finding, ...]] = []
    memory: list[int] = []
    contenders["steady, 1 thread"] = lambda: found.append(steady(path, 1))
    contenders[f"steady, {chosen.threads} threads"] = lambda: found.append(
        steady(path, chosen.threads)
    )
    cases = [new_case(folder, number) for number in range(chosen.rounds)]
    contenders["whole process"] = lambda: memory.append(whole(path, cases.pop()))
    steady(path, chosen.threads)  # loads the kernels, compiles them at the very first time
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for _ in range(chosen.rounds):
        for name, run in contenders.items():
            times[name].append(seconds(run))
    medians = {
        name: tuple(statistics.median(column) for column in zip(*rows, strict=True))
        for name, rows in times.items()
    }
    base = medians.get("ripgrep")
    for name, (wall, used) in medians.items():
        rate = (size << 20) / 1e6 / wall
        ratio = f"{base[0] / wall:6.2f} x ripgrep, {base[1] / used:.2f} per CPU" if base else ""
        print(f"{name:20s} {wall:7.2f} s {used:7.2f} s CPU {rate:8.0f} MB/s {ratio}")
    assert len({tuple(map(repr, findings)) for findings in found}) == 1, "runs differ"
    print(judge(found[0], planted))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(
        f"memory: {own >> 20} MiB steady, {max(memory) >> 20} MiB whole process with its children",
        flush=True,
    )
    return {name: wall for name, (wall, _used) in medians.items()}


if __name__ == "__main__":
    main()
