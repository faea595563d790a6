"""Lightning invoices (BOLT 11), bare or behind `lightning:`.

Found in: chats, mails, pages, QR codes, wallet databases.
Proof: bech32 with 30 bits, and a signature from which the payee's key follows.
Limits: an invoice asks; it does not prove a payment. The payee is a node, often a service's.
Spec: BOLT 11.
"""

from collections.abc import Iterator
from typing import Any

from chainlead.codecs import LightningInvoice, parse_lightning_invoice
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Candidate, Certainty, Chain, moment_from_unix, moment_to_text

_SCHEME = b"lightning:"
_LATEST_UNIX = 1 << 34


class LightningInvoices(Detector):
    """`lnbc…`, `lntb…`, `lntbs…`, `lnbcrt…`; 90 characters or more."""

    name = "lightning_invoice"
    shapes = (Shape("lL", range(90, 128), Precheck.BECH32),)

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run."""
        if run.text[:2].lower() != "ln":
            return
        try:
            invoice = parse_lightning_invoice(run.text)
        except CodecError:
            return
        before = run.view.data[max(0, run.start - len(_SCHEME)) : run.start].lower()
        yield Hit(run.start, run.end, run.text, _proof(invoice, is_uri=before == _SCHEME))


def _proof(invoice: LightningInvoice, *, is_uri: bool) -> Proof:
    detail: dict[str, Any] = {
        "payee": invoice.payee.hex(),
        "payee_from": invoice.payee_from,
        "payment_hash": invoice.payment_hash.hex(),
        "expiry_s": invoice.expiry_s,
        "uri": is_uri,
    }
    if invoice.made_unix < _LATEST_UNIX:
        detail["made_at"] = moment_to_text(moment_from_unix(invoice.made_unix))
    if invoice.description:
        detail["message"] = invoice.description[:500]
    if invoice.amount_msat is not None:
        detail["amount_msat"] = str(invoice.amount_msat)
        if invoice.amount_msat % 1000 == 0:
            detail["amount_units"] = str(invoice.amount_msat // 1000)
            detail["asset"] = "bitcoin"
    return Proof(
        kind="lightning_invoice",
        certainty=Certainty.CHECKED,
        check_made="bech32: 30-bit code; a signature that gives the payee's key",
        false_positive_rate="2^-30",
        candidates=(Candidate(Chain.BITCOIN, invoice.network, "Lightning runs over Bitcoin"),),
        detail=detail,
    )
