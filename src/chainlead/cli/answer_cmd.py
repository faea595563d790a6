"""`chainlead answer`: read what a service answered, see what is missing, follow what it leads on to."""

from pathlib import Path
from typing import Annotated, Any

import typer

from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json, print_table
from chainlead.cli._request_states import At, parse_moment

app = typer.Typer(
    no_args_is_help=True, help="Read a service's answer; every row stays a statement."
)

profiles = typer.Typer(no_args_is_help=True, help="What the columns of a service's answers mean.")
app.add_typer(profiles, name="profile")

AnswerId = Annotated[
    str, typer.Argument(metavar="ANSWER", help="An answer's id (or its beginning).")
]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="The files that came.")]
Profile = Annotated[str, typer.Option("--profile", help="Answer profile: what the columns mean.")]
Encoding = Annotated[
    str, typer.Option("--encoding", help="Of text files, where it is not found out (cp850, …).")
]
Separator = Annotated[str, typer.Option("--separator", help="Of CSV files, one character.")]


@app.command("import")
def import_files(
    case: CaseFolder,
    draft: Annotated[str, typer.Argument(metavar="DRAFT", help="The request that was answered.")],
    files: Files,
    *,
    timezone: Annotated[
        str,
        typer.Option(
            "--timezone", help="Of times that say none themselves: UTC, Europe/Stockholm, +02:00."
        ),
    ] = "",
    profile: Profile = "",
    accept: Annotated[
        bool, typer.Option("--accept", help="You looked at the proposed meaning; it is right.")
    ] = False,
    encoding: Encoding = "",
    separator: Separator = "",
    at: At = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Import the answer to a request: XLSX, CSV, PDF text, IVMS101 JSON, or a zip of these."""
    from chainlead.request import answer_document
    from chainlead.workflow.answers import import_answer
    from chainlead.workflow.case import Case

    with Case.open_to_write(case) as opened:
        made = import_answer(
            opened,
            draft,
            files,
            timezone=timezone,
            profile=profile,
            accept_proposed=accept,
            encoding=encoding,
            separator=separator,
            received_at=parse_moment(at),
            why=why,
        )
    document = answer_document(made) | {"state_note": made.state_note}
    if as_json:
        print_json(document)
    else:
        _print_answer(document)
        if made.state_note:
            print(f"Note: {made.state_note}")
    if made.doubts or made.state_note:
        raise typer.Exit(WARNINGS)


@app.command("list")
def list_all(case: CaseFolder, *, as_json: Json = False) -> None:
    """List the answers of a case."""
    from chainlead.workflow.answers import list_answers
    from chainlead.workflow.case import Case

    with Case.open_to_read(case) as opened:
        found = list_answers(opened)
    if as_json:
        print_json({"answers": found})
        return
    if not found:
        print("No answer was imported yet.")
        return
    print_table(
        ("answer", "draft", "service", "came", "state", "rows", "left to ask"),
        [
            (
                row["answer_id"],
                row["draft_id"],
                row["service"],
                row["received_at"][:10],
                row["state"],
                sum(sheet["rows"] for sheet in row["sheets"]),
                len(row["unanswered"]["sentences"]),
            )
            for row in found
        ],
    )


@app.command("show")
def show(case: CaseFolder, answer: AnswerId, *, why: Why = "", as_json: Json = False) -> None:
    """Show an answer: its rows, what the ledger says to them, doubts, what is left, where it leads."""
    from chainlead.cli._consultation import consult
    from chainlead.workflow.answers import answer_leads, answer_rows, get_answer

    with consult(case, "answers", why=why) as opened:
        row = get_answer(opened.store, answer)
        document = {
            **row,
            "rows": answer_rows(opened.store, row["answer_id"]),
            "leads": answer_leads(opened.store, row["answer_id"]),
        }
    if as_json:
        print_json(document)
    else:
        _print_answer(document)


@app.command("look")
def look_at(
    files: Files,
    *,
    profile: Profile = "",
    encoding: Encoding = "",
    separator: Separator = "",
    as_json: Json = False,
) -> None:
    """Look at files without a case: their sheets, and what their columns are taken to mean."""
    import msgspec

    from chainlead.workflow.answers import look

    read, proposed = look(files, profile=profile, encoding=encoding, separator=separator)
    if as_json:
        print_json(
            {
                "files": [
                    {
                        "name": file.name,
                        "sha256": file.sha256,
                        "form": file.form,
                        "state": file.state,
                        "note": file.note,
                        "sheets": [
                            {"name": sheet.name, "rows": len(sheet.rows), "notes": sheet.notes}
                            for sheet in file.sheets
                        ],
                    }
                    for file in read
                ],
                "profile": msgspec.to_builtins(proposed),
            }
        )
        return
    for file in read:
        print(f"{file.name}  {file.form} {file.state}  sha256 {file.sha256}")
        if file.note:
            print(f"  {file.note}")
        for sheet in file.sheets:
            print(f"  sheet {sheet.name!r}: {len(sheet.rows)} rows")
            for note in sheet.notes:
                print(f"    {note}")
    print()
    _print_profile(msgspec.to_builtins(proposed))


@app.command("follow-up")
def draft_follow_up(
    case: CaseFolder,
    answer: AnswerId,
    *,
    language: Annotated[str, typer.Option("--language", help="Of the letter.")] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Draft a request for exactly what the answer left open; sends nothing."""
    from chainlead.workflow.answer_follow_up import follow_up
    from chainlead.workflow.answers import get_answer
    from chainlead.workflow.case import Case
    from chainlead.workflow.request import REQUESTS

    with Case.open_to_write(case) as opened:
        left = get_answer(opened.store, answer)["unanswered"]
        made = follow_up(opened, answer, language=language, why=why)
    folder = case / REQUESTS / made.draft_id
    if as_json:
        print_json(
            {
                "draft_id": made.draft_id,
                "items": left["numbers"],
                "asks": left["sentences"],
                "files": [str(folder / name) for name in made.files],
                "confirm": made.choice.confirm,
            }
        )
        return
    print(f"Draft {made.draft_id} in {folder} asks for:")
    for sentence in left["sentences"]:
        print(f"  {sentence}")
    print(f"{made.choice.confirm} Nothing was sent.")


@app.command("resume")
def resume_trace(
    case: CaseFolder,
    answer: AnswerId,
    row: Annotated[int, typer.Argument(metavar="ROW", help="A withdrawal's row, from `show`.")],
    *,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="Taint rules; all if left out.")
    ] = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Follow a withdrawal on behind the service: on its word alone, and the trace says so."""
    from chainlead.workflow.answer_resume import resume
    from chainlead.workflow.case import Case

    with Case.open_to_write(case) as opened:
        trace_id, document = resume(opened, answer, row, rules=rule or None, why=why)
    if as_json:
        print_json(document)
        return
    print(
        f"Trace {trace_id}: forward from {document['origin']}, behind {document['basis']['source']}"
    )
    for note in document["notes"]:
        print(note)
    ends = {
        (
            str(node.get("outpoint") or node.get("account") or node.get("txid")),
            node["reason"],
            node.get("note", ""),
        )
        for result in document["rules"].values()
        for node in result["frontier"]
    }
    print_table(("ends at", "because", "who"), sorted(ends))
    print(f"Next: chainlead leads {case}")


@app.command("export")
def export(
    case: CaseFolder,
    answer: AnswerId,
    to: Annotated[Path, typer.Option("--to", help="The CSV file to write.")],
    *,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Write the stated rows as CSV for a spreadsheet; no cell is a formula."""
    from chainlead.workflow.answer_export import export_rows
    from chainlead.workflow.case import Case

    with Case.open_to_write(case) as opened:
        count = export_rows(opened, answer, to, why=why)
    if as_json:
        print_json({"file": str(to), "rows": count})
    else:
        print(f"{count} rows in {to}. They are what the service states; open the columns as text.")


