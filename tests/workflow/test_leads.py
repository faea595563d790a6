"""Leads of the practice case, against the generator's truth."""

import json

import pytest

from chainlead.attribution import LeadTrack
from chainlead.errors import LeadNotFoundError
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
            assert deposit.address in known, lead.service
            assert max(deposit.traced_units.values()) <= deposit.amount_units


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
