"""`chainlead pack`: the whole case as one zip with a manifest."""

from pathlib import Path
from typing import Annotated

import typer

from chainlead.cli._case_keeping import OutsideEu, Recipients, ToCountry
from chainlead.cli._output import CaseFolder, Json, Why, print_json

app = typer.Typer(help="Put the whole case into one zip that anybody can open and check.")


@app.command()
def pack(
    case: CaseFolder,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The zip; CASE.zip if left out.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite an existing zip.")] = False,
    to: Recipients = None,
    to_country: ToCountry = "",
    outside_eu: OutsideEu = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Put the whole case into one zip, with the SHA-256 of every file in MANIFEST.sha256.

    The same case gives the same bytes. The zip holds the case's key: guard it like the case. With
    --why or --to the journal first records that the case is handed out.
    """
    from chainlead.workflow.pack import pack_case
    from chainlead.workflow.personal_data import note_handing_out

    note_handing_out(
        case, "pack", why=why, recipients=to or (), to_country=to_country, outside_eu=outside_eu
    )
    packed = pack_case(case, out, replace=replace)
    if as_json:
        print_json(
            {
                "path": str(packed.path),
                "sha256": packed.sha256,
                "size_bytes": packed.size_bytes,
                "files": packed.file_count,
            }
        )
    else:
        print(f"Packed {packed.file_count} files: {packed.path} ({packed.size_bytes} bytes)")
        print(f"SHA-256: {packed.sha256}")
        print(f"Check it with: chainlead verify {packed.path}")
        print("Or unpack it: sha256sum -c MANIFEST.sha256, then chainlead verify case")
