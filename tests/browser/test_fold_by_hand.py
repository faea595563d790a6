"""Folding by hand in a real browser: by mouse, by keyboard, without a script, and for a screen reader."""

import importlib.util
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from chainlead.trace import Limits
from chainlead.workflow.case import Case
from chainlead.workflow.trace import trace

BENCH = Path(__file__).parents[2] / "bench" / "trace.py"


@pytest.fixture(scope="session")
def practice(tmp_path_factory) -> Path:
    """A case whose one trail has runs, fans and branches."""
    spec = importlib.util.spec_from_file_location("made_trail", BENCH)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    bench.REAL = Path("/nothing")
    folder = tmp_path_factory.mktemp("by_hand")
    origin = bench.build(folder, 60)
    with Case.open_to_write(folder / "tagged") as case:
        trace(case, origin, limits=Limits(60, 60, None, None))
    return folder / "tagged"


@pytest.fixture(scope="module")
def doors(request):
    """The functions of the folder's conftest."""
    return request.config.pluginmanager.get_plugin(str(Path(__file__).parent / "conftest.py"))


@pytest.fixture(scope="module")
def hall(doors, browser, tmp_path_factory):
    """One server for all tests of this file, with the session of one person."""
    folder = tmp_path_factory.mktemp("hall")
    (folder / "cases").mkdir()
    started = doors.start_server(folder / "cases", folder / "state")
    context = browser.new_context()
    context.new_page().goto(started.invitation)
    yield started, context.storage_state()
    context.close()
    doors.stop_server(started)


@dataclass
class Place:
    """A copy of the case for one test."""

    folder: Path
    name: str

    @property
    def graph(self):
        return f"/cases/{self.name}/graph"


@pytest.fixture
def place(hall, practice, request):
    name = re.sub(r"[^a-z]+", "-", request.node.name)[:60].strip("-")
    folder = hall[0].root / name
    shutil.copytree(practice, folder)
    return Place(folder, name)


@pytest.fixture
def page(hall, browser, doors, place):
    server, state = hall
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=state)
    made = doors.visitor_of(context, server)
    made.page.set_default_timeout(60_000)
    opened = made.go(place.graph)
    opened.locator("#picture svg.dates").wait_for()
    yield opened
    assert made.foreign == []
    refused = "Failed to load resource: the server responded with a status of 400"
    assert [each for each in made.said if not each.startswith(refused)] == []
    context.close()


def places(page):
    """Where each node stands, as the drawing says."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#picture [data-key]')]
            .map((node) => [node.dataset.key, [node.dataset.x, node.dataset.y]]))"""
    )


def acts(place):
    with Case.open_to_read(place.folder) as case:
        return [e.act for e in case.entries if e.act.startswith(("canvas", "hand_fold", "undo"))]


def wait_for_acts(page, place, count):
    for _ in range(300):
        found = acts(place)
        if len(found) >= count:
            page.locator("#workspace:not([aria-busy])").wait_for()
            return found
        page.wait_for_timeout(100)
    raise AssertionError(acts(place))


def focus_node(page, key):
    page.locator(f'#picture [data-key="{key}"]').focus()


def outputs(page, count):
    return page.locator('#picture [data-shape="output"]').evaluate_all(
        f"nodes => nodes.slice(0, {count}).map((node) => node.dataset.key)"
    )


def the_box(page):
    return page.locator("#picture [data-by-hand]")


def name_it(page, name):
    page.locator("#fold-dialog input[name=name]").fill(name)
    page.keyboard.press("Enter")


def choose_by_keys(page, keys):
    for key in keys:
        focus_node(page, key)
        page.keyboard.press(" ")


def test_several_are_chosen_and_folded_by_keys_and_opened_and_folded_again(page, place):
    before, keys = places(page), outputs(page, 3)
    choose_by_keys(page, keys)
    assert "3 chosen" in page.locator("#graph-said").inner_text()
    page.keyboard.press(" ")
    assert "2 chosen" in page.locator("#graph-said").inner_text()
    page.keyboard.press(" ")
    pressed = page.locator('#picture [data-key][aria-pressed="true"]').evaluate_all(
        "nodes => nodes.map((node) => node.dataset.key)"
    )
    assert set(pressed) == set(keys)
    page.keyboard.press("x")
    assert "3 things are chosen." in page.locator("#fold-dialog").inner_text()
    name_it(page, "Payments to helpers")
    assert wait_for_acts(page, place, 1) == ["hand_fold.make"]
    folded = places(page)
    box = the_box(page).get_attribute("data-key")
    assert {k: v for k, v in folded.items() if k != box} == {
        k: v for k, v in before.items() if k not in keys
    }
    assert "Folded by hand" in page.locator("#graph-said").inner_text()
    assert page.evaluate("document.activeElement.dataset.key") == box
    told = the_box(page).get_attribute("aria-label")
    assert "Payments to helpers" in told
    assert "3 things folded" in told
    page.keyboard.press("Enter")
    wait_for_acts(page, place, 2)
    assert places(page) == before
    focus_node(page, keys[0])
    page.keyboard.press("x")
    assert wait_for_acts(page, place, 3)[-1] == "hand_fold.close"
    assert places(page) == folded
    page.keyboard.press("u")
    wait_for_acts(page, place, 4)
    assert places(page) == before
    page.keyboard.press("u")
    page.keyboard.press("u")
    wait_for_acts(page, place, 6)
    assert the_box(page).count() == 0
    page.keyboard.press("Control+Shift+Z")
    wait_for_acts(page, place, 7)
    assert places(page) == folded


