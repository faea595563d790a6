"""One verified occurrence of a cryptocurrency trace in an exhibit."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec

from chainlead.model import Candidate, Certainty, Chain, Network, Provenance, Role, Step


@dataclass(frozen=True, slots=True)
class Finding:
    """A place, a kind and a proof. A secret has no value here, only a keyed fingerprint.

    Attributes:
        kind: address, extended_key, descriptor, private_key, mnemonic, wallet, hardware_wallet, txid, payment_uri,
            payment_code, lightning_invoice, explorer_link, exchange_domain, exchange_mail.
        value: the normalised string; None for a secret.
        fingerprint: HMAC-SHA256 under the case key, for a secret; else None.
        candidates: the ledgers it could belong to, best first.
        check_made: the check in words, for example "base58check, version 0x00, 20 bytes".
        false_positive_rate: chance that random text passes the check, for example "2^-32".
        offset_bytes: place in the innermost stream, or None where only `row` is known.
        context: the text around it, secrets masked.
        detail: what came with it: amount, label, tag, canonical form, path … JSON values only.
    """

    kind: str
    value: str | None
    fingerprint: str | None
    candidates: tuple[Candidate, ...]
    certainty: Certainty
    check_made: str
    false_positive_rate: str
    role: Role
    provenance: Provenance
    offset_bytes: int | None
    length_bytes: int
    row: str | None
    encoding: str
    context: str
    detector: str
    item_sha256: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def finding_id(self) -> str:
        """20 hex characters that depend on what it is and where it is, and on nothing else."""
        place = [
            self.kind,
            self.value or self.fingerprint or "",
            str(self.provenance),
            str(self.offset_bytes),
            self.row or "",
            self.encoding,
        ]
        return hashlib.sha256(msgspec.json.encode(place)).hexdigest()[:20]

    def to_row(self) -> dict[str, Any]:
        """The finding as a row of the table `findings`."""
        return {
            "finding_id": self.finding_id,
            "kind": self.kind,
            "value": self.value,
            "fingerprint": self.fingerprint,
            "candidates": [
                {"chain": c.chain.value, "network": c.network.value, "reason": c.reason}
                for c in self.candidates
            ],
            "certainty": self.certainty.value,
            "check_made": self.check_made,
            "false_positive_rate": self.false_positive_rate,
            "role": self.role.value,
            "exhibit": self.provenance.exhibit,
            "location": self.provenance.as_list(),
            "offset_bytes": self.offset_bytes,
            "length_bytes": self.length_bytes,
            "row": self.row,
            "encoding": self.encoding,
            "context": self.context,
            "detail": self.detail,
            "detector": self.detector,
            "item_sha256": self.item_sha256,
        }

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Read what `to_row` wrote."""
        return cls(
            kind=row["kind"],
            value=row["value"],
            fingerprint=row["fingerprint"],
            candidates=tuple(
                Candidate(Chain(c["chain"]), Network(c["network"]), c["reason"])
                for c in row["candidates"]
            ),
            certainty=Certainty(row["certainty"]),
            check_made=row["check_made"],
            false_positive_rate=row["false_positive_rate"],
            role=Role(row["role"]),
            provenance=Provenance(
                row["exhibit"], tuple(Step.from_text(text) for text in row["location"])
            ),
            offset_bytes=row["offset_bytes"],
            length_bytes=row["length_bytes"],
            row=row["row"],
            encoding=row["encoding"],
            context=row["context"],
            detector=row["detector"],
            item_sha256=row["item_sha256"],
            detail=row["detail"],
        )
