"""`monero check-proof`: whether a proof of payment, spend or reserve holds, and for what.

A transaction's key and the payment proofs are checked here, from the transaction's own bytes. Spend
and reserve proofs need other outputs of the ledger and are checked by the unit's own
monero-wallet-rpc, whose answers are kept. The key of a transaction is a secret and is never kept.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chainlead.codecs import Secret
from chainlead.errors import LedgerSourceError
from chainlead.ledger import monero
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.monero import Material, read_source_file
from chainlead.workflow.monero_node import MoneroConversation

HERE = "this program"
KEY, PAYMENT, SPEND, RESERVE = "transaction key", "payment", "spend", "reserve"


@dataclass(frozen=True, slots=True)
class ProofClaim:
    """What a proof is said to show.

    Attributes:
        txid: in hex, as printed; empty for a reserve proof.
        address: whom the payment was made to; empty for a spend proof.
        message: what the maker was asked to sign.
    """

    txid: str = ""
    address: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ProofVerdict:
    """Whether a proof holds, who checked it, and what it shows.

    Attributes:
        kind: `transaction key`, `payment`, `spend` or `reserve`.
        received_units: paid to the address; for a reserve proof the whole that was shown; None for
            a spend proof.
        spent_units: for a reserve proof: what of it is spent since.
        unknown_amounts: outputs of the address whose amount cannot be opened.
        in_block: whether the transaction stands in a block, as the source says; None if it does
            not say.
        checked_by: `this program`, or the host that answered.
    """

    kind: str
    holds: bool
    received_units: int | None
    checked_by: str
    spent_units: int | None = None
    unknown_amounts: int = 0
    in_block: bool | None = None
    reason: str = ""


def check_here(
    case: Case,
    claim: ProofClaim,
    proof: str | Secret,
    source: Sequence[Path] | NodeAddress,
    *,
    is_private_chain: bool = False,
    why: str = "",
) -> ProofVerdict:
    """Check a payment proof, or a transaction's key (as a `Secret`), from the transaction's bytes.

    Args:
        case: open for writing.
        claim: transaction, address, message.
        proof: text of an OutProofV2 or InProofV2, or the key's bytes.
        source: files that hold the transaction, or monerod (needs consents for `chain state` and
            `transaction`).
        is_private_chain: the node runs a private chain for tests (`--regtest`).
        why: the person's reason, for the journal.

    Raises:
        CodecError: address, key or proof is none.
        LedgerSourceError: the transaction is not in the files.
        NodeUnfitError: the node is of another net, or does not have the transaction.
        WireError: offline, not consented, unreachable.
    """
    address = monero.parse_monero_address(claim.address)
    if isinstance(source, NodeAddress):
        net = "private" if is_private_chain and address.net == "main" else address.net
        content = _ask_for(case, claim.txid, source, net, why)
        loose = _find(claim.txid, content, source.host)
    else:
        loose, content = _from_files(claim.txid, source)
    if isinstance(proof, Secret):
        kind, paid = KEY, monero.check_transaction_key(loose.transaction, proof, address)
    else:
        kind = PAYMENT
        paid = monero.check_payment_proof(loose.transaction, address, claim.message, proof)
    verdict = ProofVerdict(
        kind,
        paid.holds,
        paid.amount_units if paid.holds else None,
        HERE,
        unknown_amounts=sum(amount is None for _, amount in paid.outputs),
        in_block=True if loose.height is not None else None,
        reason=paid.reason,
    )
    blobs = {"source": content}
    if isinstance(proof, str):
        blobs["proof"] = proof.encode()
    _keep(case, claim, verdict, blobs, why)
    return verdict


def check_at_wallet(
    case: Case,
    claim: ProofClaim,
    proof: str,
    wallet: NodeAddress,
    *,
    kind: str = PAYMENT,
    why: str = "",
) -> ProofVerdict:
    """Have the unit's own monero-wallet-rpc check a payment, spend or reserve proof.

    Args:
        case: open for writing; needs a consent for `wallet` of that host.
        claim: transaction, address, message, as far as the kind has them.
        proof: its text.
        wallet: monero-wallet-rpc with any wallet open.
        kind: `payment`, `spend` or `reserve`.
        why: the person's reason, for the journal.

    Raises:
        CodecError: the address is none.
        NodeUnfitError: the program cannot answer.
        WireError: offline, not consented, unreachable.
    """
    net = "main"
    if claim.address:
        net = monero.parse_monero_address(claim.address).net
    with MoneroConversation(case, wallet, net, why) as talk:
        talk.note("wallet", {"proof": kind, "txid": claim.txid})
        if kind == SPEND:
            answer = talk.wallet.check_spend_proof(claim.txid, claim.message, proof)
        elif kind == RESERVE:
            answer = talk.wallet.check_reserve_proof(claim.address, claim.message, proof)
        else:
            answer = talk.wallet.check_payment_proof(
                claim.txid, claim.address, claim.message, proof
            )
        log = talk.recorder.take(monero.MONERO_WALLET)
    verdict = ProofVerdict(
        kind,
        answer.holds,
        answer.received_units,
        wallet.host,
        answer.spent_units,
        in_block=None if answer.in_pool is None else not answer.in_pool,
        reason=answer.reason,
    )
    _keep(case, claim, verdict, {"source": log.to_bytes(), "proof": proof.encode()}, why)
    return verdict


def _from_files(txid: str, files: Sequence[Path]) -> tuple[monero.LooseTransaction, bytes]:
    for path in sorted(files):
        content = read_source_file(path)
        try:
            return _find(txid, content, path.name), content
        except LedgerSourceError:
            continue
    raise LedgerSourceError(f"Transaction {txid[:64]} is not in these files.")


def _find(txid: str, content: bytes, name: str) -> monero.LooseTransaction:
    material = Material()
    material.read(content, name)
    try:
        return material.transactions[bytes.fromhex(txid)]
    except (KeyError, ValueError):
        reason = f" {material.skipped[0]}." if material.skipped else ""
        raise LedgerSourceError(
            f"Transaction {txid[:64]} was not given by {name}.{reason}"
        ) from None


def _ask_for(case: Case, txid: str, node: NodeAddress, net: str, why: str) -> bytes:
    try:
        wanted = bytes.fromhex(txid)
    except ValueError:
        raise LedgerSourceError("A transaction's id has 64 hexadecimal digits.") from None
    with MoneroConversation(case, node, net, why) as talk:
        talk.require_fit(may_be_behind=True)
        talk.note("transaction", {"txids": [txid]})
        talk.daemon.transactions([wanted], "transaction")
        return talk.recorder.take(monero.MONERO_DAEMON).to_bytes()


def _keep(
    case: Case, claim: ProofClaim, verdict: ProofVerdict, blobs: dict[str, bytes], why: str
) -> None:
    what = {**asdict(claim), **asdict(verdict)}
    case.act("monero.proof", why=why, what=what, blobs=blobs)
