"""Start-up: `chainlead --help` against a bare Python, and a scan of one tiny file, medians.

The scan is `chainlead scan` from start to end on a new case with two workers: the program, its
workers with kernels and tables, journal, tables, seal. The first round, which may compile, is left
out. Processor seconds are given too, because others may use the machine.

    python bench/start_up.py --rounds 9
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("chainlead"))
TEXT = b"pay to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n"


def seconds(command: list[str]) -> tuple[float, float]:
    """Wall seconds, and processor seconds of the process and those that it ended."""
    start, used = time.perf_counter(), os.times()
    subprocess.run(command, capture_output=True, check=True)
    now = os.times()
    return time.perf_counter() - start, sum(now[2:4]) - sum(used[2:4])


def tiny_scan(folder: Path, number: int) -> tuple[float, float]:
    case = folder / f"case{number}"
    subprocess.run([PROGRAM, "case", "new", str(case)], check=True, capture_output=True)
    return seconds([PROGRAM, "scan", str(case), str(folder / "tiny.txt")])


def medians(rows: list[tuple[float, float]]) -> tuple[float, float]:
    wall, used = zip(*rows, strict=True)
    return statistics.median(wall), statistics.median(used)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=9)
    rounds = range(options.parse_args().rounds + 1)
    folder = Path(tempfile.mkdtemp(prefix="chainlead-bench-"))
    try:
        (folder / "tiny.txt").write_bytes(TEXT)
        taken = [
            (
                seconds([PROGRAM, "--help"]),
                seconds([sys.executable, "-c", "pass"]),
                tiny_scan(folder, number),
            )
            for number in rounds
        ][1:]
    finally:
        shutil.rmtree(folder)
    helped, bare, scanned = (medians(list(column)) for column in zip(*taken, strict=True))
    print(f"bare Python       {bare[0]:.3f} s, {bare[1]:.2f} s CPU")
    print(
        f"chainlead --help  {helped[0]:.3f} s, {helped[1]:.2f} s CPU, {helped[0] / bare[0]:.1f} x"
    )
    print(f"scan of {len(TEXT)} bytes  {scanned[0]:.3f} s, {scanned[1]:.2f} s CPU")


if __name__ == "__main__":
    main()
