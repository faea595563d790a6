"""The key forms that are read, each with its check: one row per form, printed in the docs."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class KeyForm:
    """One way to write a key, and how much its check proves."""

    name: str
    looks_like: str
    is_secret: bool
    check: str
    false_positive_rate: str


_BASE58CHECK = "Base58Check: 32 bits of double SHA-256"

KEY_FORMS: Final = {
    form.name: form
    for form in (
        KeyForm(
            "extended public key",
            "`xpub…` `ypub…` `zpub…` `tpub…` `Ltub…` `dgub…` `drkp…`, 111 characters",
            False,
            f"{_BASE58CHECK}, version, length, master rules, point of the curve",
            "2^-32",
        ),
        KeyForm(
            "extended private key",
            "`xprv…` `yprv…` `zprv…` `tprv…` `Ltpv…` `dgpv…` `drkv…`, 111 characters",
            True,
            f"{_BASE58CHECK}, version, length, master rules, range of the key",
            "2^-32",
        ),
        KeyForm(
            "wif",
            "`5…` `K…` `L…` `6…` `T…` `7…` `X…` `Q…`, test `9…` `c…`, 51 or 52 characters",
            True,
            f"{_BASE58CHECK}, version, length, range of the key",
            "2^-32",
        ),
        KeyForm(
            "bip38",
            "`6P…`, 58 characters",
            True,
            f"{_BASE58CHECK}, prefix, length, flags",
            "2^-32",
        ),
        KeyForm(
            "xrp seed",
            "`s…`, 29 characters, or `sEd…`, 31",
            True,
            f"{_BASE58CHECK} in the ripple alphabet, prefix, length",
            "2^-32",
        ),
        KeyForm(
            "bip39 mnemonic",
            "12, 15, 18, 21 or 24 words of one list",
            True,
            "BIP-39: 1 bit of SHA-256 for every 3 words",
            "2^-4 (12 words) to 2^-8 (24 words)",
        ),
    )
}
