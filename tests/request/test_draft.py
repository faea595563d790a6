"""Two letters per lead: right in every identifier, the same bytes every time, sent to nobody."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from chainlead.errors import IdentifierMismatchError, RequestError
from chainlead.ledger import RateTable, Valuation, parse_rate_file
from chainlead.model import Strength
from chainlead.request import Draft, DraftParameters, choose_instrument, languages
from chainlead.request.docx_bytes import docx_text
from chainlead.request.identifier_check import check_letter
from chainlead.request.texts import get_texts
from chainlead.request.transfer_facts import derive_facts

Make = Callable[..., Draft]
LETTERS = ("preservation", "production", "freeze")


def test_the_same_lead_gives_the_same_bytes(make_draft: Make, lead) -> None:
    assert dict(make_draft(lead=lead).files) == dict(make_draft().files)


def test_a_long_lead_has_forty_tables_and_all_its_transfers_in_the_annex(
    make_draft: Make, lead
) -> None:
    made = make_draft(lead=replace(lead, deposits=lead.deposits * 21))
    text = made.files["production.md"].decode()
    assert len(re.findall(r"^\| #\d+ ", text, re.MULTILINE)) == 40
    assert "**2 more transfers** are in the file annex.csv only" in text
    assert made.files["annex.csv"].count(b"\r\n") == 43
    subjects = json.loads(made.files["epoc.json"])["sections"]["E"]["fields"]["subjects"]
    assert len(subjects) == 42


def test_the_pdf_holds_every_identifier_and_names_its_date(make_draft: Make, lead) -> None:
    made = make_draft()
    for name in ("preservation.pdf", "production.pdf", "freeze.pdf"):
        reader = PdfReader(io.BytesIO(made.files[name]))
        text = "\n".join(page.extract_text() for page in reader.pages)
        for deposit in lead.deposits:
            for wanted in (deposit.txid, deposit.block_hash, deposit.address, deposit.mined_at):
                assert wanted in text, (name, wanted)
        assert hashlib.sha256(made.files["annex.csv"]).hexdigest() in text
        assert "PRACTICE CASE" in text
        assert reader.metadata.creation_date.date() == date(2024, 3, 4)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", LETTERS)
def test_one_wrong_character_in_any_identifier_is_refused(
    kind: str, language: str, make_draft: Make, request: pytest.FixtureRequest
) -> None:
    parameters = request.getfixturevalue("parameters")
    lead, ledger = request.getfixturevalue("lead"), request.getfixturevalue("ledger")
    made = make_draft(parameters=replace(parameters, language=language))
    text = made.files[f"{kind}.md"].decode()
    facts = derive_facts(lead, ledger)
    texts = get_texts(language)
    annexes = {"annex.csv": made.files["annex.csv"]}
    also = made.expected.also
    check_letter(text, facts, texts, annexes=annexes, also=also)
    places = [p for match in re.finditer(r"`([^`]+)`", text) for p in range(*match.span(1))]
    assert len(places) > 700
    step = 1 if (kind, language) == ("production", "en") else 13
    for place in places[::step]:
        wrong = "1" if text[place] != "1" else "2"
        with pytest.raises(IdentifierMismatchError):
            check_letter(
                text[:place] + wrong + text[place + 1 :], facts, texts, annexes=annexes, also=also
            )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("txid", "a2" + "a1" * 31),
        ("output_index", 1),
        ("address", "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"),
        ("amount_units", 150_001),
        ("height", 800_009),
        ("block_hash", "00000001" + "d4" * 28),
        ("mined_at", "2023-12-30T23:59:58Z"),
        ("service_address", "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm4"),
    ],
)
def test_a_lead_that_differs_from_the_ledger_is_not_drafted(
    field: str, value: object, make_draft: Make, lead
) -> None:
    wrong = replace(lead.deposits[0], **{field: value})
    with pytest.raises(IdentifierMismatchError):
        make_draft(lead=replace(lead, deposits=(wrong, *lead.deposits[1:])))


def test_an_identifier_that_is_no_fact_cannot_hide_in_a_sentence(
    make_draft: Make, lead, ledger
) -> None:
    made = make_draft()
    text = made.files["production.md"].decode()
    hidden = text.replace("## Part 3", f"See {'5e' * 32}.\n\n## Part 3")
    with pytest.raises(IdentifierMismatchError, match="no identifier of the lead"):
        check_letter(
            hidden,
            derive_facts(lead, ledger),
            get_texts("en"),
            annexes={"annex.csv": made.files["annex.csv"]},
            also=made.expected.also,
        )


@pytest.mark.parametrize(
    "label",
    [
        "**Kastell** `x` | y",
        '](javascript:alert(1)) #set text(red) $x$ #import "x"',
        "<script>alert(1)</script>",
        "{{ lead.trace_id }} {% raw %}",
        "=HYPERLINK(1)",
        "\u202egnirtS\n\n# Heading\n| a | b |",
        "币安 Binance",
        "биржа, Ünïcødé, ΑΒΓ, office \ufb01",
        "بورصة",
        "हिन्दी \U0001f680 e\u0301",
    ],
)
def test_a_label_from_a_pack_is_only_ever_text(label: str, make_draft: Make, lead) -> None:
    hostile = replace(lead, service=label, claims=(replace(lead.claims[0], service=label),))
    hostile = replace(hostile, conflicts=())
    plain = make_draft(lead=replace(lead, claims=lead.claims[:1], conflicts=()))
    made = make_draft(lead=hostile)
    headings = [
        [line for line in draft.files["production.md"].decode().split("\n") if line.startswith("#")]
        for draft in (plain, made)
    ]
    assert headings[0] == headings[1]
    assert PdfReader(io.BytesIO(made.files["production.pdf"])).pages


def test_a_name_that_no_font_of_the_pdf_has_is_whole_in_word_and_a_code_on_paper(
    make_draft: Make, lead
) -> None:
    made = make_draft(lead=replace(lead, service="币安"))
    assert "币安" in made.files["production.md"].decode()
    assert "币安" in docx_text(made.files["production.docx"])
    pages = PdfReader(io.BytesIO(made.files["production.pdf"])).pages
    assert "[U+5E01][U+5B89]" in "".join(page.extract_text() for page in pages)


def test_parts_are_numbered_and_separate(make_draft: Make) -> None:
    text = make_draft().files["production.md"].decode()
    parts = re.findall(r"^## (Part \d: \w+)", text, re.MULTILINE)
    assert parts == [
        "Part 1: Preserve",
        "Part 2: Produce",
        "Part 3: Freeze",
        "Part 4: Confidentiality",
    ]
    preservation = make_draft().files["preservation.md"].decode()
    assert "asks for no data and for no freeze" in preservation
    freeze = make_draft().files["freeze.md"].decode()
    assert re.findall(r"^## (Part \d: \w+)", freeze, re.MULTILINE) == [
        "Part 1: Freeze",
        "Part 2: Confidentiality",
    ]
    assert "asks for no customer data" in freeze


def test_a_person_chooses_the_parts(make_draft: Make, parameters: DraftParameters) -> None:
    made = make_draft(parameters=replace(parameters, parts=("production",)))
    letters = {name for name in made.files if name.endswith(".md")}
    assert letters == {"production.md", "officer.md"}
    text = made.files["production.md"].decode()
    assert re.findall(r"^## Part (\d: \w+)", text, re.MULTILINE) == ["1: Produce"]
    with pytest.raises(RequestError, match="no part 'fax'"):
        make_draft(parameters=replace(parameters, parts=("fax",)))
    with pytest.raises(RequestError, match="needs one of: preservation"):
        make_draft(parameters=replace(parameters, parts=("confidentiality",)))


def test_a_follow_up_asks_only_for_what_is_missing(
    make_draft: Make, parameters: DraftParameters
) -> None:
    asked = replace(
        parameters,
        follow_up_of="89abcdef01234567",
        unanswered=("Log-ins of the period (item 6)", "Transfer 2 is not in your answer"),
        item_numbers=(6, 11),
    )
    made = make_draft(parameters=asked)
    assert made.parts == ("production", "confidentiality")
    text = made.files["production.md"].decode()
    assert "| Follows the request | `89abcdef01234567` |" in text
    assert "1. Log-ins of the period (item 6)" in text
    assert re.findall(r"^- \[x\] (\d+)\.", text, re.MULTILINE) == ["6", "11"]
    epoc = json.loads(made.files["epoc.json"])["sections"]["D"]["fields"]
    assert epoc["follows_draft"] == "89abcdef01234567"


def test_open_fields_stand_at_the_top(make_draft: Make) -> None:
    made = make_draft()
    for kind in LETTERS:
        text = made.files[f"{kind}.md"].decode()
        top, _, body = text.partition("## Addressee")
        for field in re.findall(r"\[TO FILL: ([^\]]*)\]", body):
            assert f"1. {field}" in top
    assert "place, date and signature" in " ".join(made.open_fields)


def test_unknown_facts_stay_open_instead_of_being_invented(
    make_draft: Make, lead, settings
) -> None:
    bare = replace(lead, jurisdictions=(), uri=None, actor=None)
    made = make_draft(
        lead=bare,
        settings={**settings, "unit": "", "reference": "", "practice": "no"},
        choice=choose_instrument("SE", [], "financial"),
    )
    text = made.files["production.md"].decode()
    assert "| Seat (not from the directory) | not known |" in text
    assert "[TO FILL: authority and unit]" in text
    assert "PRACTICE" not in text


def test_strengths_of_truth_are_said(make_draft: Make) -> None:
    text = make_draft().files["production.md"].decode()
    assert "**Asserted by others, not verified by us.**" in text
    assert "**Contradicted.** https://forum.example/thread/88" in text
    assert "**Observed.**" in text
    assert "Inferred (deposit sweep" in text
    assert "a payer may be a victim" in text


def test_a_provable_minimum_stands_before_the_rules_and_an_upper_bound_is_called_one(
    make_draft: Make, lead
) -> None:
    bounded = replace(lead.deposits[0], least_units=0, most_units=150_000)
    known = make_draft(lead=replace(lead, deposits=(bounded, *lead.deposits[1:])))
    text = known.files["production.md"].decode()
    assert text.index("provable minimum: `0.00000000 BTC`") < text.index(
        "part, rule fifo (first in"
    )
    assert "provable minimum: so much is in this output however the money is divided" in text
    assert "**An upper bound only.**" not in text
    reached = make_draft(lead=replace(lead, reach="under poison only; minimum 0"))
    assert "**An upper bound only.**" in reached.files["production.md"].decode()


def test_what_the_program_says_of_a_tag_is_in_the_letter_s_language(
    make_draft: Make, lead, parameters: DraftParameters
) -> None:
    note = (
        "the tag is on 1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s; the link is inferred from common inputs"
    )
    inferred = replace(
        lead.claims[0], strength=Strength.INFERRED, note=note, inherited_via=("c3" * 32,)
    )
    made = make_draft(
        lead=replace(lead, claims=(inferred, *lead.claims[1:])),
        parameters=replace(parameters, language="sv"),
    )
    text = made.files["production.md"].decode()
    assert "märkningen gäller 1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s" in text
    assert f"Sammanlänkande transaktioner: `{'c3' * 32}`." in text


def test_a_network_without_value_is_named_in_the_letter_s_language(
    make_draft: Make, lead, parameters: DraftParameters
) -> None:
    made = make_draft(
        lead=replace(lead, network="regtest"), parameters=replace(parameters, language="sv")
    )
    text = made.files["production.md"].decode()
    assert "| Liggare | bitcoin, nätet regtest |" in text
    assert "| Belopp | `0,00150000 BTC` |" in text


def test_a_given_rate_is_printed_with_its_source_and_no_rate_is_said(
    make_draft: Make, parameters: DraftParameters
) -> None:
    assert make_draft().files["production.md"].decode().count("| no rate given |") == 2
    content = b"date,asset,currency,rate,source\n2024-01-02,BTC,SEK,455123.45,Bank of X\n"
    file = parse_rate_file("rates.csv", content)
    valuation = Valuation(RateTable.from_files([file]))
    rated = make_draft(parameters=replace(parameters, valuation=valuation))
    text = rated.files["production.md"].decode()
    assert "| Value in state currency | `9557592.45 SEK` |" in text
    assert "Rate: 1 BTC = 455123.45 SEK on 2024-01-02 (Bank of X; " in text
    assert text.count("| no rate given |") == 1


def test_ticked_items_have_reasons_and_others_none(
    make_draft: Make, parameters: DraftParameters
) -> None:
    made = make_draft(parameters=replace(parameters, item_numbers=(1, 19)))
    text = made.files["production.md"].decode()
    assert re.findall(r"^- \[x\] (\d+)\.", text, re.MULTILINE) == ["1", "19"]
    assert re.findall(r"^- Item (\d+):", text, re.MULTILINE) == ["1", "19"]
    assert "the reason for data on other persons' accounts" in made.open_fields


def test_outside_the_eea_the_transfer_of_data_is_recorded(make_draft: Make, lead) -> None:
    abroad = replace(lead, jurisdictions=("AE",))
    made = make_draft(lead=abroad, choice=choose_instrument("SE", ["AE"], "financial"))
    sheet = made.files["officer.md"].decode()
    assert "Article 39" in sheet
    assert sheet.count("- [ ] ") == 5
    assert any("who decided on the transfer" in field for field in made.open_fields)
    assert json.loads(made.files["draft.json"])["transfer_outside_eea"] is True
    assert "Article 39" not in make_draft().files["officer.md"].decode()


def test_a_letter_holds_nothing_of_the_officers_sheet(make_draft: Make) -> None:
    made = make_draft()
    assert "Why not another instrument" in made.files["officer.md"].decode()
    for kind in LETTERS:
        assert "disputed" not in made.files[f"{kind}.md"].decode()
    assert "officer.docx" not in made.files


def test_the_officers_sheet_may_be_in_another_language(
    make_draft: Make, parameters: DraftParameters
) -> None:
    made = make_draft(parameters=replace(parameters, sheet_language="sv"))
    assert "Varför inte ett annat instrument" in made.files["officer.md"].decode()
    assert "Request to produce data" in made.files["production.md"].decode()


def test_a_lead_without_transfers_or_an_absurd_period_is_refused(
    make_draft: Make, lead, parameters
) -> None:
    with pytest.raises(RequestError, match="names no transfer"):
        make_draft(lead=replace(lead, deposits=()))
    with pytest.raises(RequestError, match="period of -1 days"):
        make_draft(parameters=replace(parameters, period_days=-1))
    with pytest.raises(RequestError, match="language 'xx'"):
        make_draft(parameters=replace(parameters, language="xx"))


def test_the_id_follows_the_decisions(make_draft: Make, parameters: DraftParameters) -> None:
    first = make_draft().draft_id
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert make_draft(parameters=replace(parameters, period_days=8)).draft_id != first
    assert (
        make_draft(choice=choose_instrument("SE", ["EE"], "financial", instrument="epoc")).draft_id
        != first
    )


def test_a_payment_out_of_the_service_is_asked_about_as_one(make_draft: Make, lead) -> None:
    text = make_draft(lead=replace(lead, direction="backward")).files["production.md"].decode()
    assert "customer who ordered the payments" in text
