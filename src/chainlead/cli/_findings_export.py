"""`chainlead findings export` and `findings artefacts`: findings and wallet places for other tools."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from chainlead.cli._output import CaseFolder, Json, Why, print_json, print_table


def export(
    case: CaseFolder,
    *,
    form: Annotated[
        str,
        typer.Option("--format", help="jsonl, csv, xlsx, bulk-extractor or timesketch."),
    ] = "jsonl",
    out: Annotated[
        Path | None,
        typer.Option(help="A new file; for bulk-extractor a new folder. Else text is printed."),
    ] = None,
    kind: Annotated[str, typer.Option(help="Only this kind, for example address.")] = "",
    certainty: Annotated[str, typer.Option(help="checked, structured or shape.")] = "",
    chain: Annotated[str, typer.Option(help="Only where this chain is a candidate.")] = "",
    role: Annotated[str, typer.Option(help="own, counterparty, unknown, shipped, example.")] = "",
    state: Annotated[str, typer.Option(help="new, relevant or noise.")] = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Write findings for other tools; the journal keeps what left the case. No secret leaves it."""
    from chainlead.workflow.case import Case
    from chainlead.workflow.findings import Filters
    from chainlead.workflow.findings_export import export_findings, get_format

    if out is None and not get_format(form).is_text:
        raise typer.BadParameter(f"--format {form} needs --out: it is no text")
    filters = Filters(kind=kind, certainty=certainty, chain=chain, role=role, state=state)
    with Case.open_to_write(case) as opened:
        made = export_findings(opened, form, filters=filters, out=out, why=why)
    if out is None and not as_json:
        sys.stdout.buffer.write(b"".join(made.files.values()))
        return
    if as_json:
        print_json(
            {
                "format": form,
                "findings": made.count,
                "files": made.sha256,
                "out": str(out) if out else None,
                "text": None if out else "".join(f.decode("utf-8") for f in made.files.values()),
            }
        )
        return
    print(f"{made.count} findings written to {out}")
    print_table(("file", "SHA-256"), made.sha256.items())


def artefacts(
    *,
    form: Annotated[
        str, typer.Option("--format", help="forensic-artifacts or kape.")
    ] = "forensic-artifacts",
    out: Annotated[Path | None, typer.Option(help="A new file. Else the text is printed.")] = None,
    as_json: Json = False,
) -> None:
    """Write where wallets keep their files, for collection tools. Needs no case."""
    from chainlead.workflow.wallet_artefacts import wallet_artefacts, write_artefacts

    text, wallets, without = wallet_artefacts(form)
    if out is not None:
        write_artefacts(out, text)
    if as_json:
        print_json(
            {
                "format": form,
                "wallets": wallets,
                "without_path": list(without),
                "out": str(out) if out else None,
                "text": None if out else text,
            }
        )
    elif out is None:
        sys.stdout.write(text)
    else:
        print(f"Places of {wallets} wallets written to {out}.")
        print(f"No path is known for: {', '.join(without) or 'none'}.")
