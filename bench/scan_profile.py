"""Where the processor's time goes in a search of the bench file: seconds per GiB, one thread.

Every stage of one whole search is timed where it stands; indented stages are parts of the one
above. Of several turns the one with the smallest sum is printed: other work on the machine only
adds to it.

    python bench/scan_profile.py --size 1024
"""

import argparse
import os
import shutil
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from evidence_file import build
from scan import PAGE, steady

from chainlead import kernels
from chainlead.findings import collector, scan

TURNS = 4
STAGES = {
    "reading": (os, "pread"),
    "search": (scan, "_search"),
    "  marks of all blocks": (kernels, "mark_blocks"),
    "  runs of letters and digits": (kernels, "find_checked_runs"),
    "  runs of list words": (kernels, "find_word_runs"),
    "  host names": (kernels, "find_dotted_names"),
    "  schemes": (kernels, "find_scheme_names"),
    "  groups of digits": (kernels, "find_digit_groups"),
    "  16-bit text": (kernels, "find_wide_text"),
    "  texts of devices": (kernels, "find_byte_text"),
    "assembling": (collector.Collector, "add"),
    "  masking": (collector, "_surroundings"),
    "choice of layers, last masking": (collector.Collector, "findings"),
}


def watch(owner: Any, name: str, label: str, used: defaultdict[str, float]) -> None:
    """Have the thread's processor time in a function counted."""
    whole = getattr(owner, name)

    def watched(*arguments: Any) -> Any:
        begun = time.thread_time()
        try:
            return whole(*arguments)
        finally:
            used[label] += time.thread_time() - begun

    setattr(owner, name, watched)


def profile(path: Path) -> None:
    used: defaultdict[str, float] = defaultdict(float)
    for label, (owner, name) in STAGES.items():
        watch(owner, name, label, used)
    turns: list[dict[str, float]] = []
    for _ in range(TURNS + 1):
        used.clear()
        begun = time.process_time()
        steady(path, 1)
        used["all"] = time.process_time() - begun
        turns.append({label: used[label] for label in (*STAGES, "all")})
    best = min(turns[1:], key=lambda turn: turn["all"])  # the first one loads the kernels
    inside = sum(best[label] for label in STAGES if not label.startswith(" "))
    best["copies of pages, the rest"] = best["all"] - inside
    for label in (*STAGES, "copies of pages, the rest", "all"):
        print(f"{label:32s} {best[label] * (1 << 30) / path.stat().st_size:6.3f}")


def sum_of_bytes(path: Path) -> float:
    """Seconds per GiB of the least that a pass can cost: all bytes, in memory, added up."""
    content = np.fromfile(path, dtype=np.uint8)
    pages = [content[at : at + PAGE].view(np.uint64) for at in range(0, len(content), PAGE)]
    times = []
    for _ in range(TURNS):
        begun = time.process_time()
        for page in pages:
            page.sum()
        times.append(time.process_time() - begun)
    return min(times) * (1 << 30) / len(content)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--size", type=int, default=1024, help="MiB")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chainlead-bench-"))
    try:
        path = folder / "evidence.bin"
        build(path, chosen.size << 20, chosen.seed)
        profile(path)
        print(f"{'(adding up all bytes in memory)':32s} {sum_of_bytes(path):6.3f}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
