"""Text and bytes to model values and back: addresses, keys, mnemonics. Checksums are exact."""

from chainlead.codecs.address import lookup_address, parse_address
from chainlead.codecs.address_forms import FORMS, AddressForm
from chainlead.codecs.base58 import (
    BITCOIN_ALPHABET,
    RIPPLE_ALPHABET,
    from_base58,
    from_base58check,
    to_base58,
    to_base58check,
)
from chainlead.codecs.base58_address import (
    address_from_public_key_hash,
    from_base58_address,
    to_base58_address,
)
from chainlead.codecs.base58_versions import VERSIONS
from chainlead.codecs.bech32 import Bech32Kind, convert_bits, from_bech32, to_bech32
from chainlead.codecs.bip32 import HARDENED, PublicBranch, public_branch
from chainlead.codecs.bip32_private import (
    PrivateBranch,
    derive_bip39_seed,
    derive_electrum_seed,
    derive_master,
    parse_path,
)
from chainlead.codecs.bip38 import Bip38Key, parse_bip38, to_bip38
from chainlead.codecs.bip39 import (
    LANGUAGES,
    Mnemonic,
    is_list_word,
    parse_mnemonic,
    to_mnemonic,
    word_languages,
    word_list,
)
from chainlead.codecs.cash_address import from_cash_address, to_cash_address
from chainlead.codecs.cashaddr import CashAddr, from_cashaddr, to_cashaddr
from chainlead.codecs.cryptonote import (
    CryptoNoteAddress,
    from_cryptonote_address,
    from_cryptonote_base58,
    to_cryptonote_address,
    to_cryptonote_base58,
)
from chainlead.codecs.cryptonote_address import from_cryptonote_wallet_address
from chainlead.codecs.eip55 import to_eip55
from chainlead.codecs.electrum_seed import (
    ElectrumSeed,
    parse_electrum_seed,
    parse_old_electrum_seed,
    to_old_electrum_seed,
)
from chainlead.codecs.evm_address import NOBODY, from_evm_address, is_nobody
from chainlead.codecs.extended_key import (
    ExtendedKey,
    ExtendedKeyVersion,
    extended_key_versions,
    parse_extended_key,
    to_extended_key,
)
from chainlead.codecs.hashing import hash160, keccak256, sha256d
from chainlead.codecs.key_forms import KEY_FORMS, KeyForm
from chainlead.codecs.key_scripts import (
    KEY_SCRIPTS,
    multisig_script,
    script_hash_script,
    script_of_key,
    witness_hash_script,
)
from chainlead.codecs.lightning_invoice import LightningInvoice, parse_lightning_invoice
from chainlead.codecs.monero_seed import MoneroSeed, parse_monero_seed, to_monero_seed
from chainlead.codecs.output_descriptor import (
    DescriptorKey,
    OutputDescriptor,
    descriptor_checksum,
    parse_output_descriptor,
)
from chainlead.codecs.parsed_address import ParsedAddress
from chainlead.codecs.payment_code import (
    PaymentCode,
    SilentPaymentAddress,
    parse_payment_code,
    parse_silent_payment,
    to_payment_code,
    to_silent_payment,
)
from chainlead.codecs.phrase_list import PHRASE_LISTS, is_phrase_word, phrase_index, phrase_list
from chainlead.codecs.polyseed import Polyseed, parse_polyseed
from chainlead.codecs.script import (
    OUTPUT_CHAINS,
    SCRIPT_CHAINS,
    address_from_script,
    script_from_address,
)
from chainlead.codecs.script_kind import script_kind
from chainlead.codecs.secp256k1 import (
    derive_public_key,
    is_public_key,
    recover_public_key,
    shifted_public_key,
    uncompressed_public_key,
)
from chainlead.codecs.secret import Secret
from chainlead.codecs.secret_numbers import parse_secret_numbers, to_secret_numbers
from chainlead.codecs.segwit_address import (
    from_bech32_address,
    from_witness_address,
    to_witness_address,
)
from chainlead.codecs.slip39 import Slip39Share, parse_slip39, to_slip39
from chainlead.codecs.twins import derive_twins
from chainlead.codecs.wif import WifKey, parse_wif, to_wif
from chainlead.codecs.xrp_address import (
    XAddress,
    from_x_address,
    from_xrp_address,
    from_xrp_classic,
    to_x_address,
    to_xrp_classic,
)
from chainlead.codecs.xrp_seed import XrpSeed, parse_xrp_seed, to_xrp_seed
from chainlead.codecs.zcash_shielded import ShieldedAddress, parse_shielded

