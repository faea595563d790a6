"""Descriptors and single account keys in a text file: exports of Core, Coldcard, Keystone, Specter DIY.

Found in: `descriptor.txt`, files on the memory cards of signing devices, downloads, mail.
Proof: the grammar of descriptors with their checksum where written, or `[fingerprint/path]` before an
extended key.
Limits: which program wrote it is not in the text. Silent payment descriptors (`sp(…)`) are named, not read.
Spec: BIP-380 to BIP-389; BIP-352 for `sp`.
"""

import re
from collections.abc import Iterator

from chainlead.codecs import parse_output_descriptor
from chainlead.errors import CodecError
from chainlead.findings.context import is_public
from chainlead.findings.derivation import DerivedAddress
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, candidate, roles
from chainlead.findings.wallets._descriptor_addresses import (
    network_of,
    of_descriptor,
    of_extended_key,
)
from chainlead.model import Chain, Network, Role

_LARGEST = 256 << 10
_LINE = re.compile(
    r"^(?:(?:Receive|Change|Descriptor)\s*:\s*|addwallet [^&\n]{1,80}&)?"
    r"((?:wpkh|wsh|sh|pkh|tr|combo)\(.{60,7900}\)(?:#[a-z0-9]{8})?)\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_KEY_ONLY = re.compile(
    r"^\[([0-9A-Fa-f]{8})((?:/\d+[h']?)+)\]([0-9A-Za-z]{100,120})\s*$", re.MULTILINE
)
_SILENT = re.compile(
    r"^(?:sp\()?\[[0-9A-Fa-f]{8}(?:/\d+[h']?)+\]t?spscan1[02-9a-z]{50,}\)?\s*$", re.MULTILINE
)


class DescriptorFile(Wallet):
    """Lines of text."""

    name = "descriptor"
    starts = (b"wpkh(", b"wsh(", b"sh(", b"pkh(", b"tr(", b"combo(", b"[", b"Receive", b"Change",
              b"Descriptor", b"addwallet ", b"sp(")  # fmt: skip

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Read every line that is one."""
        if not file.view.is_whole or not file.view.is_raw or len(file.content) > _LARGEST:
            return None
        text = file.content.decode("utf-8", "replace")
        lines = [line for line in _LINE.findall(text) if _is_read(line)]
        keys = [found for found in _KEY_ONLY.findall(text) if is_public(found[2])]
        if not lines and not keys:
            if not _SILENT.search(text):
                return None
            return Recognised(
                check="a silent payment scan key with its origin",
                candidates=(candidate(Chain.BITCOIN, "silent payments are Bitcoin's"),),
                detail={"form": "silent payment keys"},
            )
        network = network_of(parse_output_descriptor(lines[0])) if lines else Network.MAIN
        texts = [match for line in lines for match in re.findall(r"[0-9A-Za-z]{100,120}", line)]
        return Recognised(
            check="output descriptors" if lines else "extended key with its origin",
            span=(0, 8),
            candidates=(
                candidate(
                    Chain.BITCOIN, "descriptors are Bitcoin's; relatives share them", network
                ),
            ),
            detail={
                "form": "descriptors" if lines else "account key",
                "descriptors": len(lines),
                "checksums": sum("#" in line for line in lines),
                "program": "specter-diy" if file.head.startswith(b"addwallet") else "",
            },
            owners=roles([*texts, *(key for _, _, key in keys)], Role.OWN),
            derived=_derived(lines, [key for _, _, key in keys]),
        )


def _is_read(line: str) -> bool:
    try:
        parse_output_descriptor(line)
    except CodecError:
        return False
    return True


def _derived(lines: list[str], keys: list[str]) -> Iterator[DerivedAddress]:
    for line in lines:
        yield from of_descriptor(line)
    for key in keys:
        yield from of_extended_key(key)
