"""Output descriptors: which scripts a wallet watches, in one line of text.

Found in: exports of Bitcoin Core, Sparrow, Specter, Coldcard, BSMS files, descriptor wallets.
Proof: the grammar, each key's own checksum, and where `#` follows 40 bits over the whole line.
Limits: `pkh`, `wpkh`, `sh(wpkh)`, `tr` with a key alone, `combo`, `multi` and `sortedmulti`, bare or in
`sh`, `wsh`, `sh(wsh)`. Miniscript and script trees are not read. A descriptor with a private key is
refused without being shown. Hardened steps behind the key cannot be derived.
Spec: BIP-380 to BIP-386, BIP-389 (`<0;1>`), BIP-129 (`/**`).
"""

import re
from dataclasses import dataclass
from typing import Final

from chainlead.codecs.bip32 import HARDENED, public_branch
from chainlead.codecs.extended_key import ExtendedKey, parse_extended_key
from chainlead.codecs.key_scripts import (
    multisig_script,
    script_hash_script,
    script_of_key,
    witness_hash_script,
)
from chainlead.codecs.secp256k1 import is_public_key
from chainlead.errors import ChecksumError, CodecError

_LONGEST: Final = 8192
_MOST_BRANCHES: Final = 8
_ALPHABET: Final = (
    "0123456789()[],'/*abcdefgh@:$%{}"
    "IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~"
    'ijklmnopqrstuvwxyzABCDEFGH`#"\\ '
)
_SUM_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0xF5DEE51989, 0xA9FDCA3312, 0x1BAB10E32D, 0x3706B1677A, 0x644D626FFD)
_WRAPPERS: Final = (
    ("sh(wsh(", "sh-wsh"),
    ("sh(wpkh(", "p2sh-p2wpkh"),
    ("wsh(", "wsh"),
    ("sh(", "sh"),
    ("wpkh(", "p2wpkh"),
    ("pkh(", "p2pkh"),
    ("tr(", "p2tr"),
    ("combo(", "combo"),
)
_MULTI: Final = re.compile(r"(sorted)?multi\((\d{1,2}),(.+)\)")
_KEY: Final = re.compile(
    r"(?:\[(?P<fingerprint>[0-9A-Fa-f]{8})(?P<origin>(?:/\d{1,10}[h']?)*)\])?"
    r"(?P<key>[0-9A-Za-z]{60,130})(?P<path>(?:/(?:\d{1,10}[h']?|<\d{1,10}(?:;\d{1,10})+>))*)"
    r"(?P<any>/\*\*|/\*[h']?|/)?"
)


@dataclass(frozen=True, slots=True)
class DescriptorKey:
    """One key of a descriptor.

    Attributes:
        fingerprint: of the master key, as 8 hex digits; empty if not written.
        origin: path from the master to the key, as written (`/84h/0h/0h`).
        extended: the extended key, or None.
        plain: a public key of 33 or 65 bytes, or None.
        steps: for each branch the steps behind the key; hardened ones from 2**31 on.
        is_ranged: whether a last step runs over all indices.
    """

    fingerprint: str
    origin: str
    extended: ExtendedKey | None
    plain: bytes | None
    steps: tuple[tuple[int, ...], ...]
    is_ranged: bool

    @property
    def is_derivable(self) -> bool:
        """Whether no step needs a private key."""
        return all(step < HARDENED for branch in self.steps for step in branch)


@dataclass(frozen=True, slots=True)
class OutputDescriptor:
    """What a descriptor says.

    Attributes:
        kind: p2pkh, p2wpkh, p2sh-p2wpkh, p2tr, combo, or sh, wsh, sh-wsh around several keys.
        needed: signatures of a multisig; 0 for a single key.
        is_checked: whether it had its checksum.
    """

    kind: str
    keys: tuple[DescriptorKey, ...]
    needed: int
    is_sorted: bool
    is_checked: bool

    @property
    def branch_count(self) -> int:
        """How many branches (receive, change) it stands for."""
        return max(len(key.steps) for key in self.keys)

    @property
    def is_ranged(self) -> bool:
        """Whether it stands for many scripts."""
        return any(key.is_ranged for key in self.keys)

    def scripts(self, branch: int, indices: range) -> list[tuple[int, str, bytes]]:
        """Index, kind and output script of each place.

        Raises:
            CodecError: a step is hardened, or a key cannot stand in this kind of script.
        """
        columns = [_public_keys(key, branch, indices) for key in self.keys]
        found: list[tuple[int, str, bytes]] = []
        for place, index in enumerate(indices):
            keys = [column[place] for column in columns]
            found.extend((index, kind, script) for kind, script in self._scripts(keys))
        return found

    def _scripts(self, keys: list[bytes]) -> list[tuple[str, bytes]]:
        if self.kind == "combo":
            kinds = ("p2pkh", "p2wpkh", "p2sh-p2wpkh") if len(keys[0]) == 33 else ("p2pkh",)
            return [(kind, script_of_key(keys[0], kind)) for kind in kinds]
        if not self.needed:
            return [(self.kind, script_of_key(keys[0], self.kind))]
        inner = multisig_script(self.needed, keys, is_sorted=self.is_sorted)
        if self.kind == "sh":
            return [("p2sh", script_hash_script(inner))]
        outer = witness_hash_script(inner)
        return [("p2wsh", outer)] if self.kind == "wsh" else [("p2sh", script_hash_script(outer))]


