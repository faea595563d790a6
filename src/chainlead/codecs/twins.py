"""Other texts that name the same account: an address is often written in two forms.

Assumption: equal hash and equal script type on one ledger mean the same lock. A destination tag or
payment id is left out: it names a customer of the account, not another account.
Limits: a script-hash address that wraps a witness key is not tied to that key's own address.
"""

from chainlead.codecs.base58_address import to_base58_address
from chainlead.codecs.cash_address import to_cash_address
from chainlead.codecs.cryptonote import (
    CryptoNoteAddress,
    from_cryptonote_address,
    to_cryptonote_address,
)
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.codecs.xrp_address import XAddress, to_x_address
from chainlead.model import Chain, Network

_INTEGRATED = "cryptonote integrated"


def derive_twins(parsed: ParsedAddress) -> tuple[str, ...]:
    """Canonical texts of the same account in other forms, sorted; the given one is not among them.

    Bitcoin Cash: CashAddr and legacy. Litecoin: `3…` and `M…`. Zcash: `tex1…` and `t1…`. XRP:
    X-address and classic, without tag. Monero and Electroneum: the standard address inside an
    integrated one.
    """
    found: set[str] = set()
    for candidate in parsed.candidates:
        found |= _written(parsed, candidate.chain, candidate.network)
    return tuple(sorted(found - {parsed.canonical}))


def _written(parsed: ParsedAddress, chain: Chain, network: Network) -> set[str]:
    payload, form = parsed.payload, parsed.form
    script = form.endswith("p2sh")
    if chain is Chain.BITCOIN_CASH:
        cash = to_cash_address(payload, network, script=script)
        if len(payload) != 20:
            return {cash}
        return {cash, to_base58_address(payload, chain, network, script=script)}
    if (chain is Chain.LITECOIN and form == "p2sh") or form == "tex":
        return {to_base58_address(payload, chain, network, script=script)}
    if chain is Chain.XRP:
        return _xrp(parsed, network)
    if form == _INTEGRATED:
        standard = from_cryptonote_address(parsed.text).tag - 1  # true of every network's tags
        return {to_cryptonote_address(CryptoNoteAddress(standard, payload[:32], payload[32:]))}
    return set()


def _xrp(parsed: ParsedAddress, network: Network) -> set[str]:
    plain = to_x_address(XAddress(parsed.payload, None, network))
    return {plain, parsed.classic or parsed.canonical}
