"""Give the wallet table to collection tools. It is our own knowledge: no case is touched."""

from pathlib import Path

from chainlead.errors import ConfigError
from chainlead.findings import extension_ids, wallet_table
from chainlead.report import artefact_formats, rooted_places


def wallet_artefacts(form_name: str) -> tuple[str, int, tuple[str, ...]]:
    """The text of one form, how many wallets are in it, and which have no path.

    Raises:
        ConfigError: there is no such form.
    """
    known = {form.name: form for form in artefact_formats()}
    if form_name not in known:
        raise ConfigError(
            f"There is no form {form_name!r}.", next_step=f"Use one of: {', '.join(sorted(known))}."
        )
    rows = list(wallet_table().values())
    extensions = extension_ids()
    text = known[form_name].text(rows, extensions)
    without = tuple(row.name for row in rows if not rooted_places(row, extensions))
    return text, len(rows) - len(without), without


def write_artefacts(out: Path, text: str) -> None:
    """Write a new file.

    Raises:
        ConfigError: it exists, or cannot be written.
    """
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise ConfigError(
            f"{out} exists already; it stays as it is.", next_step="Choose another name with --out."
        ) from error
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror}.") from error
