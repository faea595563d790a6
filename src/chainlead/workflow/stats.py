"""The unit's figures over several case folders, each opened for reading."""

from collections.abc import Iterable
from pathlib import Path

from chainlead.errors import ChainleadError
from chainlead.prevalence import CaseFacts, Figures, Trace, count_cases
from chainlead.workflow.case import Case


def unit_figures(folders: Iterable[Path], *, with_practice: bool = False) -> Figures:
    """Count the cases of these folders; one that is given twice counts once.

    Args:
        folders: case folders.
        with_practice: count practice cases too.

    Raises:
        CaseNotFoundError: a folder holds no case.
        JournalDamagedError, CaseDamagedError: a file of a case is not what was written.
    """
    facts: dict[str, CaseFacts] = {}
    for folder in folders:
        try:
            with Case.open_to_read(folder) as case:
                facts.setdefault(case.history[0].digest, case_facts(case))
        except ChainleadError as error:  # say which of the folders it is
            if str(folder) in error.message:
                raise
            raise type(error)(
                f"{folder}: {error.message}", safe=error.safe, next_step=error.next_step
            ) from error
    return count_cases(facts.values(), with_practice=with_practice)


def case_facts(case: Case) -> CaseFacts:
    """What one case says for the figures."""
    triage = {row["finding_id"]: row["state"] for row in case.store.rows("triage")}
    columns = ("finding_id", "kind", "certainty", "role", "candidates")
    traces = tuple(
        Trace(
            kind=row["kind"],
            certainty=row["certainty"],
            role=row["role"],
            triage=triage.get(row["finding_id"], "new"),
            chains=tuple(candidate["chain"] for candidate in row["candidates"]),
        )
        for row in case.store.rows("findings", columns=columns)
    )
    return CaseFacts(
        opened_at=case.history[0].at,
        is_searched=case.store.count("exhibits", state="scanned") > 0,
        is_practice=case.settings.get("practice") == "yes",
        traces=traces,
    )
