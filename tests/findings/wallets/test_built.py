"""Wallets of which no public file was found: files built here to the vendor's published layout.

They show that a reader recognises the layout as it is described, not that the wallet writes it so.
"""

import base64
import hashlib
import json
import sqlite3
from random import Random

import pytest

from chainlead.codecs import hash160
from chainlead.model import Certainty, Role

OWN = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
OTHER = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
EVM = "0x52908400098527886e0f7030069857d2e4169ee8"
EVM_OTHER = "0x8617e340b3d01fa5f11f306f4090fd50e238070e"
XPUB = "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V"
FIRST = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
ONE = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
NOISE = Random(5).randbytes(4096)
MANIFEST = b"\x00" * 10 + b"\x01\x1aleveldb.BytewiseComparator\x02\x00"


def keys_file(size: int = 1500) -> bytes:
    length = bytes([size & 0x7F | 0x80, size >> 7])
    return NOISE[:8] + length + NOISE[8 : 8 + size]


def seco(program: bytes = b"Exodus") -> bytes:
    texts = b"".join(bytes([len(t)]) + t for t in (b"seco-v0-scrypt-aes", program, b"23.1.2"))
    header = (b"SECO" + bytes(8) + texts).ljust(224, b"\0")
    rest = NOISE[:900]
    return header + hashlib.sha256(rest).digest() + rest


def armory() -> bytes:
    head = b"\xbaWALLET\x00" + (13500000).to_bytes(4, "little") + b"\xf9\xbe\xb4\xd9" + bytes(8 + 6)
    head += (1_400_000_000).to_bytes(8, "little")
    head = head.ljust(326, b"\0") + (4).to_bytes(8, "little")
    record = b"\x00" + hash160(bytes.fromhex(ONE)) + bytes(237)
    comment = b"\x01" + hash160(bytes.fromhex(ONE)) + (5).to_bytes(2, "little") + b"hello"
    return head.ljust(2107, b"\0") + record + comment + record


def database(script: str, *rows: tuple[str, tuple]) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(script)
    for statement, values in rows:
        connection.execute(statement, values)
    connection.commit()
    return connection.serialize()


MSIGNA = database(
    "create table Keychain(id integer primary key, name text, privkey_ciphertext blob, privkey_salt integer);"
    "create table Account(id integer primary key, name text);"
    "create table SigningScript(id integer primary key, txinscript blob, txoutscript blob);",
    ("insert into Keychain values(1, 'k', ?, 5)", (NOISE[:48],)),
    (
        "insert into SigningScript values(1, x'', ?)",
        (b"\x76\xa9\x14" + hash160(bytes.fromhex(ONE)) + b"\x88\xac",),
    ),
)
BRD = database(
    "create table kvStoreTable(version integer, remote_version integer, key text, value blob, thetime integer, deleted integer)",
    ("insert into kvStoreTable values(1, 1, ?, ?, 1, 0)", ("txn2-" + "ab" * 32, NOISE[:64])),
)
COINBASE = database(
    "create table wallet_group(id text, accountId text);"
    "create table account(id text, primaryAddress text);"
    "create table address(id text, address text, derivationPath text, isUsedStr text);"
    "create table tx_history_v2(id text, fromAddress text, type text, toAddress text, txHash text);",
    ("insert into address values('-', ?, '/84/0', 'true')", (OWN,)),
    ("insert into tx_history_v2 values('-', ?, '-', ?, '-')", (OWN, OTHER)),
)
KEYSTORE = {
    "version": 3,
    "address": EVM[2:],
    "crypto": {"cipher": "aes-128-ctr", "ciphertext": "ab" * 32, "kdf": "scrypt"},
}
LEDGER = {
    "data": {
        "settings": {"devicesModelList": ["nanoX"], "lastSeenDevice": {"modelId": "nanoX", "deviceInfo": {"version": "2.2.3"}},
                     "starredAccountIds": [f"js:2:bitcoin:{XPUB}:native_segwit"]},
        "accounts": [{"data": {"id": f"js:2:bitcoin:{XPUB}:native_segwit", "freshAddress": OWN, "xpub": XPUB,
                               "operations": [{"type": "OUT", "senders": [OWN], "recipients": [OTHER]}]}}],
    }
}  # fmt: skip
LOCKED = {
    "data": {
        **LEDGER["data"],
        "accounts": base64.b64encode(NOISE[:16] + b":" + NOISE[:200]).decode(),
    }
}
WASABI = {"EncryptedSecret": "6P" + "x" * 10, "ChainCode": "AA==", "MasterFingerprint": "73c5da0a", "ExtPubKey": XPUB,
          "HdPubKeys": [{"PubKey": ONE, "FullKeyPath": "84'/0'/0'/0/0", "KeyState": 1}]}  # fmt: skip
