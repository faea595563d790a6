"""Derive on order: the addresses of one public extended key that a scan found.

A scan derives for keys inside wallet files only. A loose key, in a note or a chat, is derived when a person
asks. Act: `derive.addresses`, with the addresses in a blob; they are put among the findings at the key's
place, marked as derived, use unproven. Only public keys are used.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from chainlead.codecs import parse_extended_key
from chainlead.custody import Entry
from chainlead.errors import CodecError, ConfigError, FindingNotFoundError
from chainlead.findings import (
    GAP_LIMIT,
    DerivedAddress,
    Finding,
    addresses_of_extended_key,
    scripts_of_chain,
)
from chainlead.model import Certainty, Chain
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.findings import lookup_finding

DETECTOR = "derived_on_order"
_MOST_GAP = 1000


@dataclass(frozen=True, slots=True)
class DerivedFromKey:
    """What was derived from one key.

    Attributes:
        matches: derived addresses that the case had already, with the ids of those findings.
    """

    finding_id: str
    chain: str
    addresses: tuple[DerivedAddress, ...]
    matches: dict[str, tuple[str, ...]]


def derive_addresses(
    case: Case, finding_id: str, *, chain: str = "", gap: int = GAP_LIMIT, why: str = ""
) -> DerivedFromKey:
    """Derive receive and change addresses of a public extended key, and keep them.

    Args:
        case: open for writing.
        finding_id: of an extended key, or its beginning.
        chain: ledger to derive for; the key's best candidate if left out.
        gap: unused addresses in a row behind the last one that the case knows.
        why: the reason, for the journal.

    Raises:
        FindingNotFoundError: no such finding, or no public extended key.
        ConfigError: a ledger that has no addresses of such keys, or a gap out of range.
    """
    row = lookup_finding(case, finding_id)
    if row["kind"] != "extended_key" or row["value"] is None:
        raise FindingNotFoundError(
            f"The finding {row['id']} is no public extended key.",
            next_step="List them with `chainlead findings CASE --kind extended_key`.",
        )
    stored = case.store.lookup("findings", finding_id=row["id"])
    assert stored is not None
    finding = Finding.from_row(stored)
    wanted, network = _ledger(finding, chain)
    if not 1 <= gap <= _MOST_GAP:
        raise ConfigError(f"A gap is 1 to {_MOST_GAP} addresses.")
    known: dict[str, list[str]] = {}
    for other in case.store.rows(
        "findings", columns=("finding_id", "value", "detail"), kind="address"
    ):
        if other["value"] and not other["detail"].get("derived"):
            known.setdefault(other["value"], []).append(other["finding_id"])
    try:
        key = parse_extended_key(finding.value or "")
        derived = tuple(addresses_of_extended_key(key, wanted, network, seen=known.keys(), gap=gap))
    except CodecError as error:
        raise ConfigError("From this key no address can be derived.") from error
    rows = [_finding(finding, one).to_row() for one in derived]
    case.act(
        "derive.addresses",
        why=why,
        what={"finding_id": row["id"], "chain": wanted.value, "gap": gap, "findings": len(rows)},
        blobs={"result": msgspec.json.encode({"findings": rows}, order="sorted")},
    )
    matches = {
        one.address: tuple(sorted(known[one.address])) for one in derived if one.address in known
    }
    return DerivedFromKey(row["id"], wanted.value, derived, matches)


def _ledger(finding: Finding, chain: str) -> tuple[Chain, Any]:
    if not chain:
        best = finding.candidates[0]
        return best.chain, best.network
    known = {each.value for each in Chain if scripts_of_chain(each)}
    if chain not in known:
        raise ConfigError(
            f"No address of {chain!r} is derived from such a key.",
            next_step=f"Use one of: {', '.join(sorted(known))}.",
        )
    wanted = Chain(chain)
    same = [each.network for each in finding.candidates if each.chain is wanted]
    return wanted, same[0] if same else finding.candidates[0].network


def _finding(key: Finding, derived: DerivedAddress) -> Finding:
    return Finding(
        kind="address",
        value=derived.address,
        fingerprint=None,
        candidates=(derived.candidate,),
        certainty=Certainty.STRUCTURED,
        check_made="derived from a public extended key; that it was used is not shown",
        false_positive_rate="as for the key",
        role=key.role,
        provenance=key.provenance,
        offset_bytes=key.offset_bytes,
        length_bytes=key.length_bytes,
        row=key.row,
        encoding=key.encoding,
        context="",
        detector=DETECTOR,
        item_sha256=key.item_sha256,
        detail={**derived.detail(), "derived_from": key.finding_id},
    )


def apply_addresses(projection: Projection, entry: Entry) -> None:
    """`derive.addresses`: the derived addresses are findings."""
    content = msgspec.json.decode(projection.blobs.get(entry.blobs["result"]))
    projection.store.insert("findings", content["findings"], replace=True)
