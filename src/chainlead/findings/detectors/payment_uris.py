"""Payment links: `bitcoin:`, `litecoin:`, `dash:`, `dogecoin:`, `bitcoincash:`, `ethereum:`,
`monero:`, `xrpl:` and `ripple:`, with the amount, label and tag that they ask for.

Found in: saved pages, mail, chats, QR codes (there often in upper case), browser histories.
Proof: the scheme, and the check of the address inside.
Limits: an amount that is no plain decimal number is kept as text and not converted. The amount was
asked for, nothing says that it was paid. Chain ids of EIP-681 other than 1 are kept in the detail.
Spec: BIP-21, EIP-681, Monero `uri.cpp`, Dash and Litecoin as BIP-21, Xaman and XRPL links with dt.
"""  # noqa: D205  (the list of schemes is the summary)

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus

from chainlead.codecs import ParsedAddress, lookup_address
from chainlead.findings.context import MASK, cover, is_public
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import Mark, View
from chainlead.model import NATIVE, Amount, Candidate, Chain, Network

_SCHEMES = {
    "bitcoin": Chain.BITCOIN,
    "litecoin": Chain.LITECOIN,
    "dash": Chain.DASH,
    "dogecoin": Chain.DOGECOIN,
    "bitcoincash": Chain.BITCOIN_CASH,
    "ethereum": Chain.ETHEREUM,
    "monero": Chain.MONERO,
    "xrpl": Chain.XRP,
    "ripple": Chain.XRP,
    "xrp": Chain.XRP,
    "electroneum": Chain.ELECTRONEUM,
    "tron": Chain.TRON,
    "zcash": Chain.ZCASH,
}
_END = re.compile(rb"[^!#$%&*+,\-./0-9:;=?@A-Z_a-z~\x80-\xff]")
_LONGEST = 2000
_EIP681 = re.compile(
    r"(?:pay-)?(?P<target>0x[0-9a-fA-F]{40})(?:@(?P<chain_id>\d{1,12}))?(?:/(?P<function>\w{1,40}))?"
)
_DECIMAL = re.compile(r"\d{1,20}(?:\.\d{1,30})?")
_NUMBER = re.compile(r"(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]\+?(\d{1,2}))?")
_AMOUNT_NAMES = ("amount", "tx_amount")
_KEPT = {
    "label": "label",
    "message": "message",
    "tx_description": "message",
    "recipient_name": "label",
    "memo": "message",
    "tx_payment_id": "payment_id",
    "r": "payment_request",
}