def test_a_branch_is_folded_by_the_button_and_the_origin_stays(page, place):
    origin = page.locator('#picture [data-shape="origin"]').first.get_attribute("data-key")
    lines = page.locator("[data-part=table] tbody tr").count()
    focus_node(page, origin)
    page.locator("[data-fold-hand]").click()
    dialog = page.locator("#fold-dialog")
    assert dialog.locator("input[value=chosen]").is_disabled()
    dialog.locator("input[value=before]").check()
    name_it(page, "Whole trail")
    refused = dialog.locator("[data-hand-refused]")
    refused.wait_for()
    assert "comes before it" in refused.inner_text()
    assert dialog.locator("input[name=name]").input_value() == "Whole trail"
    dialog.locator("input[value=after]").check()
    dialog.get_by_role("button", name="Fold it").click()
    assert wait_for_acts(page, place, 1) == ["hand_fold.make"]
    assert set(places(page)) == {
        origin,
        origin.partition(":")[0],
        the_box(page).get_attribute("data-key"),
    }
    told = the_box(page).get_attribute("aria-label")
    assert "unspent" in told
    assert "Services in it" in told
    assert page.locator("[data-part=table] tbody tr").count() == lines
    assert "Whole trail" in page.locator("[data-part=table] tbody").text_content()
    with page.expect_download() as waiting:
        page.locator('a[download][href*=".svg"]').click()
    assert "Whole trail" in Path(waiting.value.path()).read_text()
    page.locator("#why", has_text="Whole trail").wait_for()
    page.get_by_role("button", name="Take the box away", exact=True).click()
    wait_for_acts(page, place, 2)
    assert the_box(page).count() == 0


def test_by_mouse_the_origin_is_left_out_and_what_is_unspent_is_one_key_away(page, place):
    origin = page.locator('#picture [data-shape="origin"]').first.get_attribute("data-key")
    everything = [key for key in places(page) if "fold ends" in key][:2]
    for key in (origin, *(everything or outputs(page, 2)), *outputs(page, 1)):
        spot = page.evaluate(
            """(key) => {
                const node = document.querySelector(`#picture [data-key="${CSS.escape(key)}"]`);
                node.scrollIntoView({ block: 'center', inline: 'center' });
                const box = (node.querySelector('circle, polygon, rect') ?? node).getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }""",
            key,
        )
        page.keyboard.down("Control")
        page.mouse.click(*spot)
        page.keyboard.up("Control")
    page.locator("[data-fold-hand]").click()
    assert "The origin is among them" in page.locator("#fold-dialog").inner_text()
    name_it(page, "Ends")
    wait_for_acts(page, place, 1)
    assert origin in places(page)
    assert the_box(page).count() == 1
    focus_node(page, origin)
    page.keyboard.press("s")
    page.wait_for_url(re.compile("unspent=yes"))
    page.locator("#workspace:not([aria-busy])").wait_for()
    assert the_box(page).count() == 0


def test_what_is_looked_for_is_found_in_a_box(page, place):
    keys = outputs(page, 2)
    choose_by_keys(page, keys)
    page.keyboard.press("x")
    name_it(page, "Away")
    wait_for_acts(page, place, 1)
    page.locator("input[name=find]").fill(keys[0])
    page.keyboard.press("Enter")
    page.locator(f'#picture [data-key="{keys[0]}"]').wait_for(timeout=20_000)
    assert acts(place) == ["hand_fold.make", "hand_fold.open"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_with_a_box_and_its_dialog(page, place, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    choose_by_keys(page, outputs(page, 2))
    page.keyboard.press("x")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:160]) for each in found] == []
    name_it(page, "A box")
    wait_for_acts(page, place, 1)
    page.locator("[data-part=beside] summary", has_text="Folds").click()
    page.locator("[data-part=beside] .several summary").click()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:160]) for each in found] == []
    page.set_viewport_size({"width": 320, "height": 568})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_a_script_the_same_is_done_by_forms(browser, hall, place):
    server, state = hall
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{server.base}{place.graph}")
    page.locator("[data-part=beside] .several summary").click()
    for tick in page.locator(".several input[type=checkbox]").all()[:3]:
        tick.check()
    page.locator(".several input[name=name]").fill("Three")
    page.locator(".several button").click()
    assert acts(place) == ["hand_fold.make"]
    page.locator("[data-part=beside] summary", has_text="Folds").click()
    assert "by hand" in page.locator("[data-part=beside]").inner_text()
    page.get_by_role("button", name=re.compile("Show what is folded: Three")).click()
    page.locator("[data-part=beside] summary", has_text="Folds").click()
    page.get_by_role("button", name="Fold again: Three").click()
    page.locator("[data-part=beside] summary", has_text="Folds").click()
    page.get_by_role("button", name="Take the fold away: Three").click()
    assert acts(place)[1:] == ["hand_fold.open", "hand_fold.close", "hand_fold.drop"]
    page.locator(".about-fold summary").click()
    page.locator(".about-fold input[name=name]").fill("All after the origin")
    page.locator(".about-fold button[value=after]").click()
    assert acts(place)[-1] == "hand_fold.make"
    assert page.locator("#picture [data-by-hand]").count() == 1
    page.locator("#undo").click()
    assert acts(place)[-1] == "undo.back"
    context.close()
