"""`chainlead findings unread`: what a scan could not read, or not completely, place by place."""

from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, print_json_lines, print_table


def unread(
    case: CaseFolder,
    *,
    exhibit: Annotated[str, typer.Option(help="Only of this exhibit, for example E1.")] = "",
    reason: Annotated[str, typer.Option(help="Only with this reason, for example damaged.")] = "",
    as_json: Json = False,
) -> None:
    """List what could not be read, or not completely: where, why, and what was searched of it."""
    from chainlead.cli._consultation import consult
    from chainlead.findings import make_visible
    from chainlead.workflow.findings import list_unread

    with consult(case, "unread") as opened:
        rows = list_unread(opened, exhibit=exhibit, reason=reason)
    if as_json:
        print_json_lines(rows)
        return
    print_table(
        ("exhibit", "reason", "place", "what happened"),
        (
            (
                row["exhibit"],
                row["reason"],
                make_visible(" › ".join(row["location"])),
                make_visible(row["detail"]),
            )
            for row in rows
        ),
    )
    print(f"\n{len(rows)} places.")
