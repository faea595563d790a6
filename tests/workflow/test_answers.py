"""The practice answer, imported: sealed, checked, asked again; its import is made again byte for byte."""

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chainlead.attribution import LeadTrack
from chainlead.custody import SteppingClock
from chainlead.errors import (
    AnswerFileError,
    AnswerMappingError,
    AnswerNotFoundError,
    DraftNotFoundError,
    RequestError,
    TraceError,
)
from chainlead.guide.practice import PracticeWorld
from chainlead.guide.practice.answer import IBAN, OTHER_CUSTOMER, PHONE, build_answer
from chainlead.guide.practice.story import KASTELL
from chainlead.workflow.answer_export import export_rows, write_rows
from chainlead.workflow.answer_follow_up import follow_up
from chainlead.workflow.answer_resume import resume, resume_again
from chainlead.workflow.answers import (
    answer_leads,
    answer_rows,
    get_answer,
    import_answer,
    list_answers,
    reimport,
)
from chainlead.workflow.case import Case
from chainlead.workflow.demo import Demo
from chainlead.workflow.leads import find_leads
from chainlead.workflow.request import draft

LATER = datetime(2024, 4, 2, 8, tzinfo=UTC)


@pytest.fixture
def copied(demo: Demo, tmp_path: Path) -> Iterator[Case]:
    """A copy of the practice case, open for writing, with its answer."""
    shutil.copytree(demo.case, tmp_path / "case")
    with Case.open_to_write(tmp_path / "case", clock=SteppingClock(LATER), who="tester") as case:
        yield case


@pytest.fixture(scope="module")
def truth(world: PracticeWorld) -> dict[str, Any]:
    return build_answer(world).truth


@pytest.fixture(scope="module")
def workbook(world: PracticeWorld) -> tuple[str, bytes]:
    made = build_answer(world)
    return made.name, made.content


def rows_of(case: Case, kind: str) -> list[dict[str, Any]]:
    answer = list_answers(case)[0]
    return [row for row in answer_rows(case.store, answer["answer_id"]) if row["kind"] == kind]


def test_every_row_is_asserted_with_its_source_file_and_place(
    copied: Case, workbook: tuple[str, bytes]
) -> None:
    import hashlib

    answer = list_answers(copied)[0]
    rows = answer_rows(copied.store, answer["answer_id"])
    digest = hashlib.sha256(workbook[1]).hexdigest()
    assert len(rows) >= 12
    assert {(row["strength"], row["source"], row["sha256"]) for row in rows} == {
        ("asserted", KASTELL, digest)
    }
    assert all(row["sheet"] and row["sheet_row"] for row in rows)
    assert copied.blobs.get(digest) == workbook[1]


def test_deposits_and_withdrawals_are_found_on_the_ledger_but_for_the_wrong_one(
    copied: Case, truth: dict[str, Any]
) -> None:
    crypto = rows_of(copied, "crypto")
    found = [row["ledger_check"].get("outpoint") for row in crypto]
    assert found == [*truth["deposits"], truth["withdrawals"][0], None]
    assert [row["check_state"] for row in crypto] == ["agrees", "agrees", "agrees", "absent"]
    assert crypto[3]["ledger_check"]["likely"] == [truth["withdrawals"][1]]
    assert truth["right_txid"] in crypto[3]["doubts"][-1]["sentence"]


def test_local_and_utc_columns_come_to_the_same_clock(copied: Case) -> None:
    crypto = rows_of(copied, "crypto")
    assert [row["ledger_check"]["seconds_from_block"] for row in crypto[:3]] == [660, 660, -240]
    assert not any(d["kind"] == "time zone" for row in crypto for d in row["doubts"])


def test_the_wrong_time_zone_shows_against_the_blocks(
    copied: Case, workbook: tuple[str, bytes]
) -> None:
    answer = import_answer(
        copied,
        list_answers(copied)[0]["draft_id"],
        [workbook],
        timezone="Asia/Tokyo",
        profile="kastell-sv",
    )
    doubts = [doubt for doubt in answer.doubts if doubt.kind == "time zone"]
    assert len(doubts) == 2
    assert "about 8 h before the block" in doubts[0].sentence


def test_the_leads_are_account_phone_mail_service_customer_and_withdrawals(
    copied: Case, truth: dict[str, Any]
) -> None:
    answer = list_answers(copied)[0]
    found = {
        (lead["kind"], lead["value"]) for lead in answer_leads(copied.store, answer["answer_id"])
    }
    assert {
        ("iban", IBAN),
        ("phone", PHONE),
        ("email", truth["email"]),
        ("service", "Lagune Exchange"),
        ("internal transfer", OTHER_CUSTOMER),
        ("withdrawal", truth["withdrawals"][0]),
        ("withdrawal", truth["wrong_txid"]),
    } <= found


def test_the_import_is_made_again_byte_for_byte(copied: Case) -> None:
    entry = next(entry for entry in copied.entries if entry.act == "answers.import")
    assert reimport(copied.projection, entry) == copied.blobs.get(entry.blobs["result"])


