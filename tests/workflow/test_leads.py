"""Leads of the practice case, against the generator's truth."""

import json

import pytest

from chainlead.attribution import LeadTrack, lead_document
from chainlead.errors import LeadNotFoundError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Outpoint, Txid, moment_to_text
from chainlead.workflow.case import Case
from chainlead.workflow.demo import Demo
from chainlead.workflow.leads import find_leads, get_lead


def test_every_lead_names_a_deposit_that_the_truth_knows(demo: Demo) -> None:
    truth = json.loads(demo.truth.read_text())
    known = {str(deposit) for deposit in _strings(truth["deposits"])}
    with Case.open_to_read(demo.case) as case:
        leads = find_leads(case.store, case.blobs, {LeadTrack.SERVICE})
    assert leads
    for lead in leads:
        for deposit in lead.deposits:
            behind = deposit.txid == truth["answer"]["brought_on"]
            assert deposit.address in known or behind, lead.service
            assert max(deposit.traced_units.values()) <= deposit.amount_units


def test_every_identifier_of_every_lead_is_the_ledgers(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        leads = find_leads(case.store, case.blobs)
        assert {lead.track for lead in leads} >= {LeadTrack.SERVICE, LeadTrack.UNSPENT}
        ledger = CaseLedger(case.store, Chain.BITCOIN)
        for lead in leads:
            for deposit in lead.deposits:
                assert deposit.output_index is not None
                place = Outpoint(Txid.from_display(deposit.txid), deposit.output_index)
                output, made = ledger.lookup_output(place), ledger.lookup_transaction(place.txid)
                assert output is not None
                assert made is not None
                assert made.block_hash is not None
                assert made.mined_at is not None
                assert (deposit.address, deposit.amount_units) == (
                    output.address,
                    output.amount_units,
                )
                assert (deposit.height, deposit.block_hash, deposit.mined_at) == (
                    made.height,
                    made.block_hash.display,
                    moment_to_text(made.mined_at),
                )
                assert max(deposit.traced_units.values()) <= deposit.amount_units
                if deposit.least_units is not None and deposit.most_units is not None:
                    assert deposit.least_units <= deposit.most_units <= deposit.amount_units
            for holding in lead.holdings:
                held = ledger.lookup_output(Outpoint.from_display(holding.place))
                assert held is not None
                assert (held.address or "", held.amount_units) == (
                    holding.address,
                    holding.amount_units,
                )
                spent = ledger.lookup_spender(Outpoint.from_display(holding.place))
                assert (spent is not None) is ("spent since" in holding.note)


def test_no_lead_names_the_wallet_that_a_sweep_went_into(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        for lead in find_leads(case.store, case.blobs, {LeadTrack.SERVICE}):
            for deposit in lead.deposits:
                if deposit.sweep_txid:
                    assert deposit.address != deposit.service_address
                    assert deposit.txid != deposit.sweep_txid


def test_contacts_on_checked_pages_lead_to_their_providers(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        leads = find_leads(case.store, case.blobs, {LeadTrack.PROVIDER})
        pages = {row["page_sha256"] for row in case.store.rows("page_contacts")}
    assert leads
    for lead in leads:
        assert lead.handles
        for handle in lead.handles:
            assert set(handle.found_in) <= pages
            assert lead.service in handle.value or handle.kind not in {"mail", "xmpp", "matrix"}
        assert not lead_document(lead)["deposits"]


def test_a_lead_is_found_by_the_beginning_of_its_id(demo: Demo) -> None:
    with Case.open_to_read(demo.case) as case:
        assert get_lead(case.store, case.blobs, demo.leads[0][:8]).lead_id == demo.leads[0]
        for wrong in ("", "ffffffffffffffff", "zz"):
            with pytest.raises(LeadNotFoundError):
                get_lead(case.store, case.blobs, wrong)


def test_a_case_without_a_trace_has_no_lead(case: Case) -> None:
    assert find_leads(case.store, case.blobs) == ()


def _strings(value: object) -> list[object]:
    if isinstance(value, dict):
        return [found for each in (*value.keys(), *value.values()) for found in _strings(each)]
    if isinstance(value, list):
        return [found for each in value for found in _strings(each)]
    return [value]
