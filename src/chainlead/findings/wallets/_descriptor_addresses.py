"""From the text of a descriptor or of an extended key in an export to its addresses.

Limits: what does not parse gives no address; the export is recognised all the same.
Spec: see `chainlead.codecs.output_descriptor`.
"""

import re
from collections.abc import Iterator, Sequence

from chainlead.codecs import OutputDescriptor, parse_extended_key, parse_output_descriptor
from chainlead.errors import CodecError
from chainlead.findings.derivation import (
    DerivedAddress,
    addresses_of_descriptor,
    addresses_of_extended_key,
)
from chainlead.model import Chain, Network


def network_of(descriptor: OutputDescriptor) -> Network:
    """The network that its extended keys' versions name; the main one where they name none."""
    for key in descriptor.keys:
        if key.extended is not None:
            return key.extended.candidates[0].network
    return Network.MAIN


def of_descriptor(text: str) -> Iterator[DerivedAddress]:
    """Addresses of a descriptor; one without a range behind its key gets branches 0 and 1."""
    try:
        descriptor = parse_output_descriptor(text)
        if not descriptor.is_ranged and all(
            key.extended is not None and key.steps == ((),) for key in descriptor.keys
        ):
            body = text.partition("#")[0]
            for key in descriptor.keys:
                written = _written_key(body, key.extended.version.prefix if key.extended else "")
                body = body.replace(written, written + "/**", 1) if written else body
            descriptor = parse_output_descriptor(body)
        yield from addresses_of_descriptor(descriptor, Chain.BITCOIN, network_of(descriptor))
    except CodecError:
        return


def _written_key(body: str, prefix: str) -> str:
    """The first key of this prefix that nothing follows yet."""
    match = re.search(rf"{re.escape(prefix)}[0-9A-Za-z]{{100,110}}(?![0-9A-Za-z/])", body)
    return match[0] if match else ""


def of_extended_key(text: object, kinds: Sequence[str] = ()) -> Iterator[DerivedAddress]:
    """Addresses of an extended key of Bitcoin."""
    if not isinstance(text, str):
        return
    try:
        key = parse_extended_key(text)
        network = key.candidates[0].network
        yield from addresses_of_extended_key(key, Chain.BITCOIN, network, kinds=kinds)
    except CodecError:
        return
