"""Whether an account has code, and whose code a proxy runs.

Found in: answers to `eth_getCode`, `eth_getStorageAt` and `implementation()` at one block. Proof:
where the node gives one (`eth_getProof`), the account's code and slots are in the tree whose root the
block's header names; else it is the node's word. What a beacon answers is always its word. Recognised: the slots of EIP-1967 (implementation, beacon) and
of its forerunner, EIP-1822, the minimal proxy of EIP-1167 with its shorter forms, accounts that lend
themselves a contract's code (EIP-7702).
Limits: a proxy may keep its implementation anywhere else (Safe, diamonds of EIP-2535): then it is
told as a contract, not as a proxy. An implementation can be changed in any block: what is told holds
at the height that is told.
Spec: EIP-1167, EIP-1822, EIP-1967, EIP-7511, EIP-7702; OpenZeppelin's published upgrade slots before 1967.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.account_source import ContractRead, Verified
from chainlead.ledger.accounts.evm_account_proof import AccountProof
from chainlead.ledger.accounts.evm_fields import ZERO_ADDRESS, address_text

IMPLEMENTATION_CALL = "0x5c60da1b"
"""The first four bytes of the hash of `implementation()`."""
PLAIN, CONTRACT, DELEGATED = "no code", "contract", "account with borrowed code (EIP-7702)"
MINIMAL, SLOT_1967, BEACON_1967 = (
    "minimal proxy (EIP-1167)", "proxy (EIP-1967)", "beacon proxy (EIP-1967)",
)  # fmt: skip
SLOT_1822, SLOT_OLD = "proxy (EIP-1822)", "proxy (slot before EIP-1967)"
CONTRACTS = frozenset({CONTRACT, MINIMAL, SLOT_1967, BEACON_1967, SLOT_1822, SLOT_OLD})
"""The kinds that nobody's key signs for."""
_DELEGATION = bytes.fromhex("ef0100")
_MINIMAL_FORMS = (  # before the address, after it, target of the jump
    ("363d3d373d3d3d363d", "5af43d82803e903d9160", 0x2B),
    ("3d3d3d3d363d3d37363d", "5af43d3d93803e60", 0x2A),
    ("365f5f375f5f365f", "5af43d5f5f3e5f3d9160", 0x2A),
)
_MINIMAL_END = bytes.fromhex("57fd5bf3")
_PUSH_20 = 0x73
_ADDRESS = 20


def _slot(name: str, less: int) -> str:
    number = int.from_bytes(keccak256(name.encode()), "big") - less
    return f"0x{number:064x}"


BEACON_SLOT = _slot("eip1967.proxy.beacon", 1)
_SLOTS = {
    SLOT_1967: _slot("eip1967.proxy.implementation", 1),
    SLOT_1822: _slot("PROXIABLE", 0),
    SLOT_OLD: _slot("org.zeppelinos.proxy.implementation", 0),
}
SLOTS = (*_SLOTS.values(), BEACON_SLOT)
"""The places in a contract's storage where a proxy keeps whose code it runs."""


@dataclass(slots=True)
class ContractParts:
    """What a node told of one account. `implemented` is what it answered to `implementation()`.

    `proof` is what it gave for code and slots, if anything.
    """

    account: str
    height: int | None = None
    code: bytes | None = None
    slots: dict[str, bytes] = field(default_factory=dict)
    implemented: bytes = b""
    proof: AccountProof | None = None


def derive_contract(
    parts: ContractParts, told: Mapping[str, ContractParts], state_root: bytes = b""
) -> ContractRead | None:
    """What the account is; None where its code was not told.

    Args:
        parts: of the account.
        told: of every account of the same answers, by address: the beacon is among them.
        state_root: of the block at that height, by a header whose hash was recomputed.

    Raises:
        EvmFieldError: the node's proof says something else than the node.
    """
    if parts.code is None:
        return None
    kind, implementation, beacon = _recognised(parts, told)
    level = Verified.SINGLE_SOURCE
    if parts.proof is not None and state_root:
        parts.proof.require(parts.account, parts.code, parts.slots, state_root)
        level = level if kind == BEACON_1967 else Verified.IN_BLOCK
    return ContractRead(parts.account, kind, implementation, beacon, parts.height, level)


def _recognised(
    parts: ContractParts, told: Mapping[str, ContractParts]
) -> tuple[str, str | None, str | None]:
    code = parts.code or b""
    if not code:
        return PLAIN, None, None
    if code.startswith(_DELEGATION) and len(code) == len(_DELEGATION) + _ADDRESS:
        return DELEGATED, address_text(code[len(_DELEGATION) :]), None
    copied = _minimal(code)
    if copied:
        return MINIMAL, copied, None
    for kind, slot in _SLOTS.items():
        found = address_in(parts.slots.get(slot, b""))
        if found:
            return kind, found, None
    beacon = address_in(parts.slots.get(BEACON_SLOT, b""))
    if beacon:
        behind = told.get(beacon)
        return BEACON_1967, address_in(behind.implemented) if behind else None, beacon
    return CONTRACT, None, None


def _minimal(code: bytes) -> str | None:
    """The address in a minimal proxy; the forms for vanity addresses leave out leading zeros."""
    for before, after, jump in _MINIMAL_FORMS:
        start, end = bytes.fromhex(before), bytes.fromhex(after)
        size = len(code) - len(start) - len(end) - len(_MINIMAL_END) - 2
        if not 0 < size <= _ADDRESS:
            continue
        shorter = _ADDRESS - size
        named = code[len(start) + 1 :][:size]
        push, target = bytes([_PUSH_20 - shorter]), bytes([jump - shorter])
        if code == start + push + named + end + target + _MINIMAL_END:
            return address_text(named.rjust(_ADDRESS, b"\0"))
    return None


def address_in(word: bytes) -> str | None:
    """The address in a word of storage; None for zero and for what is none."""
    if len(word) != 32 or any(word[:12]):
        return None
    found = address_text(word[12:])
    return None if found == ZERO_ADDRESS else found
