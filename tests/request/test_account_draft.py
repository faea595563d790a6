"""Drafts on ledgers of accounts: contract, place, sender and tag, each compared with the ledger."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from chainlead.attribution import Deposit, Lead
from chainlead.errors import IdentifierMismatchError
from chainlead.ledger import (
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    AssetRead,
    CaseAccounts,
    TransferRead,
    Verified,
    get_account_chain,
)
from chainlead.model import Chain, Network
from chainlead.request import Draft, DraftParameters, choose_instrument, draft_request
from chainlead.request.annex import read_annex
from chainlead.store import Store

SENDER, INBOX, HOT = ("0x" + f"{n:02x}" * 20 for n in (0x11, 0x22, 0x33))
TOKEN = "0xdac17f958d2ee523a2206206994597c13d831ec7"
XRP_SENDER, XRP_HOT = "rBeToNo4AwHaNbRX2n4BNCYKtpTyFLQwkj", "rhxULAn1xW9T4V2u67FX9pQjSz4Tay2zjZ"
Make = Callable[..., Draft]


def _paid(height: int, *transfers: TransferRead) -> AccountTransactionRead:
    return AccountTransactionRead(
        txid=f"{height:064x}", block_hash=f"{height + 4096:064x}", height=height, block_index=0,
        mined_at_unix=1_700_000_000 + height, is_successful=True, sees_internal=True,
        fee_payer=None, fee_units=0, transfers=transfers, verified=Verified.IN_BLOCK,
    )  # fmt: skip


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.in_memory() as opened:
        yield opened


def _fill(store: Store, chain: Chain, *events: object) -> None:
    with store.transaction():
        request = AccountRequest(get_account_chain(chain), Network.MAIN)
        AccountWriter(store, request, "ab" * 32).write(events)


def _lead(lead: Lead, chain: Chain, *deposits: Deposit) -> Lead:
    claims = tuple(replace(each, address=deposits[0].service_address) for each in lead.claims[:1])
    return replace(lead, chain=chain.value, claims=claims, conflicts=(), deposits=deposits)


@pytest.fixture
def xrp(store: Store, lead: Lead) -> Lead:
    moved = TransferRead(
        "payment", XRP_SENDER, XRP_HOT, 25_000_000, "", tag="3170442", place="value"
    )
    _fill(store, Chain.XRP, _paid(7, moved))
    deposit = Deposit(
        txid=f"{7:064x}", output_index=None, address=XRP_HOT, amount_units=25_000_000,
        traced_units={"fifo": 25_000_000}, height=7, block_hash=f"{4103:064x}",
        mined_at="2023-11-14T22:13:27Z", service_address=XRP_HOT, memo="3170442",
        transfer_place="value", sender=XRP_SENDER,
    )  # fmt: skip
    return _lead(lead, Chain.XRP, deposit)


@pytest.fixture
def token(store: Store, lead: Lead) -> Lead:
    _fill(
        store,
        Chain.ETHEREUM,
        AssetRead(TOKEN, "USDT", 6, Verified.SINGLE_SOURCE),
        _paid(1, TransferRead("token", SENDER, INBOX, 1_234_567, TOKEN, place="log 3")),
        _paid(2, TransferRead("token", INBOX, HOT, 1_234_567, TOKEN, place="log 9")),
    )
    deposit = Deposit(
        txid=f"{1:064x}", output_index=None, address=INBOX, amount_units=1_234_567,
        traced_units={"fifo": 1_234_567}, height=1, block_hash=f"{4097:064x}",
        mined_at="2023-11-14T22:13:21Z", sweep_txid=f"{2:064x}", service_address=HOT,
        inference="Inferred: passed on.", contract=TOKEN, symbol="USDT", decimals=6,
        transfer_place="log 3", sender=SENDER,
    )  # fmt: skip
    return _lead(lead, Chain.ETHEREUM, deposit)


@pytest.fixture
def make(store: Store, settings: dict[str, str], parameters: DraftParameters) -> Make:
    def of(lead: Lead) -> Draft:
        accounts = partial(CaseAccounts, store, Chain(lead.chain))
        choice = choose_instrument("SE", ["EE"], "financial")
        return draft_request(lead, settings, choice, parameters, ledger=None, accounts=accounts)

    return of


def test_a_payment_with_a_destination_tag_names_tag_place_and_sender(xrp: Lead, make: Make) -> None:
    made = make(xrp)
    text = made.files["production.md"].decode()
    for line in (
        "| Place in the transaction | `value` |",
        f"| Sending address | `{XRP_SENDER}` |",
        "| Memo or destination tag | `3170442` |",
        "| Amount | `25.000000 XRP` |",
    ):
        assert line in text
    assert "Output index" not in text
    header, row = read_annex(made.files["annex.csv"])
    told = dict(zip(header, row, strict=True))
    assert told["transfer_place"] == "value"
    assert told["from_addresses"] == XRP_SENDER
    assert told["output_index"] == ""


def test_a_token_names_its_contract_and_its_log(token: Lead, make: Make) -> None:
    made = make(token)
    text = made.files["production.md"].decode()
    for line in (
        f"| Token contract | `{TOKEN}` |",
        "| Place in the transaction | `log 3` |",
        "| Amount | `1.234567 USDT` |",
        f"| Wallet that it pays | `{HOT}` |",
    ):
        assert line in text
    subject = json.loads(made.files["epoc.json"])["sections"]["E"]["fields"]["subjects"][0]
    assert subject["identifiers"]["contract"] == TOKEN


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("txid", f"{8:064x}"),
        ("address", "rGmFH7pyrKs7E84MkGmgKc1gnsx6ZbWDwB"),
        ("amount_units", 25_000_001),
        ("height", 8),
        ("block_hash", f"{4104:064x}"),
        ("mined_at", "2023-11-14T22:13:28Z"),
        ("memo", "3170443"),
        ("memo", ""),
        ("transfer_place", "log 1"),
        ("sender", "rGmFH7pyrKs7E84MkGmgKc1gnsx6ZbWDwB"),
        ("service_address", "rGmFH7pyrKs7E84MkGmgKc1gnsx6ZbWDwB"),
    ],
)
def test_a_payment_that_differs_from_the_ledger_is_not_drafted(
    field: str, value: object, xrp: Lead, make: Make
) -> None:
    wrong = replace(xrp.deposits[0], **{field: value})
    with pytest.raises(IdentifierMismatchError):
        make(replace(xrp, deposits=(wrong,)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contract", "0xdac17f958d2ee523a2206206994597c13d831ec8"),
        ("transfer_place", "log 4"),
        ("sweep_txid", f"{3:064x}"),
        ("service_address", "0x" + "34" * 20),
        ("sender", "0x" + "12" * 20),
        ("decimals", 7),
    ],
)
def test_a_token_that_differs_from_the_ledger_is_not_drafted(
    field: str, value: object, token: Lead, make: Make
) -> None:
    wrong = replace(token.deposits[0], **{field: value})
    with pytest.raises(IdentifierMismatchError):
        make(replace(token, deposits=(wrong,)))
