"""Write findings out of the case, and note in the journal who took what away.

Act: `findings.export`: the form, the filters and the digests of the files. The files lie outside the
case, so `verify` does not look for them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from chainlead import version
from chainlead.errors import ConfigError
from chainlead.evidence import readable_name
from chainlead.report import FindingsFormat, FindingsToExport, findings_formats
from chainlead.workflow.case import Case, content_head
from chainlead.workflow.findings import Filters, list_findings, named_findings
from chainlead.workflow.personal_data import require_reason


@dataclass(frozen=True, slots=True)
class ExportedFindings:
    """What left the case.

    Attributes:
        files: name and bytes of each file.
        sha256: of each file.
        count: findings in it.
    """

    files: dict[str, bytes]
    sha256: dict[str, str]
    count: int


def get_format(name: str) -> FindingsFormat:
    """The form with this name.

    Raises:
        ConfigError: there is none.
    """
    known = {form.name: form for form in findings_formats()}
    if name not in known:
        raise ConfigError(
            f"There is no form {name!r}.", next_step=f"Use one of: {', '.join(sorted(known))}."
        )
    return known[name]


def export_findings(
    case: Case, form_name: str, *, filters: Filters | None = None, out: Path | None = None,
    why: str = "", chosen: tuple[Mapping[str, str], Sequence[str]] | None = None,
) -> ExportedFindings:  # fmt: skip
    """Make the files of one form, write them if a place is given, and note it in the journal.

    Args:
        case: open for writing.
        form_name: `jsonl`, `csv`, `xlsx`, `bulk-extractor` or `timesketch`.
        filters: which findings; all of them if left out.
        out: a file for a form of one file, a folder for a form of several; it must not exist.
        why: the person's reason.
        chosen: instead of `filters`, the filters in words and the ids of the findings, in their order.

    Raises:
        ConfigError: no such form or filter, or the place is taken.
        ReasonMissingError: the case requires a reason, and there is none.
    """
    form = get_format(form_name)
    why = require_reason(case, why, doing="findings are exported")
    if chosen is None:
        rows = list_findings(case, filters)
        named = {name: value for name, value in asdict(filters or Filters()).items() if value}
    else:
        rows = named_findings(case, chosen[1])
        named = dict(chosen[0])
    about = {
        "case": case.settings.get("title", ""),
        "reference": case.settings.get("reference", ""),
        "journal digest": content_head(case.entries),
        "version": version(),
        "filters": ", ".join(f"{name}={value}" for name, value in sorted(named.items())) or "none",
        "findings": str(len(rows)),
        "secrets": "A secret has no value here, only a fingerprint under the case's key.",
    }
    files = form.files(FindingsToExport(rows, _scanned_at(case), about))
    sha256 = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    if out is not None:
        _write(out, files, is_folder=form.name == "bulk-extractor")
    case.act(
        "findings.export",
        why=why,
        what={
            "format": form.name,
            "filters": named,
            "findings": len(rows),
            "files": sha256,
            "out": readable_name(str(out.absolute())) if out else "",
            "content_head": about["journal digest"],
        },
    )
    return ExportedFindings(files, sha256, len(rows))


def _scanned_at(case: Case) -> dict[str, datetime]:
    begun: dict[str, datetime] = {}
    for entry in case.entries:
        if entry.act == "scan.begin":
            begun.setdefault(entry.what["exhibit"], entry.at)
    return begun


def _write(out: Path, files: dict[str, bytes], *, is_folder: bool) -> None:
    try:
        if is_folder:
            out.mkdir(parents=True)
            for name, content in files.items():
                (out / name).write_bytes(content)
            return
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("xb") as file:
            for content in files.values():
                file.write(content)
    except FileExistsError as error:
        raise ConfigError(
            f"{out} exists already; it stays as it is.", next_step="Choose another name with --out."
        ) from error
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror}.") from error
