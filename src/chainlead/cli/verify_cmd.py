"""`chainlead verify`: make the case again from its journal and compare every byte."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from chainlead.cli._output import Json, print_json, printable

app = typer.Typer()


@app.command()
def verify(
    case: Annotated[
        Path,
        typer.Argument(
            metavar="CASE", help="The case folder, or the zip of a pack.", show_default=False
        ),
    ],
    *,
    as_json: Json = False,
) -> None:
    """Re-perform the case and compare every byte; say where it differs.

    A pack is unpacked into a private folder for temporary files, which is removed at the end.
    """
    from dataclasses import asdict

    from chainlead.errors import CaseNotFoundError, VerificationError
    from chainlead.workflow.case import JOURNAL
    from chainlead.workflow.unpack import is_pack, verify_pack
    from chainlead.workflow.verify import verify as verify_case

    check = verify_pack if is_pack(case) else verify_case
    if check is verify_case and not (case / JOURNAL).is_file():
        if case.is_file():
            raise CaseNotFoundError(
                f"{case} is no pack: it does not end as a zip does.",
                next_step="Compare its SHA-256 with the one that was told, and ask for the pack again.",
            )
        raise CaseNotFoundError(f"{case} holds no case.")
    done = check(case, lambda step: print(f"checking {step} …", file=sys.stderr))
    if as_json:
        print_json({**asdict(done), "verified": not done.problems})
    else:
        for problem in done.problems:
            print(printable(f"{problem.place}: {problem.sentence}"))
        for note in done.notes:
            print(printable(note))
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
