"""Time of `chainlead --help` as a ratio to a bare Python start, medians of 9 runs each."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("chainlead"))


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - start


def main() -> None:
    pairs = [
        (seconds([PROGRAM, "--help"]), seconds([sys.executable, "-c", "pass"])) for _ in range(10)
    ][1:]
    helped, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"chainlead --help {helped:.3f} s, bare Python {bare:.3f} s, ratio {helped / bare:.1f}")


if __name__ == "__main__":
    main()
