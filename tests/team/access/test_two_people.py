"""Two people at one case at the same time, from two processes: on a file, and on a database server."""

import itertools
import random
import subprocess
import sys
from collections import Counter

import pytest

from chainlead.config import checked_settings
from chainlead.custody import read_entries
from chainlead.workflow.case import Case
from chainlead.workflow.concurrency import changes_since, subjects_of
from chainlead.workflow.verify import verify

PEOPLE = ("iris", "ivar")
EACH = 100
NAMES = ("unit", "reference", "title")

WORKER = """
import random, sys, time
from pathlib import Path
from chainlead.workflow.case import set_setting
from chainlead.workflow.concurrency import StaleError, guard_acts, open_patiently

folder, who, wanted = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
dice, seen, done, refused = random.Random(who), 0, 0, 0
while done < wanted:
    with open_patiently(folder, who, seconds=60) as case:
        guard_acts(case, seen=seen, who=who)
        try:
            set_setting(case, dice.choice(("unit", "reference", "title")), f"{who} {done}", why=f"saw {seen}")
            done += 1
        except StaleError as error:
            assert error.others and all(other.who != who for other in error.others)
            seen, refused = error.head, refused + 1
    time.sleep(dice.random() * 0.12)  # a person who never stops would never let the other in
    if dice.random() < 0.3:
        with open_patiently(folder, who, seconds=60) as case:
            seen = case.history[-1].seq
print(done, refused)
"""


@pytest.fixture(params=["file", "postgresql"])
def shared(request, tmp_path):
    """A case whose tables are in a file, or on a server."""
    database = ""
    if request.param == "postgresql":
        database = request.getfixturevalue("team_database")
    folder = tmp_path / "case"
    Case.create(folder, key=bytes(range(32)), who="owner", database=database).close()
    return folder


@pytest.mark.slow
def test_hundreds_of_interleaved_decisions_lose_none_and_overwrite_none_unseen(shared):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(shared), who, str(EACH)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for who in PEOPLE
    ]  # fmt: skip
    said = [process.communicate(timeout=400) for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    entries = tuple(read_entries(shared / "journal.jsonl"))
    made = [entry for entry in entries if entry.act == "case.set"]
    assert Counter(entry.who for entry in made) == dict.fromkeys(PEOPLE, EACH)
    assert sorted((e.who, e.what["text"]) for e in made) == sorted(
        (who, f"{who} {number}") for who in PEOPLE for number in range(EACH)
    )
    authors = [entry.who for entry in made]
    turns = sum(one != other for one, other in itertools.pairwise(authors))
    assert turns >= 20, "the two did not meet"
    refused = [int(out.split()[1]) for out, _ in said]
    assert min(refused) >= 1
    for entry in made:
        seen = int(entry.why.removeprefix("saw "))
        subjects = subjects_of(entry.act, entry.what, entries)
        assert changes_since(entries[: entry.seq], seen, subjects, entry.who) == ()
    last = {entry.what["name"]: entry.what["text"] for entry in made}
    with Case.open_to_read(shared) as case:
        assert case.settings == {**checked_settings({}), **last}
    assert verify(shared).problems == []


def test_threads_of_one_server_keep_to_the_same_rule(unit):
    """The same over the pages: what each person's page had seen decides."""
    import re
    import threading

    from chainlead.workflow.findings import STATES

    unit.store.add_person("iris", "Iris", None, at=unit.desk.clock.now())
    hashed = unit.desk.identity.passwords.hash("harbour violin seven lantern")
    unit.store.set_password("iris", hashed, must_change=False)
    unit.store.set_role(unit.key, "iris", "investigator", at=unit.desk.clock.now())
    with Case.open_to_read(unit.folder) as case:
        chosen = [row["finding_id"] for row in case.store.rows("findings")][:4]
    path = "/cases/nordlicht/findings/judge"
    tokens = {who: unit.token(who) for who in PEOPLE}
    results = {who: Counter() for who in PEOPLE}

    def work(who):
        dice, seen = random.Random(who), unit.seen(who)
        for number in range(12):
            fields = {
                "form_token": tokens[who], "finding": dice.choice(chosen), "seen": seen,
                "state": dice.choice(STATES), "why": f"{who} {number} saw {seen}",
            }  # fmt: skip
            answer = unit.at(who).post(path, data=fields, headers={"origin": unit.desk.origin})
            results[who][answer.status_code] += 1
            if answer.status_code == 409:
                seen = re.search(r'name="seen" value="(\d+)"', answer.text)[1]

    threads = [threading.Thread(target=work, args=(who,)) for who in PEOPLE]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(set(found) <= {303, 409} for found in results.values())
    assert sum(found[409] for found in results.values()) >= 1
    entries = tuple(read_entries(unit.folder / "journal.jsonl"))
    made = [e for e in entries if e.act == "findings.triage_many" and e.who in PEOPLE]
    assert len(made) >= 4
    for entry in made:
        seen = int(entry.why.rpartition(" ")[2])
        subjects = subjects_of(entry.act, entry.what, entries)
        assert changes_since(entries[: entry.seq], seen, subjects, entry.who) == ()
    assert [p.sentence for p in verify(unit.folder).problems if p.place != "reports"] == []
