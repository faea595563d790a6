"""How long each page of the workbench takes on a case with many findings and a large trace.

A case is made with 200,000 findings (valid addresses in a text) and a trace of 20,000 transactions.
Each page is asked for twice by one person: `first` makes what the page keeps until the case changes,
`again` is what turning pages costs. A page may take one second for `again`; the
fraction of that second is printed. `elements` counts what the graph draws.

    python bench/workbench.py --findings 200000 --transactions 20000
"""

import argparse
import itertools
import random
import sys
import tempfile
import time
from pathlib import Path
from trace import build

from evidence_file import _addresses
from starlette.testclient import TestClient

from chainlead.custody import SystemClock
from chainlead.trace import Limits
from chainlead.web import Jobs, SessionKeeper, Workbench, make_application
from chainlead.web.panel import panels
from chainlead.workflow.case import Case
from chainlead.workflow.scan import scan
from chainlead.workflow.trace import trace

HOST = "127.0.0.1:8765"
LIMIT_SECONDS = 1.0


def fill(folder: Path, findings: int, transactions: int) -> Path:
    origin = build(folder, transactions)
    exhibit = folder / "exhibit.txt"
    exhibit.write_text("\n".join(_addresses(random.Random(7), findings)))
    made = next(path.parent for path in folder.rglob("journal.jsonl"))
    with Case.open_to_write(made) as case:
        begun = time.perf_counter()
        scan(case, [exhibit])
        print(f"scan of {findings:,} addresses: {time.perf_counter() - begun:.1f} s", flush=True)
        begun = time.perf_counter()
        trace(case, origin, limits=Limits(transactions, transactions, None, None))
        print(f"trace: {time.perf_counter() - begun:.1f} s", flush=True)
    return made


def measure(made: Path, folder: Path) -> bool:
    numbers = itertools.count()
    secret = lambda: f"secret-{next(numbers)}"  # noqa: E731
    sessions = SessionKeeper(folder / "sessions.json", SystemClock(), secret, "bench")
    jobs = Jobs(folder / "runs", SystemClock(), secret)
    workbench = Workbench(made, lambda: bytes(32))
    app = make_application(workbench, sessions, jobs, hosts={HOST})
    client = TestClient(app, base_url=f"http://{HOST}")
    client.get(f"/enter?token={sessions.invite()}")
    paths = ["/", *(f"/cases/{made.name}/{panel.name}" for panel in panels())]
    paths += [f"/cases/{made.name}/findings?{q}" for q in ("page=900", "text=1a", "state=new")]
    kept = True
    print(f"{'page':44} {'first s':>8} {'again s':>8} {'of limit':>9} {'bytes':>10}  elements")
    for path in paths:
        seconds = []
        for _ in range(2):
            begun = time.perf_counter()
            answer = client.get(path)
            seconds.append(time.perf_counter() - begun)
            assert answer.status_code == 200, path
        drawn = answer.text.count("data-key") + answer.text.count("data-tail")
        share = seconds[1] / LIMIT_SECONDS
        kept &= share <= 1
        print(
            f"{path:44} {seconds[0]:8.2f} {seconds[1]:8.2f} {share:9.2f} "
            f"{len(answer.content):10,}  {drawn or ''}",
            flush=True,
        )
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--findings", type=int, default=200_000)
    parser.add_argument("--transactions", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = fill(folder, asked.findings, asked.transactions)
        sys.exit(0 if measure(made, folder) else 1)


if __name__ == "__main__":
    main()