TREZOR = {"descriptor": XPUB, "deviceState": "mwXYZ@AB:1", "symbol": "btc", "accountType": "normal",
          "addresses": {"used": [{"address": OWN, "path": "m/84'/0'/0'/0/0"}]}}  # fmt: skip
SAMOURAI = {"version": 2, "payload": base64.b64encode(NOISE[:300]).decode(), "external": True}
BLUE = {
    "wallets": [json.dumps({"type": "HDsegwitBech32", "_xpub": XPUB, "secret": "none"})],
    "tx_metadata": {},
}
BLOCK_IO = {
    "data": {"user_key": {"encrypted_passphrase": "3wIJtPoC8KO6S7x6LtrN0g==", "public_key": ONE}}
}
TRUST = {
    **KEYSTORE,
    "type": "mnemonic",
    "activeAccounts": [
        {"address": EVM, "coin": 60},
        {"coin": 0, "address": OWN, "extendedPublicKey": XPUB},
    ],
}
METAMASK_760 = {
    "vault": json.dumps({"cipher": "A" * 80, "iv": "00", "salt": "s", "lib": "original"}),
    "_persist": {},
}
ACCOUNTS_760 = {
    "internalAccounts": {
        "accounts": {"a": {"address": EVM, "metadata": {"keyring": {"type": "HD Key Tree"}}}}
    },
    "_persist": {},
}

BUILT = {
    "exodus": (seco(), "seed.seco", "exodus"),
    "another seco": (seco(b"Other"), "a.seco", "seco-container"),
    "armory": (armory(), "a.wallet", "armory"),
    "monero": (keys_file(), "Monero/wallets/w/w.keys", "monero"),
    "feather": (keys_file(), "feather_data/wallets/w.keys", "monero"),
    "cake": (keys_file(), "com.cakewallet.cake_wallet/files/wallets/monero/w/w.keys", "cake"),
    "multibit hd": (NOISE, "MultiBitHD/mbhd-x/mbhd.wallet.aes", "multibit-hd"),
    "msigna": (MSIGNA, "a.vault", "msigna"),
    "brd": (BRD, "com.breadwallet/databases/platform.db", "brd"),
    "coinbase wallet": (COINBASE, "default/wallet-rn-v2.sqlite", "coinbase-wallet"),
    "ledger live": (LEDGER, "Ledger Live/app.json", "ledger-live"),
    "ledger live, locked": (LOCKED, "Ledger Live/app.json", "ledger-live"),
    "wasabi": (WASABI, "w.json", "wasabi"),
    "trezor account": (TREZOR, "x", "trezor-suite"),
    "trezor store": (MANIFEST.replace(b"leveldb.BytewiseComparator", b"idb_cmp1"),
                     "@trezor/suite-desktop/IndexedDB/file__0.indexeddb.leveldb/MANIFEST-000001", "trezor-suite"),
    "atomic": (MANIFEST, "atomic/Local Storage/leveldb/MANIFEST-000001", "atomic"),
    "guarda": (MANIFEST, "Guarda/Local Storage/leveldb/MANIFEST-000004", "guarda"),
    "phantom": (MANIFEST, "Default/Local Extension Settings/bfnaelmomeimhlpmgjnjophhpkkoljpa/MANIFEST-000001", "phantom"),
    "sparrow, open store": (b"H:2,block:2,blockSize:1000\n" + b"\0" * 500 + b"KEYSTORE WALLETNODE " + XPUB.encode() + b" ", "w.mv.db", "sparrow"),
    "sparrow, encrypted store": (b"H2encrypt\n" + NOISE, ".sparrow/wallets/w.mv.db", "sparrow"),
    "samourai": (SAMOURAI, "samourai.txt", "samourai"),
    "ashigaru": (SAMOURAI, "ashigaru/backup.txt", "ashigaru"),
    "bluewallet": (BLUE, "data.json", "bluewallet"),
    "bluewallet setup": (f"# BlueWallet Multisig setup file\nName: m\nPolicy: 1 of 1\nDerivation: m/48'/0'/0'/2'\nFormat: P2WSH\n\n73C5DA0A: {XPUB}\n".encode(), "m.txt", "bluewallet"),
    "block.io": (BLOCK_IO, "answer.json", "block-io"),
    "trust": (TRUST, "keystore/UTC--x", "trust"),
    "electroneum": (b"<map><string>https://api.electroneum.com/v1</string></map>", "data/com.electroneum.mobile/shared_prefs/a.xml", "electroneum-app"),
    "metamask 7.60": (METAMASK_760, "files/persistStore/persist-KeyringController", "metamask"),
}  # fmt: skip


