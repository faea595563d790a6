"""monero-wallet-rpc of the unit's own: which proofs hold, and what an open wallet received.

Proof: none of its own: it is the unit's own wallet program, asked over loopback; its answers are
kept as they came. Limits: it knows only the ledger of the daemon behind it. A view-only wallet does
not know what was spent: what it calls a balance is wrong after a spend, so it is never asked for.
Spec: Monero wallet RPC documentation; the same for 0.18.0 and 0.18.4.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError

KIND: Final = "monero-wallet-rpc"
ABOUT_WALLET: Final = "wallet"
_ABOUT_PROOF: Final = ("signature", "proof", "base58", "parse")
"""Words of the program about a proof that is damaged; all other errors say nothing about it."""

Ask = Callable[[str, str, bytes], bytes]
"""Sends a body to a path of the wallet under a class of question, and gives the answer's body."""


@dataclass(frozen=True, slots=True)
class WalletVerdict:
    """What the wallet program says about a proof.

    Attributes:
        holds: whether it is good.
        received_units: what the transaction paid to the address; for a reserve proof the total
            that was shown; None for a spend proof.
        spent_units: for a reserve proof, how much of the total is spent; else None.
        in_pool: whether the transaction waits for a block; None where it does not say.
        reason: the program's words, where it gives any.
    """

    holds: bool
    received_units: int | None = None
    spent_units: int | None = None
    in_pool: bool | None = None
    reason: str = ""


class MoneroWallet:
    """Calls to one wallet program that has a wallet open."""

    def __init__(self, ask: Ask) -> None:
        """Ask through `ask`."""
        self._ask = ask

    def check_payment_proof(
        self, txid: str, address: str, message: str, proof: str
    ) -> WalletVerdict:
        """OutProof or InProof.

        Raises:
            NodeUnfitError: the program cannot answer, for example without an open wallet.
        """
        params = {"txid": txid, "address": address, "message": message, "signature": proof}
        return self._verdict("check_tx_proof", params)

    def check_spend_proof(self, txid: str, message: str, proof: str) -> WalletVerdict:
        """Whether the maker of the proof made this transaction."""
        params = {"txid": txid, "message": message, "signature": proof}
        return self._verdict("check_spend_proof", params)

    def check_reserve_proof(self, address: str, message: str, proof: str) -> WalletVerdict:
        """Whether the holder of an address had at least so much, and what of it is spent by now."""
        params = {"address": address, "message": message, "signature": proof}
        return self._verdict("check_reserve_proof", params)

    def incoming(self, account: int) -> list[dict[str, Any]]:
        """Every output that the open wallet received on an account, spent or not.

        Raises:
            NodeUnfitError: the program cannot answer.
        """
        result = self._rpc("incoming_transfers", {"transfer_type": "all", "account_index": account})
        if isinstance(result, str):
            raise NodeUnfitError(f"The wallet program does not answer: {result}.")
        listed = result.get("transfers", [])
        if not isinstance(listed, list):
            raise AnswerRefusedError("The wallet program's list of payments is none.")
        return sorted(listed, key=lambda one: (str(one.get("tx_hash")), str(one.get("pubkey"))))

    def _verdict(self, method: str, params: dict[str, Any]) -> WalletVerdict:
        result = self._rpc(method, params)
        if isinstance(result, str):
            return WalletVerdict(holds=False, reason=result)
        if type(result.get("good")) is not bool:
            raise AnswerRefusedError("The wallet program does not say whether the proof holds.")
        received = result.get("received", result.get("total"))
        if not result["good"]:
            return WalletVerdict(holds=False)
        return WalletVerdict(
            holds=True,
            received_units=_units(received),
            spent_units=_units(result.get("spent")),
            in_pool=result.get("in_pool"),
        )

    def _rpc(self, method: str, params: dict[str, Any]) -> dict[str, Any] | str:
        """The result; or the program's words if it says that the proof itself is bad."""
        sent = {"jsonrpc": "2.0", "id": "0", "method": method, "params": params}
        body = self._ask(ABOUT_WALLET, "json_rpc", json.dumps(sent, separators=(",", ":")).encode())
        try:
            answer = msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise AnswerRefusedError("The wallet program's answer is not JSON.") from error
        refusal = answer.get("error")
        if isinstance(refusal, dict):
            words = "".join(c for c in str(refusal.get("message"))[:160] if c.isprintable())
            if method.startswith("check_") and any(w in words.lower() for w in _ABOUT_PROOF):
                return words
            raise NodeUnfitError(
                f"The wallet program does not answer {method}: {words}.",
                next_step="It needs an open wallet (any of the unit's own) and a daemon in step.",
            )
        result = answer.get("result")
        if not isinstance(result, dict):
            raise AnswerRefusedError("The wallet program's answer has no result.")
        return result


def _units(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
