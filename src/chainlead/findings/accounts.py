"""Public account keys and first addresses of a phrase, without anybody reading the phrase.

Assumption: the accounts that most wallets make first: BIP-44, 49, 84 and 86 for Bitcoin, BIP-44 for
Ethereum, account 0; for Electrum its own paths. Twenty addresses each, receive and change.
Known failure: other coins, accounts and paths are not made; a passphrase that nobody knows makes
all of them wrong without a sign of it. That an address was used is not shown.
Spec: BIP-44, BIP-49, BIP-84, BIP-86; Electrum `keystore.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chainlead.codecs import (
    ExtendedKey,
    PrivateBranch,
    Secret,
    derive_bip39_seed,
    derive_electrum_seed,
    derive_master,
    parse_electrum_seed,
    parse_mnemonic,
    parse_path,
    to_extended_key,
)
from chainlead.errors import CodecError
from chainlead.findings.derivation import DerivedAddress, addresses_of_extended_key
from chainlead.model import Chain, Network


@dataclass(frozen=True, slots=True)
class _Plan:
    path: str
    chain: Chain
    script: str
    prefix: str
    standard: str


_BIP39_PLANS = (
    _Plan("m/44'/0'/0'", Chain.BITCOIN, "p2pkh", "xpub", "BIP-44"),
    _Plan("m/49'/0'/0'", Chain.BITCOIN, "p2sh-p2wpkh", "ypub", "BIP-49"),
    _Plan("m/84'/0'/0'", Chain.BITCOIN, "p2wpkh", "zpub", "BIP-84"),
    _Plan("m/86'/0'/0'", Chain.BITCOIN, "p2tr", "xpub", "BIP-86"),
    _Plan("m/44'/60'/0'", Chain.ETHEREUM, "evm", "xpub", "BIP-44"),
)
_ELECTRUM_PLANS = {
    "standard": _Plan("m", Chain.BITCOIN, "p2pkh", "xpub", "Electrum standard"),
    "segwit": _Plan("m/0'", Chain.BITCOIN, "p2wpkh", "zpub", "Electrum segwit"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One account: its public key and first addresses. Nothing in it can spend.

    Attributes:
        path: from the root to the account.
        standard: which rule made the path.
        public_key: the extended public key, as text.
    """

    path: str
    standard: str
    chain: Chain
    script: str
    public_key: str
    addresses: tuple[DerivedAddress, ...]


def derive_accounts(words: Sequence[str], passphrase: Secret | None = None) -> tuple[Account, ...]:
    """The public accounts of a phrase of BIP-39, or of Electrum from version 2 on.

    Raises:
        CodecError: neither; the message holds no part of the phrase.
    """
    return tuple(_accounts(words, passphrase))


def _accounts(words: Sequence[str], passphrase: Secret | None) -> Iterator[Account]:
    try:
        parse_mnemonic(words)
    except CodecError:
        seed = parse_electrum_seed(words)
        plan = _ELECTRUM_PLANS.get(seed.kind)
        if plan is None:
            raise CodecError("two-factor wallets of Electrum share keys with a server") from None
        root = derive_master(derive_electrum_seed(seed.secret, passphrase))
        yield _account(root, plan)
        return
    root = derive_master(derive_bip39_seed(words, passphrase))
    for plan in _BIP39_PLANS:
        yield _account(root, plan)


def _account(root: PrivateBranch, plan: _Plan) -> Account:
    key: ExtendedKey = root.descendant(parse_path(plan.path)).to_public(plan.prefix)
    addresses = addresses_of_extended_key(key, plan.chain, Network.MAIN, kinds=(plan.script,))
    text = to_extended_key(key)
    return Account(plan.path, plan.standard, plan.chain, plan.script, text, tuple(addresses))