def content_of(built: object) -> bytes:
    return built if isinstance(built, bytes) else json.dumps(built).encode()


@pytest.mark.parametrize("name", BUILT)
def test_a_built_file_is_named(find, name):
    built, path, value = BUILT[name]
    found = find(content_of(built), path=path)
    assert value in {f.value for f in found if f.kind == "wallet"}
    assert {f.role for f in found if f.kind == "wallet"} == {Role.OWN}


@pytest.mark.parametrize("name", BUILT)
def test_a_cut_file_is_no_error(find, name):
    built, path, _ = BUILT[name]
    content = content_of(built)
    for size in (17, len(content) // 2, len(content) - 1):
        find(content[:size], path=path)


@pytest.mark.parametrize("name", BUILT)
def test_a_damaged_file_is_no_error(find, name):
    built, path, _ = BUILT[name]
    content = bytearray(content_of(built))
    rng = Random(name)
    for _ in range(10):
        for _ in range(8):
            content[rng.randrange(len(content))] = rng.randrange(256)
        find(bytes(content), path=path)


@pytest.mark.parametrize("name", ["exodus", "armory", "ledger live", "wasabi", "trust", "msigna"])
def test_the_same_bytes_under_another_name_are_recognised(find, name):
    built, _, value = BUILT[name]
    assert value in {f.value for f in find(content_of(built), path="x.bin") if f.kind == "wallet"}


def roles(found) -> dict[str, Role]:
    return {f.value: f.role for f in found if f.kind == "address"}


def test_ledger_operations_tell_own_from_counterparty(find):
    found = roles(find(content_of(LEDGER), path="app.json"))
    assert (found[OWN], found[OTHER], found[FIRST]) == (Role.OWN, Role.COUNTERPARTY, Role.OWN)


def test_a_locked_ledger_file_still_tells_models_and_starred_accounts(find):
    found = find(content_of(LOCKED), path="app.json")
    (wallet,) = [f for f in found if f.kind == "wallet"]
    assert (wallet.detail["locked"], wallet.detail["device_models"]) == (True, ["nanoX"])
    assert roles(found)[FIRST] is Role.OWN


def test_coinbase_tables_tell_own_from_counterparty(find):
    found = find(COINBASE, path="wallet-rn-v2.sqlite")
    assert roles(found) == {OWN: Role.OWN, OTHER: Role.COUNTERPARTY}


def test_armory_and_msigna_give_addresses_that_are_no_text(find):
    for content in (armory(), MSIGNA):
        assert roles(find(content)) == {"1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH": Role.OWN}


def test_an_exodus_container_is_checked_by_its_digest(find):
    (wallet,) = find(seco())
    assert wallet.certainty is Certainty.CHECKED
    (wallet,) = find(seco()[:-1] + b"!")
    assert wallet.certainty is Certainty.STRUCTURED


def test_accounts_of_metamask_after_7_60_are_own(find):
    found = find(content_of(ACCOUNTS_760), path="files/persistStore/persist-AccountsController")
    assert roles(found) == {EVM: Role.OWN}


def test_a_metamask_state_tells_own_counterparty_and_shipped(find):
    token = "0xdac17f958d2ee523a2206206994597c13d831ec7"
    state = {
        "KeyringController": {"vault": json.dumps({"data": "A" * 90, "iv": "i", "salt": "s"})},
        "PreferencesController": {"identities": {EVM: {"name": "Account 1"}}},
        "AddressBookController": {"addressBook": {"0x1": {EVM_OTHER: {"name": "x"}}}},
        "TokenListController": {"tokenList": {token: {"symbol": "T"}}},
    }
    found = find(json.dumps(state), path="x")
    assert roles(found) == {EVM: Role.OWN, EVM_OTHER: Role.COUNTERPARTY, token: Role.SHIPPED}
    (wallet,) = [f for f in found if f.value == "metamask"]
    assert (wallet.detail["own_accounts"], wallet.detail["vault"]) == (1, True)


@pytest.mark.parametrize(
    "text",
    ["{}", '{"data": {}}', '{"payload": "x", "version": 2}', '{"engine": "[]"}', '{"xfp": 1}', "H:2,", "BSMS 1.0\n\n\n",
     '{"crypto": []}', '{"keystore": {}, "addresses": []}', '{"wallets": [], "tx_metadata": {}}', '{"descriptor": "x"}',
     '{"ExtPubKey": 7, "MasterFingerprint": []}', '{"data": [1], "iv": 2, "salt": 3}', '{"vault": null}'],
)  # fmt: skip
def test_other_files_with_such_words_are_no_wallets(find, text):
    assert [f.value for f in find(text.ljust(40)) if f.kind == "wallet"] == []