def _public_keys(key: DescriptorKey, branch: int, indices: range) -> list[bytes]:
    if key.extended is None:
        return [key.plain or b""] * len(indices)
    steps = key.steps[branch if branch < len(key.steps) else 0]
    parent = public_branch(key.extended).descendant(steps)
    if not key.is_ranged:
        return [parent.public_key] * len(indices)
    return [child.public_key for child in parent.children(indices)]


def descriptor_checksum(body: str) -> str:
    """The eight characters behind `#`.

    Raises:
        CodecError: a character that descriptors cannot have.
    """
    state, classes, waiting = 1, 0, 0
    for character in body:
        position = _ALPHABET.find(character)
        if position < 0:
            raise CodecError("a descriptor has no such character")
        state = _step(state, position & 31)
        classes = classes * 3 + (position >> 5)
        waiting += 1
        if waiting == 3:
            state, classes, waiting = _step(state, classes), 0, 0
    if waiting:
        state = _step(state, classes)
    for _ in range(8):
        state = _step(state, 0)
    state ^= 1
    return "".join(_SUM_ALPHABET[(state >> (5 * (7 - i))) & 31] for i in range(8))


def _step(state: int, value: int) -> int:
    top = state >> 35
    state = ((state & 0x7FFFFFFFF) << 5) ^ value
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            state ^= generator
    return state


def parse_output_descriptor(text: str) -> OutputDescriptor:
    """Read a descriptor. No error message holds any part of it.

    Raises:
        CodecError: not a descriptor that is read here, or one with a private key.
        ChecksumError: the checksum does not hold.
    """
    body, mark, checksum = text.strip().partition("#")
    if not 0 < len(body) <= _LONGEST:
        raise CodecError("a descriptor is one line")
    if mark and descriptor_checksum(body) != checksum:
        raise ChecksumError("the checksum of the descriptor does not hold")
    for opening, kind in _WRAPPERS:
        closing = ")" * opening.count("(")
        if body.startswith(opening) and body.endswith(closing):
            return _read(kind, body[len(opening) : -len(closing)], is_checked=bool(mark))
    raise CodecError("not a descriptor of a kind that is read here")


def _read(kind: str, inner: str, *, is_checked: bool) -> OutputDescriptor:
    multi = _MULTI.fullmatch(inner)
    if multi is None:
        if kind in {"sh", "wsh", "sh-wsh"}:
            raise CodecError("a script that is not read here")
        return OutputDescriptor(kind, (_key(inner),), 0, is_sorted=False, is_checked=is_checked)
    keys = tuple(_key(part) for part in multi[3].split(","))
    needed = int(multi[2])
    if kind not in {"sh", "wsh", "sh-wsh"} or not 1 <= needed <= len(keys) <= 16:
        raise CodecError("a multisig that cannot be")
    return OutputDescriptor(kind, keys, needed, is_sorted=bool(multi[1]), is_checked=is_checked)


def _key(text: str) -> DescriptorKey:
    match = _KEY.fullmatch(text)
    if match is None:
        raise CodecError("a key expression that is not read here")
    extended, plain = None, None
    if len(match["key"]) in (66, 130):
        try:
            plain = bytes.fromhex(match["key"])
        except ValueError:
            plain = None
        if plain is None or not is_public_key(plain):
            raise CodecError("not a public key")
    else:
        extended = parse_extended_key(match["key"])
        if extended.is_private:
            raise CodecError("a descriptor with a private key")
    branches = _branches(match["path"])
    last = match["any"] or ""
    if last == "/**":
        branches = tuple((*steps, branch) for steps in branches for branch in (0, 1))
    if last in {"/*h", "/*'"}:
        branches = tuple((*steps, HARDENED) for steps in branches)
    return DescriptorKey(
        (match["fingerprint"] or "").lower(),
        match["origin"] or "",
        extended,
        plain,
        branches,
        is_ranged=last in {"/*", "/**"},
    )


def _branches(path: str) -> tuple[tuple[int, ...], ...]:
    branches: tuple[tuple[int, ...], ...] = ((),)
    for step in path.split("/")[1:]:
        choices = [_number(part) for part in step.strip("<>").split(";")]
        branches = tuple((*steps, choice) for steps in branches for choice in choices)
        if len(branches) > _MOST_BRANCHES:
            raise CodecError("more branches than a wallet has")
    return branches


def _number(step: str) -> int:
    number = int(step.rstrip("h'"))
    if number >= HARDENED:
        raise CodecError("an index out of range")
    return number + HARDENED if step[-1] in "h'" else number
