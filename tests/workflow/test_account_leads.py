"""Leads on ledgers of accounts: the deposit address and never the hot wallet, the tag, the token."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainlead.attribution import AddressBook, LeadTrack, derive_leads, lead_document, parse_pack
from chainlead.ledger import AccountRequest, AccountWriter, CaseAccounts, get_account_chain
from chainlead.ledger.accounts.account_source import (
    AccountTransactionRead,
    AssetRead,
    TransferRead,
    Verified,
)
from chainlead.model import Chain, Network, moment_from_unix, moment_to_text
from chainlead.store import Store
from chainlead.trace import encode_canonical, limits_document
from chainlead.trace.trace import Limits
from chainlead.workflow.leads import find_leads, find_silent_ends
from chainlead.workflow.rates import load_valuation
from chainlead.workflow.tags import _pack_row, _tag_row
from chainlead.workflow.trace_accounts import retrace_accounts

THIEF, INBOX, HOT, OTHER, VICTIM = ("0x" + f"{n:02x}" * 20 for n in (0x11, 0x22, 0x33, 0x44, 0x55))
USDT = "0xdac17f958d2ee523a2206206994597c13d831ec7"
FAKE = "0x" + "99" * 20
ETHER = 10**18
XRP_THIEF, XRP_HOT, XRP_VICTIM = (
    "rBeToNo4AwHaNbRX2n4BNCYKtpTyFLQwkj",
    "rhxULAn1xW9T4V2u67FX9pQjSz4Tay2zjZ",
    "rGmFH7pyrKs7E84MkGmgKc1gnsx6ZbWDwB",
)
RULES = ["fifo", "haircut", "libr", "lifo", "poison"]


@pytest.fixture
def store():
    with Store.in_memory() as opened:
        yield opened


def paid(height, *transfers, fee_units=0, payer=None):
    return AccountTransactionRead(
        txid=f"{height:064x}", block_hash=f"{height + 4096:064x}", height=height, block_index=0,
        mined_at_unix=1_700_000_000 + height, is_successful=True, sees_internal=True,
        fee_payer=payer, fee_units=fee_units, transfers=transfers, verified=Verified.IN_BLOCK,
    )  # fmt: skip


def move(sender, receiver, units, contract="", *, tag=None, place="value"):
    kind = "token" if contract else "payment"
    return TransferRead(kind, sender, receiver, units, contract, tag=tag, place=place)


def fill(store, chain, *events):
    with store.transaction():
        request = AccountRequest(get_account_chain(chain), Network.MAIN)
        AccountWriter(store, request, "ab" * 32).write(events)


def tag(store, currency, category="exchange", **labels):
    lines = "".join(
        f"- {{address: {address}, label: {label}, category: {category}, confidence: service_data}}\n"
        for label, address in labels.items()
    )
    head = f"title: T\ncreator: c\ncurrency: {currency}\nsource: https://s.example\ntags:\n"
    pack = parse_pack("p.yaml", (head + lines).encode())
    with store.transaction():
        store.insert("packs", [_pack_row(pack, SimpleNamespace(seq=1))])
        store.insert("tags", [_tag_row(each) for each in pack.tags])


def follow(store, chain, origin, contract="", *, rules=RULES, direction="forward"):
    """A trace's document, kept as the case keeps it."""
    import hashlib

    import msgspec

    question = {
        "origin": origin, "chain": chain.value, "contract": contract, "direction": direction,
        "rules": rules, "limits": limits_document(Limits()),
    }  # fmt: skip
    content = retrace_accounts(SimpleNamespace(store=store), SimpleNamespace(what=question))
    document = msgspec.json.decode(content)
    assert encode_canonical(document) == content
    row = {
        "trace_id": document["trace_id"], "origin": origin, "direction": direction,
        "parameters": {}, "pinned": document["pinned"], "journal_seq": 1,
        "result_sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    with store.transaction():
        store.insert("traces", [row], replace=True)
    return document, SimpleNamespace(get=lambda _sha256: content)


def leads_of(store, chain, origin, contract="", track=LeadTrack.SERVICE):
    _, blobs = follow(store, chain, origin, contract)
    return find_leads(store, blobs, {track})


@pytest.fixture
def swept(store):
    """The thief pays a deposit address; the service empties it into its hot wallet, less the fee."""
    fill(
        store,
        Chain.ETHEREUM,
        paid(1, move(VICTIM, THIEF, 2 * ETHER)),
        paid(2, move(THIEF, INBOX, ETHER)),
        paid(3, move(INBOX, HOT, ETHER - 42_000), fee_units=42_000, payer=INBOX),
    )
    tag(store, "ETH", Kastell=HOT)
    return store


def test_the_lead_names_the_deposit_address_and_never_the_hot_wallet(swept):
    (lead,) = leads_of(swept, Chain.ETHEREUM, THIEF)
    (deposit,) = lead.deposits
    assert (deposit.address, deposit.sender, deposit.txid) == (INBOX, THIEF, f"{2:064x}")
    assert (deposit.sweep_txid, deposit.service_address) == (f"{3:064x}", HOT)
    assert deposit.amount_units == ETHER
    assert deposit.inference.startswith("Inferred (account_deposit_address, version")
    assert lead.strength.value == "inferred"
    assert HOT not in {each.address for each in lead.deposits}


def test_an_account_that_also_pays_somebody_else_is_no_deposit_address(swept):
    fill(swept, Chain.ETHEREUM, paid(4, move(INBOX, OTHER, 5, FAKE, place="log 0")))
    (lead,) = leads_of(swept, Chain.ETHEREUM, THIEF)
    (deposit,) = lead.deposits
    assert (deposit.address, deposit.sender, deposit.inference) == (HOT, INBOX, "")
    assert any("shared wallet" in sentence for sentence in lead.missing)


def test_a_payment_that_starts_at_the_service_is_a_lead_too(swept):
    (lead,) = leads_of(swept, Chain.ETHEREUM, f"{3:064x}")
    assert lead.deposits[0].service_address == HOT


def test_a_wallet_that_its_tag_calls_hot_is_said_to_name_no_customer(store):
    fill(
        store,
        Chain.ETHEREUM,
        paid(1, move(VICTIM, THIEF, ETHER)),
        paid(2, move(THIEF, HOT, ETHER)),
        paid(3, move(THIEF, OTHER, 5, FAKE, place="log 0")),
    )
    tag(store, "ETH", **{"Kastell hot wallet": HOT})
    (lead,) = leads_of(store, Chain.ETHEREUM, THIEF)
    assert any("shares among its customers" in sentence for sentence in lead.missing)


def test_a_token_is_named_by_its_contract_with_decimals_and_log(store):
    fill(
        store,
        Chain.ETHEREUM,
        AssetRead(USDT, "USDT", 6, Verified.SINGLE_SOURCE),
        paid(1, move(VICTIM, THIEF, 5_000_000, USDT, place="log 4")),
        paid(2, move(THIEF, HOT, 4_000_000, USDT, place="log 9")),
    )
    tag(store, "ETH", Kastell=HOT)
    (lead,) = leads_of(store, Chain.ETHEREUM, THIEF, USDT)
    (deposit,) = lead.deposits
    assert (deposit.contract, deposit.symbol, deposit.decimals) == (USDT, "USDT", 6)
    assert (deposit.transfer_place, deposit.output_index) == ("log 9", None)
    assert lead_document(lead)["deposits"][0]["amount"] == "4.000000 USDT"


def test_a_token_whose_decimals_nobody_told_is_counted_in_base_units(store):
    fill(
        store,
        Chain.ETHEREUM,
        paid(1, move(VICTIM, THIEF, 5_000_000, FAKE)),
        paid(2, move(THIEF, HOT, 5_000_000, FAKE)),
    )
    tag(store, "ETH", Kastell=HOT)
    (lead,) = leads_of(store, Chain.ETHEREUM, THIEF, FAKE)
    assert lead.deposits[0].decimals is None
    assert lead_document(lead)["deposits"][0]["amount"].startswith("5000000 base units of")
    assert any("decimals are not known" in sentence for sentence in lead.missing)
    assert load_valuation(store).table.is_empty


@pytest.mark.parametrize(("memo", "flagged"), [("4711", False), (None, True), ("0", False)])
def test_an_xrp_deposit_without_destination_tag_is_useless_and_says_so(store, memo, flagged):
    fill(
        store,
        Chain.XRP,
        paid(1, move(XRP_VICTIM, XRP_THIEF, 900)),
        paid(2, move(XRP_THIEF, XRP_HOT, 800, tag=memo)),
    )
    tag(store, "XRP", Kastell=XRP_HOT)
    (lead,) = leads_of(store, Chain.XRP, XRP_THIEF)
    (deposit,) = lead.deposits
    assert (deposit.address, deposit.memo) == (XRP_HOT, memo or "")
    said = "no destination tag: the service cannot find the customer"
    assert any(said in sentence for sentence in lead.missing) is flagged


@pytest.mark.parametrize(("order", "only_poison"), [((1, 2), True), ((2, 1), False)])
def test_what_only_poison_reaches_is_said_to_have_a_minimum_of_nothing(store, order, only_poison):
    traced, other = order
    fill(
        store,
        Chain.XRP,
        paid(traced, move(XRP_VICTIM, XRP_THIEF, 100)),
        paid(other, move(None, XRP_THIEF, 900)),
        paid(3, move(XRP_THIEF, XRP_HOT, 500, tag="1")),
    )
    tag(store, "XRP", Kastell=XRP_HOT)
    _, blobs = follow(store, Chain.XRP, f"{traced:064x}", rules=["lifo", "poison"])
    (lead,) = find_leads(store, blobs, {LeadTrack.SERVICE})
    assert (lead.reach == "under poison only; minimum 0") is only_poison
    assert any("under poison only" in sentence for sentence in lead.missing) is only_poison
    assert lead.deposits[0].least_units == 0


def test_asked_under_poison_alone_the_lead_says_so(swept):
    _, blobs = follow(swept, Chain.ETHEREUM, THIEF, rules=["poison"])
    (lead,) = find_leads(swept, blobs, {LeadTrack.SERVICE})
    assert lead.reach.startswith("asked under poison only")


def test_a_stablecoin_that_lies_still_is_a_freeze_lead_and_a_fake_of_its_symbol_is_none(store):
    fill(
        store,
        Chain.ETHEREUM,
        AssetRead(USDT, "USDT", 6, Verified.SINGLE_SOURCE),
        AssetRead(FAKE, "USDT", 6, Verified.SINGLE_SOURCE),
        paid(1, move(VICTIM, THIEF, 5_000_000, USDT, place="log 1")),
        paid(2, move(THIEF, OTHER, 4_000_000, USDT, place="log 2")),
        paid(3, move(VICTIM, THIEF, 9_000_000, FAKE, place="log 3")),
    )
    (lead,) = leads_of(store, Chain.ETHEREUM, THIEF, USDT, LeadTrack.ISSUER)
    assert (lead.service, lead.uri, lead.claims[0].address) == ("Tether", "tether.to", USDT)
    assert [(h.address, h.amount_units) for h in lead.holdings] == [
        (OTHER, 4_000_000),
        (THIEF, 1_000_000),
    ]
    assert {d.txid for d in lead.deposits} == {f"{1:064x}", f"{2:064x}"}
    found = leads_of(store, Chain.ETHEREUM, THIEF, FAKE, LeadTrack.ISSUER)
    assert {holding.contract for each in found for holding in each.holdings} == {USDT}


def test_a_stablecoin_in_a_services_wallet_is_no_freeze_lead(store):
    fill(
        store,
        Chain.ETHEREUM,
        AssetRead(USDT, "USDT", 6, Verified.SINGLE_SOURCE),
        paid(1, move(VICTIM, THIEF, 5_000_000, USDT, place="log 1")),
        paid(2, move(THIEF, HOT, 5_000_000, USDT, place="log 2")),
    )
    tag(store, "ETH", Kastell=HOT)
    assert leads_of(store, Chain.ETHEREUM, THIEF, USDT, LeadTrack.ISSUER) == ()


def test_a_coin_trail_finds_the_stablecoin_at_its_end_and_says_to_trace_it_too(store):
    fill(
        store,
        Chain.ETHEREUM,
        paid(1, move(VICTIM, THIEF, ETHER)),
        paid(2, move(VICTIM, THIEF, 7_000_000, USDT, place="log 1")),
    )
    (lead,) = leads_of(store, Chain.ETHEREUM, THIEF, track=LeadTrack.ISSUER)
    assert (lead.holdings[0].amount_units, lead.holdings[0].traced_units) == (7_000_000, {})
    assert any("trace the USDT too" in sentence for sentence in lead.missing)


def test_money_that_lies_still_is_a_seizure_lead_with_what_came_there(swept):
    (lead,) = leads_of(swept, Chain.ETHEREUM, THIEF, track=LeadTrack.UNSPENT)
    (holding,) = lead.holdings
    assert (holding.address, lead.claims) == (THIEF, ())
    assert (holding.traced_units["lifo"], holding.amount_units) == (ETHER, ETHER)
    assert "balance is not known" in holding.note
    assert [deposit.address for deposit in lead.deposits] == [THIEF]
    assert any("no wallet or key" in sentence for sentence in lead.missing)


def test_what_a_tagged_payment_moved_in_another_asset_has_its_tag_too(store):
    other = "EUR.rGmFH7pyrKs7E84MkGmgKc1gnsx6ZbWDwB"
    fill(
        store,
        Chain.XRP,
        paid(1, move(None, XRP_THIEF, 9, other), move(XRP_VICTIM, XRP_THIEF, 900)),
        paid(2, move(XRP_THIEF, XRP_HOT, 800, tag="77"), move(None, XRP_HOT, 5, other)),
    )
    tag(store, "XRP", Kastell=XRP_HOT)
    (lead,) = leads_of(store, Chain.XRP, f"{2:064x}", other)
    assert [(d.amount_units, d.memo) for d in lead.deposits] == [(5, "77")]


def test_looking_back_the_lead_names_the_payment_out_of_the_service_and_asks_for_no_tag(store):
    fill(
        store,
        Chain.XRP,
        paid(1, move(XRP_VICTIM, XRP_HOT, 900, tag="5")),
        paid(2, move(XRP_HOT, XRP_THIEF, 800)),
    )
    tag(store, "XRP", Kastell=XRP_HOT)
    document, blobs = follow(store, Chain.XRP, XRP_THIEF, rules=["poison"], direction="backward")
    (end,) = document["rules"]["poison"]["frontier"]
    assert (end["account"], end["reason"]) == (XRP_HOT, "service")
    (lead,) = find_leads(store, blobs)
    (deposit,) = lead.deposits
    assert (deposit.txid, deposit.sender, deposit.address) == (f"{2:064x}", XRP_HOT, XRP_THIEF)
    assert (lead.direction, lead.service) == ("backward", "Kastell")
    assert not any("destination tag" in sentence for sentence in lead.missing)


def test_a_token_that_borrows_a_symbol_and_a_contract_at_the_end_are_said(store):
    note = "not the well-known USDT: another contract with the same symbol"
    fill(
        store,
        Chain.ETHEREUM,
        AssetRead(FAKE, "USDT", 6, Verified.SINGLE_SOURCE, note),
        paid(1, move(VICTIM, THIEF, 9_000_000, FAKE, place="log 1")),
        paid(2, move(THIEF, HOT, 4_000_000, FAKE, place="log 2")),
    )
    row = {"chain": "ethereum", "account": THIEF, "kind": "contract", "height": 2}
    told = {"implementation": None, "beacon": None, "verified": "", "source_sha256": ""}
    with store.transaction():
        store.insert("account_contracts", [{**row, **told}])
    tag(store, "ETH", Kastell=HOT)
    _, blobs = follow(store, Chain.ETHEREUM, THIEF, FAKE)
    leads = {lead.track: lead for lead in find_leads(store, blobs)}
    assert set(leads) == {LeadTrack.SERVICE, LeadTrack.UNSPENT}
    for lead in leads.values():
        assert lead.missing[0] == f"The token {FAKE}: {note}. It may be worth nothing."
    (holding,) = leads[LeadTrack.UNSPENT].holdings
    assert "a contract holds it" in holding.note


def test_what_lies_in_a_services_wallet_is_asked_for_and_not_seized(store):
    fill(store, Chain.XRP, paid(1, move(XRP_THIEF, XRP_HOT, 900, tag="5")))
    tag(store, "XRP", Kastell=XRP_HOT)
    _, blobs = follow(store, Chain.XRP, f"{1:064x}")
    (lead,) = find_leads(store, blobs)
    assert (lead.track, lead.deposits[0].address) == (LeadTrack.SERVICE, XRP_HOT)


def test_a_trail_into_a_router_stops_there_and_says_why_it_is_no_lead(store):
    fill(
        store,
        Chain.ETHEREUM,
        paid(1, move(VICTIM, THIEF, ETHER)),
        paid(2, move(THIEF, HOT, ETHER)),
        paid(3, move(HOT, OTHER, ETHER)),
    )
    tag(store, "ETH", category="defi_dex", **{"Swap Router": HOT})
    document, blobs = follow(store, Chain.ETHEREUM, THIEF)
    ends = document["rules"]["lifo"]["frontier"]
    assert [node["account"] for node in ends if node["reason"] == "service"] == [HOT]
    assert document["stops"][0]["claims"][0]["says_nothing"]
    assert find_leads(store, blobs, {LeadTrack.SERVICE}) == ()
    (end,) = find_silent_ends(store, blobs)
    assert (end.address, end.service) == (HOT, "Swap Router")
    assert "nobody keeps its users' names" in end.reason


ACCOUNTS = [XRP_THIEF, XRP_HOT, XRP_VICTIM, "rKSZqfQT47L4CaaYCHYQXPMLEKvD16mBtN"]
TRANSFERS = st.lists(
    st.tuples(
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        st.integers(1, 1000),
        st.none() | st.integers(0, 2**32 - 1).map(str),
        st.sampled_from(["", "USD.rBeToNo4AwHaNbRX2n4BNCYKtpTyFLQwkj"]),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(TRANSFERS, st.sets(st.sampled_from(ACCOUNTS), max_size=2), st.booleans())
def test_every_identifier_of_a_lead_is_the_ledgers(transfers, services, follow_token):
    contract = "USD.rBeToNo4AwHaNbRX2n4BNCYKtpTyFLQwkj" if follow_token else ""
    with Store.in_memory() as store:
        events = [
            paid(n, move(a, b, units, c, tag=memo, place=f"log {n}"))
            for n, (a, b, units, memo, c) in enumerate(transfers, start=1)
        ]
        fill(store, Chain.XRP, *events)
        if services:
            tag(store, "XRP", **{f"S{n}": each for n, each in enumerate(sorted(services))})
        starts = [e for e in events if e.transfers[0].contract == contract]
        starts = [e for e in starts if e.transfers[0].sender != e.transfers[0].receiver]
        for start in starts[:2]:
            document, blobs = follow(store, Chain.XRP, start.txid, contract)
            accounts = CaseAccounts(store, Chain.XRP, contract)
            book = AddressBook(store)
            found = derive_leads(document["trace_id"], document, book, None, accounts)
            every = find_leads(store, blobs)
            assert {lead.lead_id for lead in found} <= {lead.lead_id for lead in every}
            for lead in every:
                for deposit in lead.deposits:
                    _is_the_ledgers(store, deposit)
            for lead in found:
                assert {deposit.service_address for deposit in lead.deposits} <= services


def _is_the_ledgers(store, deposit):
    row = store.lookup("account_transactions", chain="xrp", txid=deposit.txid)
    told = list(store.rows("account_transfers", chain="xrp", txid=deposit.txid))
    assert any(
        (moved["sender"] or "", moved["receiver"] or "", int(moved["amount_units"]))
        == (deposit.sender, deposit.address, deposit.amount_units)
        and (moved["tag"] or "", moved["contract"]) == (deposit.memo, deposit.contract)
        and moved["place"] == deposit.transfer_place
        for moved in told
    )
    moment = moment_to_text(moment_from_unix(row["mined_at_unix"]))
    assert (deposit.height, deposit.block_hash, deposit.mined_at) == (
        row["height"],
        row["block_hash"],
        moment,
    )


def test_the_balance_at_an_issuer_is_that_of_the_newest_transfers_and_its_own_account_holds_none(
    store,
):
    issuer = "rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De"
    coin = f"524C555344000000000000000000000000000000.{issuer}"
    fill(
        store,
        Chain.XRP,
        paid(1, move(XRP_VICTIM, XRP_THIEF, 900, coin)),
        paid(2, move(XRP_THIEF, issuer, 200, coin)),
    )
    _, blobs = follow(store, Chain.XRP, XRP_THIEF, coin)
    (lead,) = find_leads(store, blobs, {LeadTrack.ISSUER})
    assert [(h.address, h.amount_units) for h in lead.holdings] == [(XRP_THIEF, 700)]
    fill(store, Chain.XRP, paid(3, move(XRP_THIEF, XRP_HOT, 700, coin)))
    assert find_leads(store, blobs, {LeadTrack.ISSUER}) == ()
