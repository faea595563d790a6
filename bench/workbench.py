"""How long each page of the workbench takes on a case with many findings and a large trace.

A case is made with 200,000 findings (valid addresses in a text) and a trace of 20,000 transactions.
Each page is asked for twice by one person: `first` makes what the page keeps until the case changes,
`again` is what turning pages costs. A page may take one second for `again`; the
fraction of that second is printed. `elements` counts what the graph draws.

Then each page that takes long is asked for as after a start of the server: nothing is kept, and no
work goes on behind it. `plain` is the least that anybody has to do for it, measured in the same run:
for lists, every finding's line read with the sqlite3 module and sorted; for pictures, the stored
trace read with the json module. Processor seconds. `MOST_TIMES` says how many times as long as that
a first load may take; a picture also needs the leads, which ask the ledger.

At last a person opens the case, goes to the findings and the graph at once, and a second person asks
for two other pages all the while: the longest that each had to wait, with what goes on behind.

    python bench/workbench.py --findings 200000 --transactions 20000
"""

import argparse
import itertools
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from trace import build

from evidence_file import _addresses
from starlette.testclient import TestClient

from chainlead.custody import SystemClock
from chainlead.trace import Limits
from chainlead.web import Jobs, SessionKeeper, Workbench, desk, make_application
from chainlead.web.panel import panels
from chainlead.web.serving import SWITCH_SECONDS
from chainlead.workflow.case import Case
from chainlead.workflow.scan import scan
from chainlead.workflow.trace import trace

HOST = "127.0.0.1:8765"
LIMIT_SECONDS = 1.0
LIST, PICTURE = "every line", "stored trace"
MOST_TIMES = {LIST: 4, PICTURE: 24}
FIRST_LOADS = {
    "findings": LIST,
    "graph": PICTURE,
    "graph?rule=poison": PICTURE,
    "graph?rule=compare": PICTURE,
    "leads": PICTURE,
    "timeline": PICTURE,
}
WAITS = 202
AS_A_PAGE = {"sec-fetch-mode": "navigate"}


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


def browser_at(made: Path, folder: Path) -> TestClient:
    sys.setswitchinterval(SWITCH_SECONDS)
    numbers = itertools.count()
    secret = lambda: f"secret-{next(numbers)}"  # noqa: E731
    sessions = SessionKeeper(folder / "sessions.json", SystemClock(), secret, "bench")
    jobs = Jobs(folder / "runs", SystemClock(), secret)
    workbench = Workbench(made, lambda: bytes(32))
    app = make_application(workbench, sessions, jobs, hosts={HOST})
    client = TestClient(app, base_url=f"http://{HOST}")
    client.get(f"/enter?token={sessions.invite()}")
    return client


def measure(made: Path, client: TestClient) -> bool:
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


def processor_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def start_anew(made: Path) -> None:
    """Nothing is kept any more, and nothing goes on."""
    while not desk.BEHIND.is_idle:
        time.sleep(0.05)
    desk.KEPT.forget(made)


def every_line(made: Path) -> None:
    """The lines of the triage list in their order, with nothing else."""
    columns = "role, certainty, kind, value, finding_id, exhibit, candidates"
    with sqlite3.connect(made / "case.db") as database:
        sorted(database.execute(f"SELECT {columns} FROM findings").fetchall())


def stored_traces(made: Path) -> None:
    """The stored traces, decoded."""
    with Case.open_to_read(made) as case:
        for row in case.store.rows("traces"):
            json.loads(case.blobs.get(row["result_sha256"]))


def measure_first(made: Path, client: TestClient) -> bool:
    """Each page after a start, with nothing behind it."""
    start_anew(made)
    plain = {
        LIST: processor_seconds(lambda: every_line(made)),
        PICTURE: processor_seconds(lambda: stored_traces(made)),
    }
    print(f"\n{'first load after a start':44} {'cpu s':>8} {'plain s':>8} {'times':>9}")
    behind, kept = desk._look_through, True  # noqa: SLF001
    desk._look_through = lambda *_: None  # noqa: SLF001
    for path, peer in FIRST_LOADS.items():
        start_anew(made)
        took = processor_seconds(lambda path=path: client.get(f"/cases/{made.name}/{path}"))
        times = took / plain[peer]
        kept &= times <= MOST_TIMES[peer]
        print(f"{path:44} {took:8.2f} {plain[peer]:8.2f} {times:9.1f}  {peer}", flush=True)
    desk._look_through = behind  # noqa: SLF001
    return kept


def measure_together(made: Path, client: TestClient) -> None:
    """What two people wait for after a start."""
    start_anew(made)
    longest: dict[str, float] = {}
    is_over = False

    def ask(path: str, name: str) -> int:
        begun = time.perf_counter()
        status = int(client.get(path, headers=AS_A_PAGE).status_code)
        longest[name] = max(longest.get(name, 0.0), time.perf_counter() - begun)
        return status

    def other() -> None:
        while not is_over:
            for page in ("evidence", "settings"):
                ask(f"/cases/{made.name}/{page}", f"second person: {page}")

    with ThreadPoolExecutor() as pool:
        second = pool.submit(other)
        ask(f"/cases/{made.name}/overview", "overview")
        for page in ("findings", "graph"):
            begun, path = time.perf_counter(), f"/cases/{made.name}/{page}"
            if ask(path, f"{page}: something is seen") == WAITS:
                client.get(path)  # as the page that waits asks: until it is there
            longest[f"{page}: all of it is there"] = time.perf_counter() - begun
        is_over = True
        second.result()
    print(f"\n{'together, after a start':44} {'longest wait s':>16}")
    for name, seconds in longest.items():
        print(f"{name:44} {seconds:16.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--findings", type=int, default=200_000)
    parser.add_argument("--transactions", type=int, default=20_000)
    parser.add_argument("--case", type=Path, help="measure this case instead of a made one")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = (asked.case or fill(folder, asked.findings, asked.transactions)).resolve()
        client = browser_at(made, folder)
        is_kept = measure(made, client)
        is_kept &= measure_first(made, client)
        measure_together(made, client)
        sys.exit(0 if is_kept else 1)


if __name__ == "__main__":
    main()