__all__ = [
    "BITCOIN_ALPHABET",
    "FORMS",
    "HARDENED",
    "KEY_FORMS",
    "KEY_SCRIPTS",
    "LANGUAGES",
    "NOBODY",
    "OUTPUT_CHAINS",
    "PHRASE_LISTS",
    "RIPPLE_ALPHABET",
    "SCRIPT_CHAINS",
    "VERSIONS",
    "AddressForm",
    "Bech32Kind",
    "Bip38Key",
    "CashAddr",
    "CryptoNoteAddress",
    "DescriptorKey",
    "ElectrumSeed",
    "ExtendedKey",
    "ExtendedKeyVersion",
    "KeyForm",
    "LightningInvoice",
    "Mnemonic",
    "MoneroSeed",
    "OutputDescriptor",
    "ParsedAddress",
    "PaymentCode",
    "Polyseed",
    "PrivateBranch",
    "PublicBranch",
    "Secret",
    "ShieldedAddress",
    "SilentPaymentAddress",
    "Slip39Share",
    "WifKey",
    "XAddress",
    "XrpSeed",
    "address_from_public_key_hash",
    "address_from_script",
    "convert_bits",
    "derive_bip39_seed",
    "derive_electrum_seed",
    "derive_master",
    "derive_public_key",
    "derive_twins",
    "descriptor_checksum",
    "extended_key_versions",
    "from_base58",
    "from_base58_address",
    "from_base58check",
    "from_bech32",
    "from_bech32_address",
    "from_cash_address",
    "from_cashaddr",
    "from_cryptonote_address",
    "from_cryptonote_base58",
    "from_cryptonote_wallet_address",
    "from_evm_address",
    "from_witness_address",
    "from_x_address",
    "from_xrp_address",
    "from_xrp_classic",
    "hash160",
    "is_list_word",
    "is_nobody",
    "is_phrase_word",
    "is_public_key",
    "keccak256",
    "lookup_address",
    "multisig_script",
    "parse_address",
    "parse_bip38",
    "parse_electrum_seed",
    "parse_extended_key",
    "parse_lightning_invoice",
    "parse_mnemonic",
    "parse_monero_seed",
    "parse_old_electrum_seed",
    "parse_output_descriptor",
    "parse_path",
    "parse_payment_code",
    "parse_polyseed",
    "parse_secret_numbers",
    "parse_shielded",
    "parse_silent_payment",
    "parse_slip39",
    "parse_wif",
    "parse_xrp_seed",
    "phrase_index",
    "phrase_list",
    "public_branch",
    "recover_public_key",
    "script_from_address",
    "script_hash_script",
    "script_kind",
    "script_of_key",
    "sha256d",
    "shifted_public_key",
    "to_base58",
    "to_base58_address",
    "to_base58check",
    "to_bech32",
    "to_bip38",
    "to_cash_address",
    "to_cashaddr",
    "to_cryptonote_address",
    "to_cryptonote_base58",
    "to_eip55",
    "to_extended_key",
    "to_mnemonic",
    "to_monero_seed",
    "to_old_electrum_seed",
    "to_payment_code",
    "to_secret_numbers",
    "to_silent_payment",
    "to_slip39",
    "to_wif",
    "to_witness_address",
    "to_x_address",
    "to_xrp_classic",
    "to_xrp_seed",
    "uncompressed_public_key",
    "witness_hash_script",
    "word_languages",
    "word_list",
]
