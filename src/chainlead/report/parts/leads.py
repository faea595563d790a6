"""Leads: where the money reached somebody who knows a name, and what may be asked."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from chainlead.attribution import Claim, Lead
from chainlead.report.money import money


def leads(found: Iterable[Lead]) -> list[dict[str, Any]]:
    """Each lead with its claims and deposits, by service and id."""
    return [_lead(lead) for lead in sorted(found, key=lambda lead: (lead.service, lead.lead_id))]


def _lead(lead: Lead) -> dict[str, Any]:
    return {
        "lead_id": lead.lead_id,
        "trace_id": lead.trace_id,
        "chain": lead.chain,
        "service": lead.service,
        "actor": lead.actor,
        "jurisdictions": list(lead.jurisdictions),
        "uri": lead.uri,
        "claims": [_claim(claim) for claim in lead.claims],
        "conflicts": [_claim(claim) for claim in lead.conflicts],
        "deposits": [
            {
                "strength": "inferred" if deposit.inference else "observed",
                "inference": deposit.inference,
                "sweep_txid": deposit.sweep_txid,
                "service_address": deposit.service_address,
                "txid": deposit.txid,
                "output_index": deposit.output_index,
                "address": deposit.address,
                "amount": money(lead.chain, deposit.amount_units),
                "traced": {
                    rule: money(lead.chain, units)
                    for rule, units in sorted(deposit.traced_units.items())
                },
                "height": deposit.height,
                "block_hash": deposit.block_hash,
                "mined_at": deposit.mined_at,
            }
            for deposit in lead.deposits
        ],
        "missing": list(lead.missing),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    fields = asdict(claim)
    fields["strength"] = claim.strength.value
    fields["inherited_via"] = list(claim.inherited_via)
    return fields
