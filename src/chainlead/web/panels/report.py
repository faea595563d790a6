"""The report: made on order, with its files and their digests."""

from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from chainlead.web.desk import case_page
from chainlead.web.jobs import JobState
from chainlead.web.panel import Panel
from chainlead.web.runs_of_case import last_run, text_of
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.case import content_head
from chainlead.workflow.report import FOLDER


class ReportPanel(Panel):
    """The report's files."""

    name: ClassVar[str] = "report"
    title: ClassVar[str] = "Report"
    key: ClassVar[str] = "r"
    place: ClassVar[int] = 80

    def add_routes(self, router: APIRouter) -> None:
        """The page, making the report, and its files."""

        @router.get("")
        def report(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                last = next((e for e in reversed(case.entries) if e.act == "report.export"), None)
                is_current = last is not None and last.what["content_head"] == content_head(
                    case.entries
                )
                files = last.what["files"] if last is not None else {}
                checked = last_run(visit, case_name, "verify")
                packed = pack_of(case.folder)
                values = {
                    "checked": checked,
                    "is_verified": checked is not None and checked.state is JobState.DONE,
                    "checked_text": text_of(visit, checked),
                    "packed_bytes": packed.stat().st_size if packed.is_file() else None,
                    "packed_text": text_of(visit, last_run(visit, case_name, "pack", ended=True)),
                    "last": last,
                    "is_current": is_current,
                    "files": {name.removeprefix(f"{FOLDER}/"): files[name] for name in files},
                }
                return case_page(visit, case_name, case, "report.html", values)

        @router.post("/make")
        def make(case_name: str, visit: Visiting, _form: Form) -> Response:
            folder = visit.workbench.folder(case_name)
            title = visit.words("Make the report")
            visit.jobs.start(case_name, title, ["report", "--", str(folder)], visit.session.who)
            return RedirectResponse(f"/cases/{case_name}/report", status_code=303)

        @router.post("/verify")
        def verify(case_name: str, visit: Visiting, _form: Form) -> Response:
            folder = visit.workbench.folder(case_name)
            title = visit.words("Make everything again and compare")
            visit.jobs.start(case_name, title, ["verify", "--", str(folder)], visit.session.who)
            return _to(case_name, "verify")

        @router.post("/pack")
        def pack(case_name: str, visit: Visiting, form: Form) -> Response:
            folder = visit.workbench.folder(case_name)
            options = ["--replace", f"--out={pack_of(folder)}"]
            given = {name: form.get(name, "").strip() for name in ("to", "why")}
            options += [f"--{name}={value}" for name, value in given.items() if value]
            title = visit.words("Pack the case")
            arguments = ["pack", *options, "--", str(folder)]
            visit.jobs.start(case_name, title, arguments, visit.session.who)
            return _to(case_name, "pack")

        @router.post("/unpack")
        def remove_pack(case_name: str, visit: Visiting, _form: Form) -> Response:
            packed = pack_of(visit.workbench.folder(case_name))
            if not packed.is_symlink():
                packed.unlink(missing_ok=True)
            return _to(case_name, "pack")

        @router.get("/pack.zip")
        def pack_file(case_name: str, visit: Visiting) -> Response:
            packed = pack_of(visit.workbench.folder(case_name))
            with visit.workbench.reading(case_name):
                if packed.is_symlink() or not packed.is_file():
                    raise HTTPException(404, "The case was not packed, or its pack was removed.")
            return FileResponse(packed, media_type="application/zip", filename=packed.name)

        @router.get("/open/{name}")
        def opened(case_name: str, name: str, visit: Visiting) -> Response:
            content = _content(visit, case_name, name)
            if not name.endswith(".pdf"):
                raise HTTPException(404, "Only the report itself opens in the browser.")
            return Response(
                content,
                media_type="application/pdf",
                headers={"content-disposition": f'inline; filename="{name}"'},
            )

        @router.get("/file/{name}")
        def file(case_name: str, name: str, visit: Visiting) -> Response:
            return Response(
                _content(visit, case_name, name),
                media_type="application/octet-stream",
                headers={"content-disposition": f'attachment; filename="{name}"'},
            )


def pack_of(folder: Path) -> Path:
    """Where the pack of a case lies: beside the case, so that it is no part of what it packs."""
    home = folder.resolve()
    return home.with_name(f"{home.name}.chainlead-pack.zip")


def _content(visit: Visit, case_name: str, name: str) -> bytes:
    """A file of the report that was made last.

    Raises:
        HTTPException: 404 where the report has no such file.
    """
    with visit.workbench.reading(case_name) as case:
        last = next((e for e in reversed(case.entries) if e.act == "report.export"), None)
        if last is None or f"{FOLDER}/{name}" not in last.what["files"]:
            raise HTTPException(404, "The report has no such file.")
        return (case.folder / FOLDER / name).read_bytes()


def _to(case_name: str, form_id: str) -> Response:
    return RedirectResponse(f"/cases/{quote(case_name, safe='')}/report#{form_id}", status_code=303)
