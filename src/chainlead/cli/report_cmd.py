"""`chainlead report`: write the report into the case folder."""

import typer

from chainlead.cli._case_keeping import OutsideEu, Recipients, ToCountry
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json, print_table

app = typer.Typer(help="Write the report (PDF, JSON, pictures, tables) into the case folder.")


@app.command()
def report(
    case: CaseFolder,
    *,
    to: Recipients = None,
    to_country: ToCountry = "",
    outside_eu: OutsideEu = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Write CASE/reports: report.pdf, report.json, a picture per trail, tables as CSV.

    A second run on an unchanged case gives the same bytes. Exit code 1: the report is written, and
    it lists items that could not be read.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.personal_data import note_disclosure
    from chainlead.workflow.report import export_report

    with Case.open_to_write(case) as opened:
        note_disclosure(
            opened, "report", why=why, recipients=to or (), to_country=to_country,
            outside_eu=outside_eu,
        )  # fmt: skip
        made = export_report(opened)
        unread = opened.store.count("unread")
    if as_json:
        print_json(
            {
                "folder": str(made.folder),
                "files": dict(made.files),
                "content_sha256": made.content_sha256,
                "content_head": made.content_head,
                "unread": unread,
            }
        )
    else:
        print(f"Report: {made.folder / 'report.pdf'}")
        print_table(("File", "SHA-256"), sorted(made.files.items()))
        print(f"Content SHA-256: {made.content_sha256}")
        print(f"Journal digest:  {made.content_head}")
        print(f"Check it again with: chainlead verify {case}")
    if unread:
        raise typer.Exit(WARNINGS)
