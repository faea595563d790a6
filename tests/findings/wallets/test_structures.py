"""Wallet files are known by content, and say whose the addresses in them are."""

import json
import sqlite3

import pytest

from chainlead.model import Role

OWN = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
OTHER = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


def roles(found):
    return {f.value: f.role for f in found if f.kind == "address"}


ELECTRUM = {
    "seed_version": 18,
    "wallet_type": "standard",
    "use_encryption": True,
    "addresses": {"receiving": [OWN], "change": []},
    "contacts": {OTHER: ["address", "shop"]},
}


@pytest.mark.parametrize("write", [json.dumps, repr], ids=["json", "python literal"])
def test_an_electrum_file_tells_own_from_contacts(find, write):
    found = find(write(ELECTRUM), path="backup")
    (wallet,) = [f for f in found if f.kind == "wallet"]
    assert wallet.value == "electrum"
    assert wallet.detail["seed_version"] == 18
    assert wallet.role is Role.OWN
    assert roles(found) == {OWN: Role.OWN, OTHER: Role.COUNTERPARTY}


def test_an_electrum_file_with_appended_changes_is_read(find):
    found = find(json.dumps(ELECTRUM) + ',\n{"op": "add", "path": "/x", "value": 1}')
    assert roles(found)[OWN] is Role.OWN


@pytest.mark.parametrize(
    "text",
    ['{"seed_version": 18}', "seed_version: 18", '{"seed_version": 18, "wallet_ty', "{" * 3000],
)
def test_other_json_is_no_electrum_wallet(find, text):
    assert find(text) == ()


def test_a_keystore_names_its_own_address_without_the_prefix(find):
    text = json.dumps(
        {
            "version": 3,
            "address": "52908400098527886e0f7030069857d2e4169ee8",
            "crypto": {"cipher": "aes-128-ctr", "ciphertext": "ab" * 32, "kdf": "scrypt"},
        }
    )
    found = find(text)
    assert [f.kind for f in found] == ["address", "wallet"]
    assert found[0].value == "0x52908400098527886e0f7030069857d2e4169ee8"
    assert found[0].role is Role.OWN
    assert "abab" not in str([f.to_row() for f in found])


def test_a_berkeley_db_is_a_wallet_only_with_wallet_records(find):
    page = bytes(12) + b"\x62\x31\x05\x00" + bytes(600)
    assert find(page) == ()
    (wallet,) = find(page + b"\x0aminversion" + b"\x09bestblock" + b"\x04ckey")
    assert (wallet.value, wallet.detail["encrypted_secrets"]) == ("bitcoin-core", True)


def sqlite(script: str, application_id: int = 0) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(script)
    connection.execute(f"PRAGMA application_id = {application_id}")
    connection.commit()
    return connection.serialize()


def test_an_sqlite_wallet_is_known_by_its_application_id(find):
    content = sqlite("create table main(key blob primary key not null, value blob not null)", 0)
    assert find(content) == ()
    content = content[:68] + bytes.fromhex("fbc0b6db") + content[72:]
    (wallet,) = find(content)
    assert wallet.candidates[0].chain.value == "litecoin"


def test_a_descriptor_that_claims_billions_of_used_keys_stays_bounded(find):
    xpub = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8"
    text = f"wpkh({xpub}/84'/0'/0'/0/*)".encode()
    name = b"\x10walletdescriptor" + bytes(32)
    value = bytes([len(text)]) + text + bytes(8) + b"\xff\xff\xff\x7f" + bytes(8)
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "create table main(key blob primary key not null, value blob not null)"
    )
    connection.execute("insert into main values(?, ?)", (name, value))
    connection.commit()
    content = connection.serialize()
    found = find(content[:68] + bytes.fromhex("f9beb4d9") + content[72:])
    assert sum(f.kind == "wallet" for f in found) == 1
    assert not [f for f in found if f.detail.get("derived")]  # no parent key is cached
