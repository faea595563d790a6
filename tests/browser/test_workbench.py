import pytest
from axe_playwright_python.sync_playwright import Axe

from chainlead.web.panel import panels

PAGES = ["/", "/own", *(f"/cases/practice/{panel.name}" for panel in panels())]


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier(visitor, scheme):
    visitor.page.emulate_media(color_scheme=scheme)
    for path in PAGES:
        page = visitor.go(path)
        assert violations(page) == [], (path, scheme)


def test_every_page_holds_at_four_times_the_size(visitor):
    visitor.page.set_viewport_size({"width": 320, "height": 256})
    for path in PAGES:
        page = visitor.go(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, (path, wide)


def test_pages_are_reached_by_key_and_the_sheet_lists_the_keys(visitor):
    page = visitor.go("/cases/practice/overview")
    for panel in panels():
        page.keyboard.press("g")
        with page.expect_navigation():
            page.keyboard.press(panel.key)
        assert page.url.endswith(f"/cases/practice/{panel.name}")
    page.keyboard.press("?")
    assert page.locator("#keys[open]").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_the_picture_is_walked_with_the_arrows_and_says_why(visitor):
    page = visitor.go("/cases/practice/graph")
    origin = page.locator('[data-shape="origin"]').first
    assert page.locator("#picture [tabindex='0']").count() == 1
    origin.focus()
    start = origin.get_attribute("data-key")
    page.keyboard.press("ArrowRight")
    reached = page.evaluate("document.activeElement.dataset.key")
    assert reached != start
    assert "Transaction" in page.locator("#why").inner_text()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.shape") in {"origin", "output"}
    wide = page.locator("#picture svg:not(.dates)").get_attribute("width")
    page.keyboard.press("+")
    assert float(page.locator("#picture svg:not(.dates)").get_attribute("width")) > float(wide)


def test_a_run_shows_how_far_it_is_and_ends_on_its_page(visitor):
    page = visitor.go("/cases/practice/report")
    with page.expect_navigation():
        page.get_by_role("button", name="Make the report").click()
    page.get_by_text("It is up to date.").wait_for(timeout=120_000)