@profiles.command("list")
def list_profiles(*, as_json: Json = False) -> None:
    """List the answer profiles: shipped ones and the unit's own, which win."""
    from chainlead.config import unit_folder
    from chainlead.request import find_profiles

    found = find_profiles(unit_folder())
    if as_json:
        import msgspec

        print_json({"profiles": [msgspec.to_builtins(each) for each in found.values()]})
        return
    print_table(
        ("profile", "service", "language", "read", "what"),
        [(p.profile, p.service, p.language, p.read, p.title) for p in found.values()],
    )


@profiles.command("show")
def show_profile(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A profile's name.")],
    *,
    as_json: Json = False,
) -> None:
    """Show what a profile says of sheets and columns."""
    import msgspec

    from chainlead.config import unit_folder
    from chainlead.request import get_profile

    document = msgspec.to_builtins(get_profile(name, unit_folder()))
    if as_json:
        print_json(document)
    else:
        _print_profile(document)


@profiles.command("propose")
def propose(
    files: Files,
    *,
    name: Annotated[str, typer.Option("--name", help="The new profile's name.")] = "proposed",
    service: Annotated[str, typer.Option("--service", help="The service that answers so.")] = "",
    encoding: Encoding = "",
    separator: Separator = "",
    save: Annotated[
        bool, typer.Option("--save", help="Keep it in the unit's folder; check it first.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Propose a profile from the words of an answer's headers; print it, or save it for the unit."""
    import msgspec

    from chainlead.config import unit_folder
    from chainlead.errors import ConfigError
    from chainlead.request import save_profile, write_profile
    from chainlead.workflow.answers import look

    _, proposed = look(files, encoding=encoding, separator=separator)
    proposed = msgspec.structs.replace(
        proposed, profile=name, service=service, encoding=encoding, separator=separator
    )
    if not save:
        if as_json:
            print_json(msgspec.to_builtins(proposed))
        else:
            print(write_profile(proposed).decode(), end="")
        return
    unit = unit_folder()
    if unit is None:
        raise ConfigError("This machine has no unit folder (CHAINLEAD_UNIT is `none`).")
    path = save_profile(proposed, unit)
    if as_json:
        print_json({"profile": name, "file": str(path)})
    else:
        print(f"Saved as {path}. Read it, mend it, then use --profile {name}.")


@profiles.command("add")
def add_profile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A profile as YAML.", exists=True)],
    *,
    as_json: Json = False,
) -> None:
    """Check a profile that you wrote, and keep it in the unit's folder."""
    from chainlead.config import unit_folder
    from chainlead.errors import ConfigError
    from chainlead.request import parse_profile, save_profile

    unit = unit_folder()
    if unit is None:
        raise ConfigError("This machine has no unit folder (CHAINLEAD_UNIT is `none`).")
    made = parse_profile(file.read_bytes(), file.name)
    path = save_profile(made, unit)
    if as_json:
        print_json({"profile": made.profile, "file": str(path)})
    else:
        print(f"Saved as {path}. Use it with --profile {made.profile}.")


def _print_profile(profile: dict[str, Any]) -> None:
    print(f"Profile {profile['profile']}: {profile['title']}")
    for sheet in profile["sheets"]:
        way = f", {sheet['direction']}" if sheet["direction"] else ""
        print(f"  {' / '.join(sheet['names'])}: {sheet['kind']} ({sheet['layout']}{way})")
        for name, title in sorted(sheet["columns"].items()):
            zone = f"  [{sheet['zones'][name]}]" if name in sheet["zones"] else ""
            print(f"    {title!r} means {name}{zone}")


def _print_answer(document: dict[str, Any]) -> None:
    print(
        f"Answer {document['answer_id']} of {document['service']} to request {document['draft_id']}: "
        f"{document['state']}. Everything in it is asserted by the service."
    )
    print(f"Time zone chosen: {document['timezone']}. Profile: {document['profile']}.")
    for file in document["files"]:
        print(f"  {file['state']:<6} {file['name']}  {file['form']}  sha256 {file['sha256']}")
    print_table(
        ("sheet", "kind", "rows"),
        [(sheet["name"], sheet["kind"], sheet["rows"]) for sheet in document["sheets"]],
    )
    checks = ", ".join(f"{count} {state}" for state, count in document["checks"].items())
    print(f"Transaction ids against the case's ledger: {checks or 'none given'}")
    _print_doubts(document)
    if document["unanswered"]["sentences"]:
        print("Asked and not answered:")
        for sentence in document["unanswered"]["sentences"]:
            print(f"  {sentence}")
        print(f"Ask for exactly this: chainlead answer follow-up CASE {document['answer_id']}")
    if document["leads"]:
        print("It leads on to:")
        print_table(
            ("what", "which", "rows", "missing"),
            [
                (lead["kind"], lead["value"], _numbers(lead["rows"]), lead["lacks"])
                for lead in document["leads"]
            ],
        )


def _print_doubts(document: dict[str, Any]) -> None:
    for doubt in document["doubts"]:
        print(f"! {doubt['kind']}: {doubt['sentence']}")
    for row in document["rows"]:
        for doubt in row["doubts"]:
            number = row.get("row_number") or row.get("number")
            print(
                f"! row {number} ({row['sheet']} {row['sheet_row']}), {doubt['kind']}: {doubt['sentence']}"
            )


def _numbers(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:6]))
    return f"{shown}, …" if len(rows) > 6 else shown
