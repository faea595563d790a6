"""Trust Wallet: key files with its own fields.

Found in: iOS `Documents/keystore/UTC--…` (the time in the name is local time), exports.
Proof: a Web3 key file with `activeAccounts`.
Limits: learned from the source of 2018 and 2019 and from `wallet-core`; today's apps may differ. No real
file was at hand; the tests build one to the published layout.
Spec: trustwallet/wallet-core `StoredKey.cpp`; trust-keystore; UROCK-AILAB forensics handbook.
"""

from chainlead.codecs import parse_extended_key
from chainlead.errors import CodecError
from chainlead.findings.derivation import DerivedAddress, addresses_of_extended_key
from chainlead.findings.wallet import Recognised, Wallet, WalletFile, as_dict, as_list, roles, word
from chainlead.findings.wallets.ethereum_keystore import is_keystore, named_address, own_address
from chainlead.model import Chain, Network, Role

_CHAINS = {
    0: Chain.BITCOIN,
    2: Chain.LITECOIN,
    3: Chain.DOGECOIN,
    5: Chain.DASH,
    60: Chain.ETHEREUM,
}


class Trust(Wallet):
    """A key file that lists the accounts of every coin."""

    name = "trust"
    keys = frozenset({"activeAccounts"})

    def recognise(self, file: WalletFile) -> Recognised | None:
        """Look at the accounts."""
        document = as_dict(file.document)
        accounts = [as_dict(account) for account in as_list(document.get("activeAccounts"))]
        if not is_keystore(document):
            return None
        owners = roles(accounts, Role.OWN)
        address = own_address(document)
        if address:
            owners[address] = Role.OWN
        return Recognised(
            check="Web3 key file with activeAccounts",
            span=file.find(b"activeAccounts"),
            detail={"type": word(document.get("type")), "accounts": len(accounts)},
            owners=owners,
            addresses=named_address(address),
            derived=[derived for account in accounts for derived in _derived(account)],
        )


def _derived(account: dict[str, object]) -> list[DerivedAddress]:
    text, coin = account.get("extendedPublicKey"), account.get("coin")
    chain = _CHAINS.get(coin) if isinstance(coin, int) else None
    if not isinstance(text, str) or chain is None:
        return []
    try:
        return list(addresses_of_extended_key(parse_extended_key(text), chain, Network.MAIN))
    except CodecError:
        return []