def test_the_same_files_imported_again_change_nothing(
    copied: Case, workbook: tuple[str, bytes]
) -> None:
    acts = len(copied.entries)
    known = list_answers(copied)[0]
    again = import_answer(
        copied, known["draft_id"], [workbook], timezone="Europe/Stockholm", profile="kastell-sv",
        received_at=datetime(2024, 3, 18, 10, tzinfo=UTC),
    )  # fmt: skip
    assert again.answer_id == known["answer_id"]
    assert len(copied.entries) <= acts + 2
    assert len(list_answers(copied)) == 1


def test_without_a_profile_nothing_is_imported_until_the_proposal_is_accepted(
    copied: Case, workbook: tuple[str, bytes], truth: dict[str, Any]
) -> None:
    draft = list_answers(copied)[0]["draft_id"]
    acts = len(copied.entries)
    with pytest.raises(AnswerMappingError, match=r"Proposed: 'Kunduppgifter' is account"):
        import_answer(copied, draft, [workbook], timezone="Europe/Stockholm")
    assert len(copied.entries) == acts
    made = import_answer(
        copied, draft, [workbook], timezone="Europe/Stockholm", accept_proposed=True
    )
    assert made.profile == "proposed"
    checks = [row.check.get("outpoint") for row in made.rows if row.kind == "crypto"]
    assert checks == [*truth["deposits"], truth["withdrawals"][0], None]
    assert made.unanswered.numbers == (2, 6, 11)


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        ({"timezone": ""}, AnswerMappingError, "time zone of the answer was not said"),
        ({"timezone": "Nowhere/Land"}, AnswerMappingError, "no time zone"),
        ({"profile": "odd"}, AnswerMappingError, "no answer profile"),
        ({"draft_id": "ffff"}, DraftNotFoundError, "no draft"),
        ({"files": []}, AnswerFileError, "No file"),
        ({"files": [("x.bin", b"\0\1")]}, AnswerFileError, "no form"),
        ({"files": [Path("nowhere.xlsx")]}, AnswerFileError, "cannot be opened"),
    ],
)
def test_what_is_wrong_has_a_name_and_changes_nothing(
    copied: Case,
    workbook: tuple[str, bytes],
    told: dict[str, Any],
    error: type[Exception],
    words: str,
) -> None:
    acts = len(copied.entries)
    given = {
        "draft_id": list_answers(copied)[0]["draft_id"],
        "files": [workbook],
        "timezone": "UTC",
        "profile": "kastell-sv",
    } | told
    with pytest.raises(error, match=words):
        import_answer(copied, given.pop("draft_id"), given.pop("files"), **given)
    assert len(copied.entries) == acts


def test_an_answer_to_a_request_that_was_not_sent_is_kept_and_the_state_is_not(
    copied: Case, demo: Demo, workbook: tuple[str, bytes]
) -> None:
    made = import_answer(
        copied, demo.drafts[1], [workbook], timezone="Europe/Stockholm", profile="kastell-sv"
    )
    assert "cannot be partial before it was sent" in made.state_note
    assert get_answer(copied.store, made.answer_id)["draft_id"] == demo.drafts[1]


def test_the_follow_up_asks_for_exactly_what_is_missing(
    copied: Case, truth: dict[str, Any]
) -> None:
    answer = list_answers(copied)[0]
    made = follow_up(copied, answer["answer_id"][:8])
    letter = made.files["production.md"].decode().replace("\\", "")
    assert truth["wrong_txid"] in letter
    assert "Item 6 was not answered" in letter
    told = copied.store.lookup("drafts", draft_id=made.draft_id)["parameters"]
    assert (told["follow_up_of"], told["items"]) == (answer["draft_id"], [2, 6, 11])
    assert told["unanswered"] == answer["unanswered"]["sentences"]


def test_a_whole_answer_has_no_follow_up(copied: Case) -> None:
    answer = list_answers(copied)[0]
    copied.store.insert(
        "answers", [{**answer, "unanswered": {"numbers": [], "sentences": []}}], replace=True
    )
    with pytest.raises(RequestError, match="leaves nothing open"):
        follow_up(copied, answer["answer_id"])


def test_a_trace_behind_the_service_says_on_what_it_rests_and_is_made_again(
    copied: Case, truth: dict[str, Any]
) -> None:
    answer = list_answers(copied)[0]
    row = next(r for r in rows_of(copied, "crypto") if r["direction"] == "out")
    trace_id, document = resume(copied, answer["answer_id"], row["row_number"])
    basis = document["basis"]
    assert (basis["strength"], basis["source"]) == ("asserted", KASTELL)
    assert (basis["sha256"], basis["sheet_row"]) == (row["sha256"], row["sheet_row"])
    assert basis["outpoint"] == document["origin"] == truth["withdrawals"][0]
    assert basis["behind"]["deposits"] == truth["deposits"]
    entry = next(e for e in reversed(copied.entries) if e.act == "answer_resume.run")
    assert resume_again(copied.projection, entry) == copied.blobs.get(entry.blobs["result"])
    assert copied.store.lookup("traces", trace_id=trace_id) is not None


