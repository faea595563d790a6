"""The address forms that are read, each with its check: one row per form, printed in the docs."""

from dataclasses import dataclass
from typing import Final

from chainlead.model import Chain

_BASE58CHECK = "Base58Check: 32 bits of double SHA-256, version byte, length"
_BECH32 = "bech32: 30-bit code over prefix and data, version, length"
_BECH32M = "bech32m: 30-bit code over prefix and data, version, length"
_CASHADDR = "CashAddr: 40-bit code over prefix and data, type and size"
_CRYPTONOTE = "CryptoNote: 32 bits of Keccak-256, network tag, length"
_LEGACY = (Chain.BITCOIN, Chain.BITCOIN_CASH, Chain.LITECOIN, Chain.DASH, Chain.DOGECOIN)
_EVM = (Chain.ETHEREUM, Chain.ELECTRONEUM_SMART_CHAIN)
_NOTES = (Chain.MONERO, Chain.ELECTRONEUM)


@dataclass(frozen=True, slots=True)
class AddressForm:
    """One way to write an address, and how much its check proves."""

    name: str
    looks_like: str
    chains: tuple[Chain, ...]
    check: str
    false_positive_rate: str


FORMS: Final = {
    form.name: form
    for form in (
        AddressForm(
            "p2pkh",
            "`1…` `L…` `X…` `D…` `t1…`, test `m…` `n…` `y…` `tm…`",
            (*_LEGACY, Chain.ZCASH),
            _BASE58CHECK,
            "2^-32",
        ),
        AddressForm(
            "p2sh",
            "`3…` `M…` `7…` `9…` `A…` `t3…`, test `2…` `Q…` `8…` `t2…`",
            (*_LEGACY, Chain.ZCASH),
            _BASE58CHECK,
            "2^-32",
        ),
        AddressForm(
            "p2wpkh", "`bc1q…` `ltc1q…`", (Chain.BITCOIN, Chain.LITECOIN), _BECH32, "2^-30"
        ),
        AddressForm(
            "p2wsh", "`bc1q…` `ltc1q…`, longer", (Chain.BITCOIN, Chain.LITECOIN), _BECH32, "2^-30"
        ),
        AddressForm("p2tr", "`bc1p…` `ltc1p…`", (Chain.BITCOIN, Chain.LITECOIN), _BECH32M, "2^-30"),
        AddressForm(
            "witness",
            "`bc1…` `ltc1…` of a later version",
            (Chain.BITCOIN, Chain.LITECOIN),
            _BECH32M,
            "2^-30",
        ),
        AddressForm("mweb", "`ltcmweb1…`", (Chain.LITECOIN,), _BECH32, "2^-30"),
        AddressForm("tex", "`tex1…`", (Chain.ZCASH,), _BECH32M, "2^-30"),
        AddressForm(
            "cashaddr p2pkh", "`bitcoincash:q…` or bare", (Chain.BITCOIN_CASH,), _CASHADDR, "2^-40"
        ),
        AddressForm(
            "cashaddr p2sh", "`bitcoincash:p…` or bare", (Chain.BITCOIN_CASH,), _CASHADDR, "2^-40"
        ),
        AddressForm(
            "evm",
            "`0x` and 40 hex digits in mixed case",
            _EVM,
            "EIP-55: the case of each letter is one bit of Keccak-256",
            "2^-12 over all addresses; 2^-(number of letters) for one",
        ),
        AddressForm(
            "evm one-case",
            "`0x` and 40 hex digits in one case",
            _EVM,
            "none: a text in one case has no checksum",
            "none (no checksum in one-case form)",
        ),
        AddressForm("tron", "`T…`, 34 characters", (Chain.TRON,), _BASE58CHECK, "2^-32"),
        AddressForm(
            "xrp classic",
            "`r…`",
            (Chain.XRP,),
            "Base58Check in the ripple alphabet: 32 bits of double SHA-256, version, length",
            "2^-32",
        ),
        AddressForm(
            "xrp x-address",
            "`X…` of 47 characters, test `T…`",
            (Chain.XRP,),
            "Base58Check in the ripple alphabet: 32 bits of double SHA-256, prefix, length, flags",
            "2^-32",
        ),
        AddressForm("cryptonote standard", "`4…` `etn…`", _NOTES, _CRYPTONOTE, "2^-32"),
        AddressForm("cryptonote integrated", "`4…` longer, `f4V…`", _NOTES, _CRYPTONOTE, "2^-32"),
        AddressForm("cryptonote subaddress", "`8…` `etn…`", _NOTES, _CRYPTONOTE, "2^-32"),
    )
}
