"""Address lists of the OFAC sanctions list: one address per line or a JSON list, currency in the name.

Proof: none beyond the list; a line asserts that OFAC named this address in an entry of its list of
Specially Designated Nationals. Limits: the list names no owner here and says nothing about who
controls the address today. Known failure: the XMR list holds a 64-hex string that is no address.
Spec: https://github.com/0xB10C/ofac-sanctioned-digital-currency-addresses
(`sanctioned_addresses_XBT.txt`, `….json`), made nightly from sdn_advanced.xml.
"""

import hashlib
import re

import msgspec

from chainlead.attribution.address_form import read_address
from chainlead.attribution.claim import Pack, Tag
from chainlead.attribution.importer import Importer, pack_id_of
from chainlead.attribution.pack_fields import FieldReader
from chainlead.errors import PackInvalidError

_NAME = re.compile(r"sanctioned_addresses_([A-Za-z0-9]{2,10})\.(txt|json)")
SOURCE = "OFAC SDN list"
LABEL = "Named in the OFAC SDN list"
_LONGEST_LINE = 200
_MOST_BYTES = 16 * 1024 * 1024


class OfacAddressList(Importer):
    """Addresses under sanctions."""

    form = "ofac.addresses"

    def recognises(self, name: str, content: bytes) -> bool:  # noqa: ARG002  (the name decides)
        """Exactly the published file names."""
        return _NAME.fullmatch(name) is not None

    def parameters(self, name: str) -> str:
        """The currency: two lists with the same bytes for two currencies are two packs."""
        match = _NAME.fullmatch(name)
        return match.group(1).upper() if match else ""

    def parse(self, name: str, content: bytes) -> Pack:
        """Read one address per line; empty lines and lines after `#` do not count."""
        match = _NAME.fullmatch(name)
        if match is None:
            raise PackInvalidError(
                f"{name}: the name must be sanctioned_addresses_XXX.txt or .json."
            )
        if len(content) > _MOST_BYTES:
            raise PackInvalidError(
                f"{name} has {len(content)} bytes; a list may have {_MOST_BYTES}."
            )
        currency = match.group(1).upper()
        sha256 = hashlib.sha256(content).hexdigest()
        pack_id = pack_id_of(self.form, currency, sha256)
        read = FieldReader(name)
        tags: list[Tag] = []
        lines = _json_lines(name, content) if match.group(2) == "json" else _lines(name, content)
        for number, raw in enumerate(lines, start=1):
            address = raw.strip()
            if not address or address.startswith("#"):
                continue
            if len(address) > _LONGEST_LINE or any(not c.isprintable() for c in address):
                raise read.fail(number, "a line is one address")
            form = read_address(address, currency)
            if not form.is_address:
                read.note(form.note)
            detail = {"line": number, **({"address_note": form.note} if form.note else {})}
            tags.append(
                Tag(
                    pack_sha256=pack_id,
                    tag_number=len(tags),
                    chain=form.chain,
                    currency=currency,
                    address=address,
                    label=LABEL,
                    actor=None,
                    category="sanction",
                    confidence="authority_data",
                    source=SOURCE,
                    lastmod=None,
                    detail=detail,
                    canonical=form.canonical,
                    is_address=form.is_address,
                    abuse="sanction",
                )
            )
        return Pack(
            pack_id=pack_id,
            sha256=sha256,
            name=name,
            form=self.form,
            title=f"OFAC SDN list, digital currency addresses, {currency}",
            creator="US Department of the Treasury, OFAC",
            tags=tuple(tags),
            actors=(),
            problems=read.sentences(),
            header={"currency": currency},
        )


def _lines(name: str, content: bytes) -> list[str]:
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise PackInvalidError(f"{name} is not UTF-8 text.") from error


def _json_lines(name: str, content: bytes) -> list[str]:
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=list[str])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackInvalidError(f"{name} is no JSON list of texts: {error}.") from error
