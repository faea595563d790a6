"""`chainlead case retention|disclose|purge`: how long a case is kept, who gets it, and its end."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json, printable

Recipients = Annotated[
    list[str] | None, typer.Option("--to", help="Who gets it, for the log. Repeatable.")
]


class TablesPlace(StrEnum):
    """Where the tables of a case can be."""

    POSTGRESQL = "postgresql"
    FOLDER = "folder"


ToCountry = Annotated[
    str, typer.Option("--to-country", help="Where the recipient sits, two letters.")
]
OutsideEu = Annotated[
    str,
    typer.Option("--outside-eu", help="Why a transfer out of the EU is necessary (LED Art. 39)."),
]


def add_keeping_commands(app: typer.Typer) -> None:
    """Hang the commands into `chainlead case`."""
    app.command("retention")(retention)
    app.command("disclose")(disclose)
    app.command("purge")(purge)
    app.command("move-store")(move_store)


def retention(
    case: CaseFolder,
    *,
    review: Annotated[
        datetime | None,
        typer.Option("--review", formats=["%Y-%m-%d"], help="Look again on this day."),
    ] = None,
    erase: Annotated[
        datetime | None,
        typer.Option(
            "--erase", formats=["%Y-%m-%d"], help="The data are to be erased on this day."
        ),
    ] = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Show until when the case is kept, or decide it; `chainlead deadlines` reminds of both days."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.retention import lookup_retention, set_retention

    if review or erase:
        with Case.open_to_write(case) as opened:
            kept = set_retention(
                opened,
                review_on=review.date() if review else None,
                erase_on=erase.date() if erase else None,
                why=why,
            )
    else:
        with Case.open_to_read(case) as opened:
            found = lookup_retention(opened.store)
        if found is None:
            if as_json:
                print_json({"review_on": None, "erase_on": None})
            else:
                print("Nobody decided how long this case is kept.")
                print(f"Next: chainlead case retention {case} --review 2027-06-30 --why REASON")
            return
        kept = found
    if as_json:
        print_json(
            {
                "review_on": kept.review_on,
                "erase_on": kept.erase_on,
                "who": kept.who,
                "at": kept.at,
                "why": kept.why,
            }
        )
        return
    print(
        f"Review on: {kept.review_on or 'not decided'}; erase on: {kept.erase_on or 'not decided'}"
    )
    print(printable(f"Decided by {kept.who} on {kept.at}: {kept.why}"))


def disclose(
    case: CaseFolder,
    thing: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="What was handed out, in words.", show_default=False),
    ],
    *,
    to: Recipients = None,
    to_country: ToCountry = "",
    outside_eu: OutsideEu = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Record that something of the case was handed out: to whom and why. Nothing is sent."""
    from chainlead.errors import ReasonMissingError
    from chainlead.workflow.case import Case
    from chainlead.workflow.personal_data import note_disclosure

    if not why.strip() or not to:
        raise ReasonMissingError(
            "A record of a disclosure names the recipient and the reason.",
            next_step="Give --to and --why.",
        )
    with Case.open_to_write(case) as opened:
        noted = note_disclosure(
            opened, thing, why=why, recipients=to, to_country=to_country, outside_eu=outside_eu
        )
    if as_json:
        print_json({"recorded": noted, "thing": thing, "recipients": to})
    else:
        print("Recorded." if noted else "The last act says the same; nothing was added.")


def move_store(
    case: CaseFolder,
    *,
    to: Annotated[
        TablesPlace,
        typer.Option(
            "--to", help="`postgresql`: the server of CHAINLEAD_DATABASE; `folder`: case.db."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Move the tables of a case to the team's PostgreSQL server, or back into the folder.

    Every row is compared after it was copied. Journal, stored files and key stay in the folder.
    """
    from chainlead.config import required_database_url
    from chainlead.workflow.move_store import move_to_folder, move_to_server

    url = required_database_url()
    move = move_to_server if to is TablesPlace.POSTGRESQL else move_to_folder
    moved = move(case, url)
    if as_json:
        print_json(
            {
                "place": moved.place,
                "tables_sha256": moved.tables_sha256,
                "table_count": moved.table_count,
            }
        )
        return
    print(
        f"The tables are now in {moved.place}; all {moved.table_count} have the same rows as before."
    )
    print(f"Digest of the tables: {moved.tables_sha256}")


def purge(
    case: CaseFolder,
    *,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="CODE", help="The code of the order: erases now.")
    ] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Erase the content of a case in two steps: one person orders, another confirms with the code.

    The journal stays whole, with every digest. Stored files, exported files and tables go for good.
    """
    from chainlead.workflow.case import Case
    from chainlead.workflow.purge import confirm_purge, order_purge

    with Case.open_to_write(case) as opened:
        if not confirm:
            order = order_purge(opened, why=why)
        else:
            done = confirm_purge(opened, confirm, why=why)
    if not confirm:
        if as_json:
            print_json(
                {
                    "code": order.code,
                    "valid_until": order.valid_until,
                    "stored_files": order.blob_count,
                    "exported_files": order.file_count,
                    "open_requests": order.open_requests,
                }
            )
            return
        print(
            f"Ordered, nothing is erased yet: {order.blob_count} stored and {order.file_count} exported "
            "files and all tables would go for good."
        )
        for draft_id in order.open_requests:
            print(f"Warning: the request {draft_id} was sent and is not closed.")
        print(f"Another person confirms until {order.valid_until}:")
        print(f"  chainlead case purge {case} --confirm {order.code}")
        return
    if as_json:
        print_json(
            {
                "stored_files": done.blob_count,
                "exported_files": done.file_count,
                "ordered_by": done.ordered_by,
                "seq": done.seq,
                "digest": done.digest,
            }
        )
        return
    print(f"Erased: {done.blob_count} stored and {done.file_count} exported files, and all tables.")
    print(f"The journal keeps the trace: act {done.seq}, digest {done.digest}")
    print("Not erased: the exhibits, copies, packs and prints. They are for you to deal with.")
