"""`chainlead verify`: make the case again from its journal and compare every byte."""

import sys

import typer

from chainlead.cli._output import CaseFolder, Json, print_json

app = typer.Typer()


@app.command()
def verify(case: CaseFolder, *, as_json: Json = False) -> None:
    """Re-perform the case and compare every byte; say where it differs."""
    from dataclasses import asdict

    from chainlead.errors import CaseNotFoundError, VerificationError
    from chainlead.workflow.case import JOURNAL
    from chainlead.workflow.verify import verify as verify_case

    if not (case / JOURNAL).is_file():
        raise CaseNotFoundError(f"{case} holds no case.")
    done = verify_case(case, lambda step: print(f"checking {step} …", file=sys.stderr))
    if as_json:
        print_json({**asdict(done), "verified": not done.problems})
    else:
        for problem in done.problems:
            print(f"{problem.place}: {problem.sentence}")
        for note in done.notes:
            print(note)
        print(
            f"{done.entries} journal entries, {done.blobs} stored files, {done.reperformed} traces "
            f"and drafts made again, {done.report_files} report files made again."
        )
        print(f"Journal head: {done.head}")
    if done.problems:
        raise VerificationError(
            f"The case is not as it was written: {len(done.problems)} problem(s)."
        )
    if not as_json:
        print("Verified: the case gives the same bytes again.")
