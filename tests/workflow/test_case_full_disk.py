"""A disk that is really full: a small file system of its own, where the system allows one."""

import json
import shutil
import subprocess
import sys

import pytest

CHILD = """
import json, sys
from pathlib import Path
from chainlead.custody import audit_journal
from chainlead.errors import DiskFullError
from chainlead.store import Store
from chainlead.workflow.case import Case, apply_entry

root, blob_bytes = Path(sys.argv[1]), int(sys.argv[2])
folder, filler, finished, stops = root / "case", root / "filler", [], []
case = Case.create(folder, key=bytes(32), who="tester")
filler.write_bytes(b"x" * 300_000)
for round_ in range(6):
    try:
        with case:
            for number in range(10_000):
                what = {"name": "title", "text": f"{round_} {number} " + "x" * 190}
                blobs = {"note": number.to_bytes(8, "big") * (blob_bytes // 8)} if blob_bytes else {}
                finished.append(case.act("case.set", what=what, blobs=blobs).digest)
        stops.append("none")
    except DiskFullError as error:
        stops.append(error.message)
    with filler.open("r+b") as file:  # somebody makes a little room
        file.truncate(250_000 - 50_000 * round_)
    case = Case.open_to_write(folder, who="tester")
known = {entry.digest for entry in case.entries}
with Store.in_memory() as again:
    projection = type(case.projection)(again, case.blobs, case.key)
    for entry in case.entries:
        apply_entry(projection, entry)
    equal = again.table_digests() == case.store.table_digests()
named = {sha256 for entry in case.entries for sha256 in entry.blobs.values()}
case.close()
print(json.dumps({
    "stops": stops, "lost": len(set(finished) - known), "finished": len(finished), "equal": equal,
    "sound": audit_journal(folder / "journal.jsonl").damage is None,
    "blobs": set(case.blobs.names()) == named,
}))
"""


@pytest.mark.parametrize("blob_bytes", [0, 20_000])
def test_a_full_disk_loses_no_finished_act_and_leaves_no_half_one(tmp_path, blob_bytes):
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("this system has no unshare")
    mount = "mount -t tmpfs -o size=1m tmpfs"
    probe = [unshare, "-rm", "sh", "-c", f'{mount} "$0"', str(tmp_path)]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("this system allows no file system of one's own")
    script = tmp_path.parent / f"{tmp_path.name}.py"
    script.write_text(CHILD)
    run = subprocess.run(
        [
            *(unshare, "-rm", "sh", "-c", f'{mount} "$0" && exec "$@"', str(tmp_path)),
            *(sys.executable, str(script), str(tmp_path), str(blob_bytes)),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert len(seen["stops"]) == 6
    assert all("No space" in stop for stop in seen["stops"])
    assert seen["finished"] > 20
    assert (seen["lost"], seen["equal"], seen["sound"], seen["blobs"]) == (0, True, True, True)
