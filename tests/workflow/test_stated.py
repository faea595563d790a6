"""Exports in a case: what they state stays beside the ledger, and is compared with it."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli.ledger_cmd import app
from chainlead.errors import LedgerSourceError
from chainlead.ledger import CaseLedger, compare_stated
from chainlead.model import Chain
from chainlead.report.story import story
from chainlead.workflow import ledger as ledger_verb
from chainlead.workflow.next import next_steps
from chainlead.workflow.report import build_report
from chainlead.workflow.stated import add_stated
from chainlead.workflow.verify import verify

GENESIS = (
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27a"
    "c72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c01010000000100000000"
    "00000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d01044554686520"
    "54696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f"
    "6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe55482719"
    "67f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b"
    "8d578a4c702b6bf11d5fac00000000"
)
TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
PAYEE = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
OTHER = "12c6DSiU4Rq3P4ZxziKxzrL5LmMBrzjrJX"
HEAD = '"Confirmed","Date","Type","Label","Address","Amount (BTC)","ID"\n'


def row(
    amount: str = "50.00000000",
    *,
    to: str = PAYEE,
    txid: str = TXID,
    when: str = "2009-01-03T18:15:05",
) -> str:
    return f'"true","{when}","Mined","first","{to}","{amount}","{txid}"\n'


@pytest.fixture
def export(tmp_path):
    def write(*rows: str, name: str = "wallet.csv"):
        path = tmp_path / name
        path.write_text(HEAD + "".join(rows), "utf-8")
        return path

    return write


def add(case, *paths, zone="UTC", mapping="bitcoin-core-csv"):
    return add_stated(case, paths, mapping=mapping, chain=Chain.BITCOIN, zone=zone)


def add_block(case, tmp_path) -> None:
    (tmp_path / "genesis.hex").write_text(GENESIS)
    ledger_verb.add(case, [tmp_path / "genesis.hex"])


def outcomes(case) -> list[tuple[str, str]]:
    checks = compare_stated(case.store, Chain.BITCOIN)
    return [(check.outcome, check.level.value) for check in checks]


def test_a_row_is_one_sources_word_and_no_part_of_the_ledger(case, export):
    (report,) = add(case, export(row()))
    assert (report.payments, report.skipped) == (1, ())
    assert outcomes(case) == [("not in the ledger", "single source")]
    assert list(CaseLedger(case.store, Chain.BITCOIN).transactions()) == []


def test_a_row_that_the_ledger_confirms_has_two_sources(case, export, tmp_path):
    add_block(case, tmp_path)
    add(case, export(row()))
    assert outcomes(case) == [("agrees", "two sources agree")]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": "49.9"}, "pays the stated receiver 5000000000 base units"),
        ({"to": OTHER}, "pays nothing to the stated receiver"),
    ],
)
def test_a_row_that_the_ledger_denies_differs_and_is_not_mended(
    case, export, tmp_path, changed, words
):
    add_block(case, tmp_path)
    add(case, export(row(**changed)))
    (check,) = compare_stated(case.store, Chain.BITCOIN)
    assert (check.outcome, check.level.value) == ("differs", "single source")
    assert words in check.words


def test_a_time_far_from_the_block_is_told(case, export, tmp_path):
    add_block(case, tmp_path)
    add(case, export(row(when="2009-01-04T18:15:05")))
    (check,) = compare_stated(case.store, Chain.BITCOIN)
    assert check.outcome == "agrees"
    assert "1440 minutes away" in check.words


@pytest.mark.parametrize(("value", "outcome"), [("1.5", "agrees"), ("1.4", "differs")])
def test_rows_of_an_account_ledger_are_compared_too(case, tmp_path, value, outcome):
    txid, payer, payee = "ab" * 32, "0x" + "11" * 20, "0x" + "22" * 20
    history = {
        "blockNumber": "1", "timeStamp": "1706756640", "hash": f"0x{txid}", "from": payer,
        "to": payee, "value": str(15 * 10**17), "gasPrice": "1", "gasUsed": "21000", "isError": "0",
    }  # fmt: skip
    (tmp_path / "history.json").write_text(json.dumps({"result": [history]}))
    ledger_verb.add(case, [tmp_path / "history.json"], chain=Chain.ETHEREUM)
    (tmp_path / "rows.csv").write_text(
        '"Transaction Hash","UnixTimestamp","From","To","Value_IN(ETH)","Value_OUT(ETH)","Status"\n'
        f'"0x{txid.upper()}","1706756640","{payer}","{payee}","0","{value}",""\n'
    )
    add_stated(case, [tmp_path / "rows.csv"], mapping="etherscan-csv", chain=Chain.ETHEREUM)
    (check,) = compare_stated(case.store, Chain.ETHEREUM)
    assert check.outcome == outcome


def test_the_case_is_made_again_from_file_and_mapping(case, export, tmp_path):
    mapping = tmp_path / "own.yaml"
    mapping.write_text(
        "{name: own, about: a test, source: this test, certainty: read, needs: [Date, ID],"
        " time: {column: Date, zone: ask}, amount: [{column: Amount (BTC)}], txid: ID}"
    )
    add(case, export(row(), row("x")), mapping=str(mapping), zone="Europe/Berlin")
    mapping.unlink()
    (check,) = compare_stated(case.store, Chain.BITCOIN)
    assert check.payment.moment_unix == 1231006505 - 3600
    case.close()
    assert verify(case.folder).problems == []


def test_the_same_file_is_taken_once(case, export):
    path = export(row())
    add(case, path)
    (report,) = add(case, path)
    assert report.is_known
    assert len(outcomes(case)) == 1


def test_of_several_files_the_good_ones_are_kept(case, export, tmp_path):
    (tmp_path / "no.csv").write_text("a,b\n1,2\n")
    reports = add(case, export(row()), tmp_path / "no.csv")
    assert [report.reason == "" for report in reports] == [False, True]
    with pytest.raises(LedgerSourceError, match="no heading"):
        add(case, tmp_path / "no.csv")


def test_the_command_reads_shows_and_warns(case, export, tmp_path):
    path = export(row(), row("nothing"), row(to=OTHER))
    add_block(case, tmp_path)
    case.close()

    def run(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    refused = run("add", case.folder, path, "--mapping", "bitcoin-core-csv")
    assert isinstance(refused.exception, LedgerSourceError)
    assert "--zone" in refused.exception.next_step
    added = run("add", case.folder, path, "--mapping", "bitcoin-core-csv", "--zone", "UTC")
    assert added.exit_code == 1
    assert "2 payments stated, 1 rows left out" in added.output
    shown = run("stated", case.folder)
    assert shown.exit_code == 1
    assert "agrees" in shown.output
    assert "row 3: the transaction pays nothing to the stated receiver." in shown.output
    document = json.loads(run("stated", case.folder, "--json").output)
    assert {one["strength"] for one in document["payments"]} == {"asserted"}
    known = json.loads(run("mappings", "--json").output)
    assert {one["certainty"] for one in known} == {"read", "documented", "reported"}


def test_the_report_says_what_exports_state_and_what_the_ledger_bears_out(case, export, tmp_path):
    add_block(case, tmp_path)
    agrees, differs, unknown = row(), row(to=OTHER), row(txid="ab" * 32)
    add(case, export(agrees, differs, unknown))
    made = build_report(
        case.projection, case.entries, {"chainlead": "x", "python": "x", "typst": "x"}
    )
    told = json.loads(made["report.json"])["stated"]
    (source,) = told["sources"]
    assert (source["mapping"], source["zone"], source["payments"]) == ("bitcoin-core-csv", "UTC", 3)
    assert source["mapping_source"]
    assert len(source["mapping_sha256"]) == 64
    (chain,) = told["chains"]
    assert chain["outcomes"] == {
        "differs": 1, "agrees": 1, "transaction known": 0, "not in the ledger": 1,
    }  # fmt: skip
    assert [one["outcome"] for one in chain["listed"]] == ["differs", "agrees", "not in the ledger"]
    assert {one["strength"] for one in chain["listed"]} == {"asserted"}
    page = json.dumps(story(json.loads(made["report.json"])))
    assert "What exports state" in page
    assert "agrees: two sources" in page


def test_the_guide_names_rows_that_the_ledger_contradicts_or_does_not_hold(case, export, tmp_path):
    add_block(case, tmp_path)
    add(case, export(row(to=OTHER), row(txid="ab" * 32)))
    steps = {step.step_id: step for step in next_steps(case)}
    assert "contradicts" in steps["stated:bitcoin-differs"].title
    assert "--chain bitcoin" in steps["stated:bitcoin-unknown"].command
    assert steps["stated:bitcoin-differs"].urgency < steps["stated:bitcoin-unknown"].urgency


def test_a_case_without_exports_has_no_section_of_them(case, tmp_path):
    add_block(case, tmp_path)
    made = build_report(
        case.projection, case.entries, {"chainlead": "x", "python": "x", "typst": "x"}
    )
    assert "stated" not in json.loads(made["report.json"])
    assert "What exports state" not in json.dumps(story(json.loads(made["report.json"])))
