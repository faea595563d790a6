from chainlead.config import SETTINGS
from chainlead.web.panels.settings import GROUPS
from chainlead.workflow.case import Case


def test_every_setting_stands_on_the_page_with_its_meaning(desk):
    text = desk.client.get("/cases/practice/settings").text
    for setting in SETTINGS:
        if setting.name != "practice":
            assert f'id="{setting.name}"' in text
    assert {name for titles in GROUPS.values() for name in titles} == {
        setting.name for setting in SETTINGS
    } - {"practice"}
    assert 'value="practice"' not in text


def test_a_change_is_an_act_with_its_reason_and_is_taken_back_and_made_again(desk):
    fields = {"name": "timezone", "value": "Asia/Tokyo", "why": "the accounts are there"}
    answer = desk.post("/cases/practice/settings/change", fields)
    assert answer.headers["location"] == "/cases/practice/settings#timezone"
    text = desk.client.get("/cases/practice/settings").text
    assert "Times: Asia/Tokyo" in text
    assert "the accounts are there" in text
    back = {"back": "/cases/practice/settings"}
    desk.post("/cases/practice/undo", back)
    assert "Times: Europe/Stockholm" in desk.client.get("/cases/practice/settings").text
    desk.post("/cases/practice/redo", back)
    assert "Times: Asia/Tokyo" in desk.client.get("/cases/practice/settings").text


def test_taking_a_change_back_leaves_the_other_settings(desk):
    folder = desk.root / "practice" / "case"
    with Case.open_to_read(folder) as case:
        before = case.settings
    for value in ("Unit 1", "Unit 2"):
        desk.post("/cases/practice/settings/change", {"name": "unit", "value": value})
    desk.post("/cases/practice/undo", {"back": "/"})
    with Case.open_to_read(folder) as case:
        assert case.settings == {**before, "unit": "Unit 1"}
    desk.post("/cases/practice/undo", {"back": "/"})
    with Case.open_to_read(folder) as case:
        assert case.settings == before


def test_a_value_that_a_setting_cannot_have_changes_nothing(desk):
    answer = desk.post("/cases/practice/settings/change", {"name": "country", "value": "ZZ"})
    assert answer.status_code == 400
    assert "country" in answer.text
    assert "Sweden" in desk.client.get("/cases/practice/settings").text