class PaymentUris(Detector):
    """A scheme, an address that passes its check, and parameters."""

    name = "payment_uri"
    needs = Mark.SCHEME

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Look at every place where a scheme stands."""
        from chainlead.kernels import find_scheme_names  # noqa: PLC0415  (loads numba)

        starts, ends = find_scheme_names(view.array, _table(), view.marks)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            hit = _hit(view, start, end)
            if hit is not None:
                yield hit


@cache
def _table() -> Any:
    from chainlead.kernels import make_scheme_table  # noqa: PLC0415  (loads numba)

    return make_scheme_table(scheme.encode() for scheme in _SCHEMES)


def _hit(view: View, start: int, body_start: int) -> Hit | None:
    scheme = view.data[start : body_start - 1].decode("ascii").lower()
    chain = _SCHEMES.get(scheme)
    if chain is None:
        return None
    before = view.data[start - 1 : start]
    if before.isalnum() or before in {b"-", b"+", b"."}:
        return None
    stop = _END.search(view.data, start, min(len(view.data), start + _LONGEST))
    end = stop.start() if stop else min(len(view.data), start + _LONGEST)
    while view.data[end - 1 : end] in {b".", b",", b";", b":", b"!", b"?"}:
        end -= 1
    text = view.text(start, end)
    body, _, query = text[len(scheme) + 1 :].replace("&amp;", "&").partition("?")
    body = body.removeprefix("//")
    parameters = _parameters(query)
    detail: dict[str, Any] = {"scheme": scheme}
    if chain is Chain.ETHEREUM:
        parsed = _read_eip681(body, parameters, detail)
    else:
        parsed = _read_bip21(body, chain, parameters, detail)
    if parsed is None:
        return None
    detail["address"] = parsed.text
    for name, kept_as in _KEPT.items():
        if parameters.get(name):
            detail[kept_as] = parameters[name]
    proof = Proof(
        kind="payment_uri",
        certainty=parsed.certainty,
        check_made=f"payment link of {chain.value}; its address: {parsed.check_made}",
        false_positive_rate=parsed.false_positive_rate,
        candidates=_candidates(chain, parsed),
        detail=detail,
    )
    return Hit(start, end, _without_secrets(text), proof)


def _without_secrets(uri: str) -> str:
    """The link with every parameter masked whose text could be a secret."""
    body, mark, query = uri.partition("?")
    parts = []
    for part in query.split("&"):
        name, equals, content = part.partition("=")
        written = unquote_plus(content)
        hides = cover(written) != written or cover(name) != name
        parts.append(MASK if hides and not is_public(written) else f"{name}{equals}{content}")
    return body + mark + "&".join(parts)


def _candidates(chain: Chain, parsed: ParsedAddress) -> tuple[Candidate, ...]:
    named = [c for c in parsed.candidates if c.chain is chain]
    network = named[0].network if named else Network.MAIN
    return (Candidate(chain, network, "the link's scheme names it"),)


def _parameters(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=False, max_num_fields=64) if query else []
    found: dict[str, str] = {}
    for name, content in pairs:
        found.setdefault(name.lower(), content[:500])
    return found


def _read_bip21(
    body: str, chain: Chain, parameters: dict[str, str], detail: dict[str, Any]
) -> ParsedAddress | None:
    address = unquote(body).strip("/")
    parsed = lookup_address(address)
    if parsed is None and chain is Chain.BITCOIN_CASH and not address.islower():
        parsed = lookup_address(f"bitcoincash:{address.lower()}")
    if parsed is None or not parsed.is_candidate_of(chain):
        return None
    for name in _AMOUNT_NAMES:
        if name in parameters:
            _put_amount(chain, parameters[name], detail)
            break
    tag = parameters.get("dt") or parameters.get("tag")
    if chain is Chain.XRP and tag and tag.isascii() and tag.isdigit() and int(tag[:11]) < 1 << 32:
        detail["destination_tag"] = int(tag)
    elif parsed.tag is not None:
        detail["destination_tag"] = parsed.tag
    return parsed


def _put_amount(chain: Chain, written: str, detail: dict[str, Any]) -> None:
    detail["amount_written"] = written
    if not _DECIMAL.fullmatch(written):
        return
    try:
        amount = Amount.from_decimal(NATIVE[chain], written)
    except ValueError:
        return
    detail["amount_units"] = str(amount.units)
    detail["asset"] = str(amount.asset)


def _read_eip681(
    body: str, parameters: dict[str, str], detail: dict[str, Any]
) -> ParsedAddress | None:
    match = _EIP681.fullmatch(unquote(body).strip("/"))
    if match is None:
        return None
    target = lookup_address(match["target"])
    if target is None:
        return None
    detail["chain_id"] = int(match["chain_id"] or 1)
    if match["function"] == "transfer":
        payee = lookup_address(parameters.get("address", ""))
        if payee is None or not payee.is_candidate_of(Chain.ETHEREUM):
            return None
        detail["contract"] = target.canonical
        _put_units(parameters.get("uint256"), f"ethereum/{target.canonical}", detail)
        return payee
    if match["function"]:
        detail["function"] = match["function"]
    _put_units(parameters.get("value"), "ethereum", detail)
    return target


def _put_units(written: str | None, asset: str, detail: dict[str, Any]) -> None:
    if written is None:
        return
    detail["amount_written"] = written
    match = _NUMBER.fullmatch(written)
    if match is None:
        return
    whole, part, exponent = match[1], match[2] or "", int(match[3] or 0)
    scaled = Decimal(whole + part).scaleb(exponent - len(part))
    if scaled == scaled.to_integral_value():
        detail["amount_units"] = str(int(scaled))
        detail["asset"] = asset
