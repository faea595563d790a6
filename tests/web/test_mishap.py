"""A form that cannot be done: its page again, the named error beside it, everything typed still there."""

import pytest

from chainlead.errors import ExhibitNotFoundError
from chainlead.web.mishap import told_on_a_page

TYPED = "typed <b>before</b> & kept"


@pytest.mark.parametrize(
    ("path", "fields", "kept", "name"),
    [
        ("evidence/scan", {"path": "/nothing/there", "name": TYPED}, "name", "ExhibitNotFoundError"),
        ("ledger/blocks", {"path": "/nothing", "chain": "bitcoin", "network": "main", "why": TYPED}, "why", "ExhibitNotFoundError"),
        ("ledger/say", {"address": "no address", "chain": "bitcoin", "service": TYPED, "source": "x"}, "service", "Error"),
        ("ledger/agree", {"host": "127.0.0.1", "why": TYPED}, "why", "ConfigError"),
        ("checks/match", {"prices": "", "addresses": TYPED}, "addresses", "ConfigError"),
        ("answers/import", {"path": "/nothing", "timezone": "UTC", "why": TYPED}, "why", "ExhibitNotFoundError"),
        ("requests/record", {"event": "sent", "channel": "law@elsewhere.example", "note": TYPED}, "note", "Error"),
        ("leads/draft", {"period_days": "many", "why": TYPED}, "why", "RequestError"),
    ],
)  # fmt: skip
def test_the_error_stands_beside_its_form_and_nothing_typed_is_lost(desk, path, fields, kept, name):
    from chainlead.workflow.case import Case

    with Case.open_to_read(desk.root / "practice" / "case") as case:
        entries = len(case.entries)
        row = next(iter(case.store.rows("drafts", order_by=["journal_seq"])))
    fields = {"draft": row["draft_id"], "lead": row["lead_id"], **fields}
    answer = desk.post(f"/cases/practice/{path}", fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert name in answer.text
    assert "typed &lt;b&gt;before&lt;/b&gt; &amp; kept" in answer.text
    assert fields[kept] == TYPED
    assert "chainlead " not in answer.text.split('role="alert"')[1].split("</div>")[0]
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        assert len(case.entries) == entries


def test_a_person_at_a_page_is_not_sent_to_the_command_line():
    error = ExhibitNotFoundError("Not there.", next_step="Run `chainlead scan CASE` with --name.")
    assert told_on_a_page(error)[0] == "Not there."
    assert all("chainlead" not in each for each in told_on_a_page(error))


def test_a_reload_after_an_error_asks_for_the_page_itself(desk):
    text = desk.post("/cases/practice/evidence/scan", {"path": "x"}).text
    assert 'value="/cases/practice/evidence"' in text
    assert 'value="/cases/practice/evidence/scan"' not in text


def test_a_form_that_its_page_no_longer_has_gets_a_page_of_its_own(desk):
    fields = {"answer": "unknown", "row": "1"}
    answer = desk.post("/cases/practice/answers/resume", fields)
    assert answer.status_code == 400
    assert "AnswerNotFoundError" in answer.text
