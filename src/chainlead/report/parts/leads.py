"""Leads: where the money reached somebody who knows a name, and what may be asked."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from chainlead.attribution import Claim, Deposit, Holding, Lead, LeadTrack, asset_of
from chainlead.report.money import money


def leads(found: Iterable[Lead]) -> list[dict[str, Any]]:
    """Each lead with its claims, deposits and holdings, by track, service and id."""
    tracks = list(LeadTrack)
    ordered = sorted(found, key=lambda lead: (tracks.index(lead.track), lead.service, lead.lead_id))
    return [lead_document(lead) for lead in ordered]


def lead_document(lead: Lead) -> dict[str, Any]:
    """One lead as the report keeps it."""
    return {
        "lead_id": lead.lead_id,
        "track": lead.track.value,
        "trace_id": lead.trace_id,
        "chain": lead.chain,
        "service": lead.service,
        "actor": lead.actor,
        "jurisdictions": list(lead.jurisdictions),
        "uri": lead.uri,
        "strength": lead.strength.value,
        "reach": lead.reach,
        **({"behind": lead.behind} if lead.behind else {}),
        "first_at": lead.first_at,
        "last_at": lead.last_at,
        "claims": [_claim(claim) for claim in lead.claims],
        "conflicts": [_claim(claim) for claim in lead.conflicts],
        "deposits": [_deposit(lead, deposit) for deposit in lead.deposits],
        "holdings": [_holding(lead, holding) for holding in lead.holdings],
        "handles": [
            {
                "kind": handle.kind,
                "value": handle.value,
                "found_in": list(handle.found_in),
                "place": handle.place,
            }
            for handle in lead.handles
        ],
        "missing": list(lead.missing),
    }


def _deposit(lead: Lead, deposit: Deposit) -> dict[str, Any]:
    return {
        "strength": "inferred" if deposit.inference else "observed",
        "inference": deposit.inference,
        "sweep_txid": deposit.sweep_txid,
        "service_address": deposit.service_address,
        "txid": deposit.txid,
        "output_index": deposit.output_index,
        "transfer_place": deposit.transfer_place,
        "address": deposit.address,
        "memo": deposit.memo,
        "sender": deposit.sender,
        "height": deposit.height,
        "block_hash": deposit.block_hash,
        "mined_at": deposit.mined_at,
        **_amounts(lead, deposit),
    }


def _holding(lead: Lead, holding: Holding) -> dict[str, Any]:
    return {
        "address": holding.address,
        "place": holding.place,
        "as_of_height": holding.as_of_height,
        "as_of": holding.as_of,
        "note": holding.note,
        **_amounts(lead, holding),
    }


def _amounts(lead: Lead, part: Deposit | Holding) -> dict[str, Any]:
    """What is counted, how much, and how much of it each rule traces; a token names its contract."""
    asset = asset_of(lead, part)
    told = {"symbol": asset.symbol, "decimals": asset.decimals, "contract": asset.contract}

    def of(units: int | None) -> dict[str, str] | None:
        return None if units is None else money(lead.chain, units, told)

    return {
        "contract": part.contract,
        "symbol": asset.symbol,
        "decimals": asset.decimals,
        "amount": of(part.amount_units),
        "least": of(part.least_units),
        "most": of(part.most_units),
        "traced": {rule: of(units) for rule, units in sorted(part.traced_units.items())},
    }


def _claim(claim: Claim) -> dict[str, Any]:
    fields = asdict(claim)
    fields["strength"] = claim.strength.value
    fields["inherited_via"] = list(claim.inherited_via)
    return fields
