"""Proofs of accounts and slots; a real node's proofs are in tests/nodes/evm/test_contracts.py."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.evm_account_proof import AccountProof, read_account_proof
from chainlead.ledger.accounts.evm_fields import EvmFieldError
from chainlead.ledger.accounts.evm_rlp import RlpError, decode_rlp, encode_rlp, number_to_rlp
from chainlead.ledger.accounts.evm_trie import derive_trie_root, find_in_trie

SLOT = f"0x{7:064x}"
WORD = bytes(12) + b"\x22" * 20
ACCOUNT = "0x" + "11" * 20
CODE = b"\x60\x01"


def leaf(key: bytes, value: bytes) -> bytes:
    """A tree of one value: its only node."""
    return encode_rlp([b"\x20" + key, value])


def made(code: bytes = CODE) -> tuple[AccountProof, bytes]:
    """One account with one slot, its proof and the root of the state."""
    store = leaf(keccak256(bytes.fromhex(SLOT[2:])), encode_rlp(WORD.lstrip(b"\0")))
    told = [number_to_rlp(1), number_to_rlp(5), keccak256(store), keccak256(code)]
    state = leaf(keccak256(bytes.fromhex(ACCOUNT[2:])), encode_rlp(told))
    return AccountProof((state,), {SLOT: (store,)}), keccak256(state)


def test_code_and_slot_are_proved():
    proof, root = made()
    proof.require(ACCOUNT, CODE, {SLOT: WORD}, root)


@pytest.mark.parametrize(
    ("code", "word"), [(b"\x60\x02", WORD), (b"", WORD), (CODE, bytes(32)), (CODE, b"\x01" * 32)]
)
def test_what_the_proof_does_not_say_is_refused(code, word):
    proof, root = made()
    with pytest.raises(EvmFieldError, match="says something else"):
        proof.require(ACCOUNT, code, {SLOT: word}, root)


def test_a_proof_under_another_root_is_none():
    proof, _ = made()
    with pytest.raises(EvmFieldError, match="is none"):
        proof.require(ACCOUNT, CODE, {SLOT: WORD}, b"\x01" * 32)


def test_an_account_that_is_not_there_has_no_code():
    proof, root = made()
    other = "0x" + "33" * 20
    proof.require(other, b"", {}, root)
    with pytest.raises(EvmFieldError, match="says something else"):
        proof.require(other, CODE, {}, root)


@given(st.integers(1, 60), st.data())
def test_every_value_of_a_tree_is_found_and_nothing_else(count, data):
    """The trees of a block are made elsewhere; here the way to a value is walked."""
    values = [bytes([number]) * 40 for number in range(count)]
    root, nodes = derive_trie_root(values), nodes_of(values)
    wanted = data.draw(st.integers(0, count + 5))
    found = find_in_trie(root, encode_rlp(number_to_rlp(wanted)), nodes)
    assert found == (values[wanted] if wanted < count else b"")


def nodes_of(values: list[bytes]) -> list[bytes]:
    """All nodes of the tree over these values, by building it another way: a dictionary of paths."""

    def build(pairs: list[tuple[str, bytes]]):
        if len(pairs) == 1:
            return [compact(pairs[0][0], leaf=True), pairs[0][1]]
        shared = 0
        while len({pair[0][: shared + 1] for pair in pairs}) == 1 and len(pairs[0][0]) > shared:
            shared += 1
        if shared:
            return [compact(pairs[0][0][:shared], leaf=False),
                    keep(build([(path[shared:], value) for path, value in pairs]))]  # fmt: skip
        children = []
        for nibble in "0123456789abcdef":
            below = [(path[1:], value) for path, value in pairs if path[:1] == nibble]
            children.append(keep(build(below)) if below else b"")
        return [*children, next((value for path, value in pairs if not path), b"")]

    kept: list[bytes] = []

    def keep(node):
        content = encode_rlp(node)
        kept.append(content)
        return keccak256(content) if len(content) >= 32 else node

    keep(build([(encode_rlp(number_to_rlp(n)).hex(), value) for n, value in enumerate(values)]))
    return kept


def compact(path: str, *, leaf: bool) -> bytes:
    flag = 2 if leaf else 0
    return bytes.fromhex(f"{flag + 1:x}{path}" if len(path) % 2 else f"{flag:x}0{path}")


@given(st.binary(max_size=40), st.lists(st.binary(max_size=60), max_size=4))
def test_no_nodes_break_the_walk(key, nodes):
    root = keccak256(nodes[0]) if nodes else b"\x07" * 32
    with contextlib.suppress(RlpError):
        assert isinstance(find_in_trie(root, key, nodes), bytes)


@pytest.mark.real
def test_a_real_proof_of_mainnet_leads_from_its_root_to_its_slots(shared_data):
    path = shared_data / "eth" / "nimbus" / "storage_proof.json"
    told = json.loads(path.read_text())
    told = told.get("result", told)
    proof = read_account_proof(told)
    root = keccak256(proof.nodes[0])
    key = keccak256(bytes.fromhex(told["address"][2:]))
    items = decode_rlp(find_in_trie(root, key, proof.nodes))
    assert items[1] == number_to_rlp(int(told["balance"], 16))
    assert (items[2].hex(), items[3].hex()) == (told["storageHash"][2:], told["codeHash"][2:])
    for one in told["storageProof"]:
        slot = f"0x{int(one['key'], 16):064x}"
        found = find_in_trie(items[2], keccak256(bytes.fromhex(slot[2:])), proof.slots[slot])
        assert int.from_bytes(decode_rlp(found) if found else b"", "big") == int(one["value"], 16)
    assert told["storageProof"]
