"""A node's proof of what an account is: its code and its storage, in the tree that a header names.

Found in: answers to `eth_getProof`. Proof: the nodes lead from the state's root, which is in the hash of
the header, to the account, and from the account's own root to each slot. Limits: nodes that keep no old
states give no proofs of old blocks; a header is genuine for its own bytes and need not be on the best
chain.
Spec: EIP-1186; the Ethereum Yellow Paper, section 4.1 and appendix D.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.evm_fields import EvmFieldError, bytes_of, number_of
from chainlead.ledger.accounts.evm_rlp import RlpError, decode_rlp, encode_rlp
from chainlead.ledger.accounts.evm_trie import find_in_trie

_MOST_NODES = 128
_NO_STORAGE, _NO_CODE = keccak256(encode_rlp(b"")), keccak256(b"")
_WORD = 32


@dataclass(frozen=True, slots=True)
class AccountProof:
    """Nodes on the way to an account, and in its own tree to each slot."""

    nodes: tuple[bytes, ...]
    slots: Mapping[str, tuple[bytes, ...]]

    def require(
        self, account: str, code: bytes, slots: Mapping[str, bytes], state_root: bytes
    ) -> None:
        """Check that code and slots are those in the tree with this root.

        Raises:
            EvmFieldError: the proof is damaged, or says something else than the node did.
        """
        try:
            storage_root, code_hash = self._account(account, state_root)
            is_same = code_hash == keccak256(code)
            for slot, word in slots.items():
                is_same &= self._word(slot, storage_root) == word
        except RlpError as error:
            raise EvmFieldError(f"the proof of account {account} is none: {error}") from error
        if not is_same:
            raise EvmFieldError(f"account {account}: the proof says something else than the node")

    def _account(self, account: str, state_root: bytes) -> tuple[bytes, bytes]:
        """Root of its storage and hash of its code; an account that nobody used has neither."""
        found = find_in_trie(state_root, keccak256(bytes.fromhex(account[2:])), self.nodes)
        if not found:
            return _NO_STORAGE, _NO_CODE
        items = decode_rlp(found)
        if isinstance(items, bytes) or len(items) != 4:
            raise RlpError("an account that is none")
        storage_root, code_hash = items[2], items[3]
        if not isinstance(storage_root, bytes) or not isinstance(code_hash, bytes):
            raise RlpError("an account that is none")
        return storage_root, code_hash

    def _word(self, slot: str, storage_root: bytes) -> bytes:
        key = keccak256(bytes.fromhex(slot[2:]))
        found = find_in_trie(storage_root, key, self.slots.get(slot, ()))
        told = decode_rlp(found) if found else b""
        if not isinstance(told, bytes):
            raise RlpError("a slot that holds a list")
        return told.rjust(_WORD, b"\0")


def read_account_proof(told: Any) -> AccountProof | None:
    """What a node answered; None where it gives no proofs.

    Raises:
        EvmFieldError: it is damaged.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("accountProof"), list):
        return None
    listed = told.get("storageProof")
    slots: dict[str, tuple[bytes, ...]] = {}
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping):
            slots[f"0x{number_of(one.get('key'), 'a slot'):064x}"] = _nodes(one.get("proof"))
    return AccountProof(_nodes(told["accountProof"]), slots)


def _nodes(told: Any) -> tuple[bytes, ...]:
    listed = told if isinstance(told, list) else []
    return tuple(bytes_of(node, "a node of a proof") for node in listed[:_MOST_NODES])