def test_only_a_withdrawal_that_agrees_can_be_followed(copied: Case) -> None:
    answer_id = list_answers(copied)[0]["answer_id"]
    deposit, *_, wrong = rows_of(copied, "crypto")
    with pytest.raises(TraceError, match="is no withdrawal"):
        resume(copied, answer_id, deposit["row_number"])
    with pytest.raises(TraceError, match="does not agree"):
        resume(copied, answer_id, wrong["row_number"])
    with pytest.raises(AnswerNotFoundError, match="no row 999"):
        resume(copied, answer_id, 999)
    with pytest.raises(AnswerNotFoundError, match="no answer has"):
        resume(copied, "ffff", 1)


def test_the_export_is_a_table_of_statements_without_formulas(copied: Case, tmp_path: Path) -> None:
    answer_id = list_answers(copied)[0]["answer_id"]
    target = tmp_path / "rows.csv"
    count = export_rows(copied, answer_id, target, why="for the prosecutor")
    lines = list(csv.reader(io.StringIO(target.read_text("utf-8-sig"))))
    assert len(lines) == count + 1
    assert all(line[1] == "asserted" for line in lines[1:])
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
    assert any(e.act == "personal_data.disclose" for e in copied.entries)
    with pytest.raises(AnswerFileError, match="exists already"):
        export_rows(copied, answer_id, target, why="again")


def test_a_would_be_formula_of_the_service_is_disarmed() -> None:
    row = {
        "row_number": 1, "strength": "asserted", "source": "=S", "sha256": "ab", "sheet": "@x",
        "sheet_row": 2, "kind": "crypto", "direction": "", "occurred_at": None, "txid": "",
        "address": "", "amount": None, "check_state": "", "doubts": [],
        "fields": {"label": "=cmd|'/c calc'!A1"}, "others": {"+a": "b"},
    }  # fmt: skip
    text = write_rows([row]).decode("utf-8-sig")
    assert "\"'=cmd|'/c calc'!A1\"" in text
    assert not any(
        cell.startswith(("=", "+", "-", "@"))
        for line in csv.reader(io.StringIO(text))
        for cell in line
    )


def test_the_answer_to_the_follow_up_completes_the_first(
    copied: Case, demo: Demo, world: PracticeWorld, truth: dict[str, Any]
) -> None:
    sent = next(sent for sent in world.transactions if sent.txid == truth["right_txid"])
    coin = next(c for c in sent.made if c.outpoint == truth["withdrawals"][1])
    mined = datetime.fromtimestamp(sent.mined_at_unix, tz=UTC)
    files = [
        (
            "inloggningar.csv",
            b"Tidpunkt (UTC);IP-adress;Port;User agent\n2024-02-02 01:00:00;8.8.8.8;51515;x\n",
        ),
        (
            "konto.csv",
            b"Kundnummer;704411\nRegistrerad;2023-10-29 02:30:00 +02:00\nE-post;a@b.example\n",
        ),
        (
            "uttag.csv",
            (
                "Tidpunkt (UTC);Valutaslag krypto;Belopp;Avgift;Kryptoadress;TXID;Referens\n"
                f"{mined:%Y-%m-%d %H:%M:%S};BTC;0,028;0;{coin.address};{sent.txid};UTT-2\n"
            ).encode(),
        ),
    ]
    made = import_answer(
        copied, demo.answered.follow_up, files, timezone="Europe/Stockholm", accept_proposed=True
    )
    assert made.unanswered.sentences == ()
    assert made.state == "complete"
    assert made.rows[-1].check["outpoint"] == truth["withdrawals"][1]
    assert "cannot be complete before it was sent" in made.state_note


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", f"**Asserted by {KASTELL}.**"), ("sv", f"**Uppgift från {KASTELL}.**")],
)
def test_a_request_to_the_place_behind_says_on_whose_word_the_trail_got_there(
    copied: Case, demo: Demo, language: str, words: str
) -> None:
    leads = find_leads(copied.store, copied.blobs, {LeadTrack.SERVICE})
    (behind,) = (lead for lead in leads if lead.trace_id == demo.answered.resumed)
    assert behind.behind == KASTELL
    assert not any(lead.behind for lead in leads if lead.trace_id == demo.trace_id)
    made = draft(copied, behind.lead_id, language=language)
    assert words in made.files["production.md"].decode()
    assert words in made.files["preservation.md"].decode()


def test_a_picture_beside_the_workbook_leaves_its_name_and_digest_and_no_byte(
    copied: Case, workbook: tuple[str, bytes]
) -> None:
    import hashlib

    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
    made = import_answer(
        copied, list_answers(copied)[0]["draft_id"], [("id card.png", picture), workbook],
        timezone="Europe/Stockholm", profile="kastell-sv",
    )  # fmt: skip
    digest = hashlib.sha256(picture).hexdigest()
    assert [(f.state, f.sha256 == digest) for f in made.files] == [("kept", True), ("read", False)]
    assert not copied.blobs.has(picture)
    entry = next(e for e in reversed(copied.entries) if e.act == "answers.import")
    assert digest not in entry.blobs.values()
    assert reimport(copied.projection, entry) == copied.blobs.get(entry.blobs["result"])
