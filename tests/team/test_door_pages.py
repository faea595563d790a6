PASSWORD = "harbour violin seven lantern"
HOST = "cases.unit.example"
SESSION = "__Host-chainlead_session"


def test_a_person_logs_in_and_leaves(desk):
    browser = desk.browser()
    first = browser.get("/")
    assert (first.status_code, first.headers["location"]) == (303, "/login?back=%2F")
    answer = desk.log_in(browser, "ada")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = browser.get("/")
    assert page.status_code == 200
    left = desk.send(browser, "/leave", page.text)
    assert left.headers["location"] == "/login?left=yes"
    assert browser.get("/").status_code == 303
    assert desk.store.sessions_of("ada") == ()
