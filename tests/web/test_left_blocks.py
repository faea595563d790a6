"""The page says what blocks that left took along, and what exports state."""

from chainlead.model import Chain
from chainlead.workflow.case import Case
from chainlead.workflow.stated import add_stated

HEAD = '"Confirmed","Date","Type","Label","Address","Amount (BTC)","ID"\n'
ROW = '"true","2009-01-03T18:15:05","Mined","x<b>","{to}","50.0","{txid}"\n'
PAYEE = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


def mark(case: Case, draft_id: str, state: str) -> None:
    told = {
        "kind": "draft", "replaces": draft_id, "state": state, "cause_seq": 3, "because": ["ab" * 32],
        "because_count": 1, "words": "", "waits_for": [],
    }  # fmt: skip
    case.act("rerun.mark", what={"rerun": told})


def test_a_sent_request_warns_where_it_is_listed_and_opened(desk):
    with Case.open_to_write(desk.root / "practice" / "case") as case:
        draft_id = next(iter(case.store.rows("drafts")))["draft_id"]
        mark(case, draft_id, "sent")
    for path in ("requests", f"requests/{draft_id}", "ledger"):
        page = desk.client.get(f"/cases/practice/{path}").text
        assert "Was sent, and is not changed: check it." in page, path
    page = desk.client.get("/cases/practice/overview").text
    assert "Check the request that was sent to" in page


def test_a_page_without_lost_blocks_says_nothing_of_them(desk):
    page = desk.client.get("/cases/practice/ledger").text
    assert "Blocks that left the chain" not in page
    assert "What exports state" not in page


def test_exports_are_told_with_their_counts_beside_the_ledger(desk, tmp_path):
    path = tmp_path / "wallet<i>.csv"
    path.write_text(HEAD + ROW.format(to=PAYEE, txid="ab" * 32), "utf-8")
    with Case.open_to_write(desk.root / "practice" / "case") as case:
        mapping = {"mapping": "bitcoin-core-csv", "chain": Chain.BITCOIN, "zone": "UTC"}
        add_stated(case, [path], **mapping)
    page = desk.client.get("/cases/practice/ledger").text
    assert "What exports state" in page
    assert "wallet&lt;i&gt;.csv" in page
    assert "bitcoin-core-csv" in page
    assert "Not in the ledger" in page


def test_results_are_worked_out_again_from_the_page(desk):
    answer = desk.post("/cases/practice/ledger/again", {})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/ledger#reruns")
