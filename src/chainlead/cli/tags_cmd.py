"""`chainlead tags`: attribution files into the case, and what they say about an address."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainlead.cli import _own_tags_commands as own
from chainlead.cli._case_first import ListByDefault
from chainlead.cli._output import WARNINGS, CaseFolder, Json, Why, print_json, print_table
from chainlead.model import Chain

if TYPE_CHECKING:
    from chainlead.attribution import Claim

app = typer.Typer(
    cls=ListByDefault,
    no_args_is_help=True,
    help="Import attribution files; say or ask who an address belongs to.",
)
app.command("add")(own.add)
app.command("adopt")(own.adopt)
app.command("unit-add")(own.unit_add)
app.command("unit-list")(own.unit_list)


@app.command("import")
def import_files(
    case: CaseFolder,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Tag packs, actor packs, address lists, folders."),
    ],
    *,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Import TagPacks and ActorPacks (YAML), OFAC lists (XML, addresses), own findings (CSV)."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.tags import import_tags

    done = []
    with Case.open_to_write(case) as opened:
        for file in import_tags(opened, files, why=why):
            done.append(file)
            if sys.stderr.isatty():
                print(f"{file.state}: {file.path}", file=sys.stderr)
    refused = [file for file in done if file.state == "refused"]
    flagged = sum(file.flagged_count for file in done)
    if as_json:
        print_json({"files": done, "refused_count": len(refused), "flagged_count": flagged})
    else:
        rows = [
            (f.state, f.tag_count, f.actor_count, f.flagged_count, Path(f.path).name)
            for f in done
            if f.state != "passed"
        ]
        print_table(("state", "tags", "actors", "flagged", "file"), rows)
        for file in done:
            if file.replaces and file.state == "imported":
                print(
                    f"{Path(file.path).name} replaces an older version: {file.added_count} tags are "
                    f"new, {file.removed_count} are no longer said; the older ones stay as history."
                )
        for file in refused:
            print(f"PackInvalidError: {file.reason} Nothing was imported from it.", file=sys.stderr)
        if flagged:
            print(
                f"{flagged} tags name something that is no address of a known ledger: kept, flagged."
            )
        if not rows:
            print("Nothing was imported: none of these files is in a form that is known.")
            print(
                "Known forms: TagPack and ActorPack (YAML), OFAC lists (sdn_advanced.xml, addresses), "
                "own findings (CSV)."
            )
    if refused or all(file.state == "passed" for file in done):
        raise typer.Exit(WARNINGS)


@app.command("list")
def list_packs(case: CaseFolder, *, as_json: Json = False) -> None:
    """List the imported files, in the order they came."""
    from chainlead.workflow.case import Case

    with Case.open_to_read(case) as opened:
        packs = list(opened.store.rows("packs", order_by=["journal_seq"]))
    if as_json:
        print_json({"packs": packs})
        return
    columns = ("tag_count", "actor_count", "flagged_count", "form", "name", "title", "creator")
    headings = ("tags", "actors", "flagged", "form", "file", "title", "made by")
    print_table(headings, [[pack[column] for column in columns] for pack in packs])


@app.command("export")
def export(
    case: CaseFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The TagPack to write.")],
    *,
    creator: Annotated[str, typer.Option("--creator", help="Who vouches for the tags.")],
    title: Annotated[str, typer.Option("--title", help="Title of the pack.")] = "Own findings",
    with_unit: Annotated[
        bool, typer.Option("--with-unit", help="Tags taken over from the unit's folder too.")
    ] = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Write the case's own tags as a GraphSense TagPack; what others said is left out."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.tags_export import export_tags

    with Case.open_to_write(case) as opened:
        count = export_tags(
            opened, file, title=title, creator=creator, with_unit=with_unit, why=why
        )
    if as_json:
        print_json({"file": str(file), "tag_count": count})
    else:
        print(f"{count} tags of the case's own are in {file}.")


@app.command("about")
def about(
    case: CaseFolder,
    address: Annotated[str, typer.Argument(help="The address to ask about.")],
    *,
    chain: Annotated[Chain, typer.Option("--chain", help="Its ledger.")] = Chain.BITCOIN,
    as_json: Json = False,
) -> None:
    """What is said about an address, strongest first, conflicts marked; the unit's own tags last."""
    from chainlead.attribution import AddressBook
    from chainlead.workflow.case import Case
    from chainlead.workflow.own_tags import unit_claims

    with Case.open_to_read(case) as opened:
        book = AddressBook(opened.store)
        claims = book.claims(chain.value, address)
        conflicting = book.conflicts(claims)
        unit = unit_claims(chain, address)
        disputed = book.conflicts((*claims[:1], *unit))
    if as_json:
        document = {"address": address, "chain": chain.value, "claims": claims}
        print_json({**document, "conflicts": conflicting, "unit_claims": unit})
        return
    if not claims:
        print(f"Nothing in this case says anything about {address} on {chain.value}.")
    else:
        _print_claims(claims, conflicting)
    if unit:
        print("The unit's own tags say (private: in no case and no export):")
        _print_claims(unit, disputed)
        print(f"To use them here: chainlead tags adopt {case} {address} --chain {chain.value}")


def _print_claims(claims: Sequence["Claim"], conflicting: Sequence["Claim"]) -> None:
    print_table(
        ("says", "category", "confidence", "as of", "source", "conflict"),
        [
            (
                claim.service,
                claim.category or claim.abuse or "",
                f"{claim.confidence} ({claim.level})",
                claim.lastmod or "",
                claim.source,
                "yes" if claim in conflicting else "",
            )
            for claim in claims
        ],
    )
    for claim in claims:
        if claim.says_nothing:
            print(f"{claim.service}: says nothing about a payment: {claim.says_nothing}.")
