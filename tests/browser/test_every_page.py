"""Every page of a case as a picture, in both colours and three sizes: nothing clipped, nothing from elsewhere.

The pages come from the routes of the server, with the ids of the practice case in their gaps. Where
`CHAINLEAD_PICTURES` names a folder, the pictures are kept there, to be looked at.
"""

import os
import re
from pathlib import Path

from chainlead.custody import SystemClock
from chainlead.web import Jobs, SessionKeeper, Workbench, make_application
from chainlead.workflow.case import Case

SIZES = {"wide": (1440, 900), "tablet": (768, 1024), "phone": (360, 740)}
COLOURS = ("light", "dark")
FILES = re.compile(
    r"\.(svg|csv|graphml|png|zip|ics|jsonl)$|/file/|/open/|/export|/progress|/steps|/saved|/about$"
)
OF_A_TEAM = ("/people",)
"""Pages that a person alone does not have."""
QUERIES = {"files": "?for=scan"}
"""Questions without which a page says nothing."""
CLIPPED = """() => [...document.querySelectorAll('main button, main a.button, main summary, main th, main dt, main label, header a, header button')]
  .filter((each) => each.checkVisibility() && getComputedStyle(each).overflow !== 'visible' && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.outerHTML.slice(0, 120))"""


def paths():
    """The pages of a case that the server shows without a form, with gaps."""
    here = Path(__file__).parent
    sessions = SessionKeeper(here / "none.json", SystemClock(), str, "ada")
    app = make_application(
        Workbench(here, bytes), sessions, Jobs(here / "none", SystemClock(), str), hosts={"x"}
    )
    found = ["/"]
    for path, methods in app.openapi()["paths"].items():
        is_page = path.startswith("/cases/{case_name}/") and not path.endswith(OF_A_TEAM)
        if "get" in methods and is_page and not FILES.search(path):
            found.append(path)
    return sorted(found)


def filled(path, root):
    """The address with ids of the practice case; empty where it is a file's."""
    with Case.open_to_read(root / "practice" / "case") as case:
        store = case.store
        finding = next(iter(store.rows("findings", kind="payment_uri")))
        draft = next(iter(store.rows("drafts", order_by=["journal_seq"])))
        values = {
            "case_name": "practice",
            "finding_id": finding["finding_id"],
            "draft_id": draft["draft_id"],
            "lead_id": draft["lead_id"],
        }
    gaps = re.findall(r"{(\w+)}", path)
    if not set(gaps) <= values.keys():
        return ""
    for gap in gaps:
        path = path.replace(f"{{{gap}}}", values[gap])
    return path + QUERIES.get(path.rpartition("/")[2], "")


def test_every_page_fits_in_every_size_and_colour(visitor, server):
    folder = os.environ.get("CHAINLEAD_PICTURES", "")
    wrong, seen = [], 0
    for path in paths():
        address = filled(path, server.root)
        if not address:
            continue
        for colour in COLOURS:
            visitor.page.emulate_media(color_scheme=colour)
            for size, (wide, high) in SIZES.items():
                visitor.page.set_viewport_size({"width": wide, "height": high})
                answer = visitor.page.goto(f"{visitor.base}{address}")
                if "text/html" not in answer.headers["content-type"]:
                    break
                assert answer.status == 200, address
                seen += 1
                needed = visitor.page.evaluate("document.documentElement.scrollWidth")
                if needed > wide:
                    wrong.append((address, size, f"{needed} wide"))
                wrong += [(address, size, each) for each in visitor.page.evaluate(CLIPPED)]
                if folder:
                    name = re.sub(r"\W+", "-", address).strip("-") or "start"
                    picture = Path(folder) / f"{name}-{size}-{colour}.png"
                    visitor.page.screenshot(path=picture, full_page=True)
    assert wrong == []
    assert seen > 60
    assert visitor.foreign == []
