import time

from chainlead.custody import SystemClock
from chainlead.web import Jobs
from chainlead.web.jobs import JobState


def wait_for(jobs, job_id, seconds=120):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = jobs.find(job_id)
        if job.state is not JobState.RUNNING:
            return job
        time.sleep(0.1)
    raise AssertionError("the run did not end")


def test_a_run_is_found_again_by_another_server(tmp_path, secrets_of_test):
    first = Jobs(tmp_path, SystemClock(), secrets_of_test)
    job_id = first.start("c", "Say the build", ["--version"], "ada")
    second = Jobs(tmp_path, SystemClock(), secrets_of_test)
    job = wait_for(second, job_id)
    assert job.state is JobState.DONE
    assert job.command.who == "ada"
    assert second.output(job_id).strip()


def test_a_run_that_fails_says_why(tmp_path, secrets_of_test):
    jobs = Jobs(tmp_path, SystemClock(), secrets_of_test)
    job = wait_for(jobs, jobs.start("c", "Scan", ["scan", str(tmp_path / "none"), "x"], "ada"))
    assert job.state is JobState.FAILED
    assert any("CaseNotFoundError" in line for line in job.messages)


def test_a_run_that_was_killed_is_not_shown_as_done(tmp_path, secrets_of_test):
    jobs = Jobs(tmp_path, SystemClock(), secrets_of_test)
    job_id = jobs.start("c", "Say the build", ["--version"], "ada")
    wait_for(jobs, job_id)
    (tmp_path / job_id / "result").unlink()
    assert jobs.find(job_id).state is JobState.LOST


def test_a_made_up_run_is_none(tmp_path, secrets_of_test):
    jobs = Jobs(tmp_path, SystemClock(), secrets_of_test)
    assert jobs.find("../x") is None
    assert jobs.output("../x") == b""
    jobs.cancel("../x")


def test_a_run_that_is_cancelled_stops_and_keeps_what_it_finished(tmp_path, secrets_of_test):
    from chainlead.workflow.case import Case

    Case.create(tmp_path / "case", key=bytes(32)).close()
    exhibit = tmp_path / "exhibit"
    exhibit.mkdir()
    for number in range(3_000):
        (exhibit / f"{number}.txt").write_text("nothing is in here\n" * 2_000)
    jobs = Jobs(tmp_path / "runs", SystemClock(), secrets_of_test)
    arguments = ["scan", "--workers=0", "--", str(tmp_path / "case"), str(exhibit)]
    job_id = jobs.start("case", "Read", arguments, "ada")
    until = time.monotonic() + 120
    while not jobs.find(job_id).progress and time.monotonic() < until:
        time.sleep(0.05)
    jobs.cancel(job_id)
    job = wait_for(jobs, job_id)
    assert job.state is JobState.CANCELLED, job.messages
    assert any("goes on" in line for line in job.messages)
    with Case.open_to_read(tmp_path / "case") as case:
        assert case.entries[-1].act == "case.seal"
