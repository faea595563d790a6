"""The last runs of a case by their command, and what they printed as their result."""

import json
from typing import Any

from chainlead.web.jobs import Job, JobState
from chainlead.web.visit import Visit

_LOOKED_AT = 60
_MOST_CHARACTERS = 20_000
_HAS_RESULT = frozenset({JobState.DONE, JobState.WARNINGS, JobState.FAILED})


def last_run(visit: Visit, case_name: str, *words: str, ended: bool = False) -> Job | None:
    """The newest run whose command begins with these words; with `ended`, the newest that is over."""
    for job in visit.jobs.of_case(case_name, _LOOKED_AT):
        fits = tuple(job.command.arguments[: len(words)]) == words
        if fits and (not ended or job.state in _HAS_RESULT):
            return job if isinstance(job, Job) else None
    return None


def text_of(visit: Visit, job: Job | None) -> str:
    """What a run printed, as far as a page shows it; empty without a run."""
    if job is None:
        return ""
    text = str(visit.jobs.output(job.job_id), "utf-8", "replace")
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "\n…"


def document_of(visit: Visit, job: Job | None) -> dict[str, Any] | None:
    """The result of a run with `--json`; None where there is none."""
    if job is None or job.state is JobState.FAILED:
        return None
    try:
        document = json.loads(visit.jobs.output(job.job_id))
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
