"""Every wallet file of the real material is named by content, its owner's addresses are told, no secret shows."""

import ast
import json
import re
from pathlib import Path

import pytest

from chainlead.evidence import ExhibitFile, Item, Limits, open_exhibit, read_file
from chainlead.findings import scan_items
from chainlead.model import Role

pytestmark = pytest.mark.real

WALLETS = {
    "android-bitcoin-wallet-backup-2022": "android-bitcoin-wallet",
    "bitcoincore-0.21.1-wallet.dat": "bitcoin-core",
    "bitcoinj-wallet.wallet": "multibit",
    "bither-wallet.db": "bither",
    "blockchain-v3.0-MAY2020-wallet.aes.json": "blockchain-com",
    "coinomi.wallet.android": "coinomi",
    "electrum27-wallet": "electrum",
    "electrum28-wallet": "electrum",
    "electrum4_4_3_unencrypted": "electrum",
    "imtoken-identity.json": "imtoken",
    "litecoincore-0.18.1-wallet.dat": "bitcoin-core",
    "metamask.android.persist-root": "metamask",
    "multibit-wallet.key": "multibit",
    "toastwallet.txt": "toast",
    "utc-keystore-v3-scrypt-myetherwallet.json": "ethereum-keystore",
}
NO_WALLETS = {
    "COPYING",
    "LICENSE",
    "LICENCE",
    "LegacyAddressTestDataset.txt",
    "cause_carbon_wallet.json",
}
"""Licences, a list of addresses, and a test's own input, which is no wallet's format."""
EXPECTED = {
    "electrum": lambda _: "electrum",
    "bluewallet": lambda name: (
        "bsms" if "bsms" in name else "caravan" if "caravan" in name else "specter" if "specter" in name
        else "cobo-vault" if "cobo" in name else "descriptor" if "descriptor" in name
        else "electrum" if "electrum" in name or name == "skeleton-coldcard.txt" else "coldcard"
    ),
    "sparrow": lambda name: (
        "bsms" if name.endswith(".bsms") else "caravan" if "caravan" in name else "electrum" if "electrum" in name
        else "coldcard" if name.startswith("cc-") else "cobo-vault" if "cobo" in name
        else "sparrow" if name.startswith("sparrow") else "descriptor" if name.endswith(".txt") else "specter"
    ),
    "bitcoinj": lambda _: "bitcoinj",
}  # fmt: skip


def scan_file(file: ExhibitFile):
    return scan_items(
        (p for p in read_file(file, Limits()) if isinstance(p, Item)), case_key=bytes(32)
    )


def files_of(folder: Path) -> list[ExhibitFile]:
    return [file for file in open_exhibit(folder, "E1").files() if isinstance(file, ExhibitFile)]


@pytest.fixture(scope="module")
def evidence(shared_data) -> Path:
    return shared_data / "evidence"


@pytest.fixture(scope="module")
def scanned(evidence):
    """Findings of each file of the folder of wallets."""
    return {
        file.provenance.steps[0].name: scan_file(file)
        for file in files_of(evidence / "wallets")
        if "metamask/" not in file.provenance.steps[0].name
    }


@pytest.mark.parametrize("name", WALLETS)
def test_each_wallet_is_named(scanned, name):
    assert WALLETS[name] in {f.value for f in scanned[name] if f.kind == "wallet"}


@pytest.mark.parametrize("part", EXPECTED)
def test_each_file_of_a_collection_is_named(evidence, part):
    wrong = {}
    for file in files_of(evidence / part):
        name = file.provenance.steps[0].name.rpartition("/")[2]
        named = {f.value for f in scan_file(file) if f.kind == "wallet"}
        wanted = set() if name in NO_WALLETS else {EXPECTED[part](name)}
        if named != wanted:
            wrong[name] = named
    assert wrong == {}


def test_names_do_not_matter_where_content_tells(evidence):
    for name in (
        "bitcoincore-0.21.1-wallet.dat",
        "coinomi.wallet.android",
        "toastwallet.txt",
        "bither-wallet.db",
    ):
        (file,) = [f for f in files_of(evidence / "wallets") if f.name == name]
        nameless = [
            Item(
                p.provenance.__class__(p.provenance.exhibit, (p.provenance.steps[0].__class__("file", "x"),)),
                p.data, p.encoding, p.media_type, p.layer, p.stream_sha256, p.offset_bytes, p.core_bytes, p.row,
            )
            for p in read_file(file, Limits())
            if isinstance(p, Item) and len(p.provenance.steps) == 1 and p.row is None
        ]  # fmt: skip
        found = scan_items(nameless, case_key=bytes(32))
        assert WALLETS[name] in {f.value for f in found if f.kind == "wallet"}


def test_litecoin_core_yields_an_address_of_each_kind_for_every_key(scanned):
    found = scanned["litecoincore-0.18.1-wallet.dat"]
    (wallet,) = [f for f in found if f.kind == "wallet"]
    derived = [f for f in found if f.detail.get("derived")]
    assert wallet.detail["public_keys"] == 4002
    for kind, start in (("p2pkh", "L"), ("p2sh-p2wpkh", "M"), ("p2wpkh", "ltc1q")):
        values = {f.value for f in derived if f.detail["script"] == kind}
        assert len(values) == 4002
        assert all(value.startswith(start) for value in values)
    assert {(f.role, f.certainty.value, f.detail["use"]) for f in derived} == {
        (Role.OWN, "structured", "unproven")
    }


def test_descriptors_behind_hardened_steps_are_derived_from_the_cache(scanned):
    derived = [f for f in scanned["bitcoincore-0.21.1-wallet.dat"] if f.detail.get("derived")]
    kinds = {
        kind: sum(f.detail["script"] == kind for f in derived)
        for kind in ("p2pkh", "p2sh-p2wpkh", "p2wpkh")
    }
    assert kinds == {"p2pkh": 40, "p2sh-p2wpkh": 40, "p2wpkh": 40}


def test_electrum_lists_what_is_derived_from_its_key(scanned):
    """The wallet's own list is the oracle: its addresses are exactly what its key gives."""
    from chainlead.codecs import parse_extended_key
    from chainlead.findings import addresses_of_extended_key
    from chainlead.model import Chain, Network

    for name in ("electrum27-wallet", "electrum4_4_3_unencrypted"):
        found = scanned[name]
        own = {f.value for f in found if f.kind == "address" and not f.detail.get("derived")}
        keys = [f.value for f in found if f.kind == "extended_key" and f.value]
        kinds = ("p2pkh",) if own and next(iter(own)).startswith("1") else ("p2wpkh",)
        derived = {
            d.address
            for key in keys
            for d in addresses_of_extended_key(
                parse_extended_key(key), Chain.BITCOIN, Network.MAIN, kinds=kinds
            )
        }
        assert own
        assert own <= derived


@pytest.mark.parametrize(
    "name",
    ["client_1_9_8_seeded", "client_2_5_4_multisig", "client_2_8_3_multisig", "client_2_9_3_seeded",
     "client_2_9_3_old_seeded_with_realistic_history", "client_3_3_8_xpub_with_realistic_history"],
)  # fmt: skip
def test_what_electrum_lists_is_what_its_keys_give(evidence, name):
    """Old master keys, multi-signature wallets, extended keys: the wallet's own list is the oracle."""
    from chainlead.findings.wallet import as_dict, public_texts
    from chainlead.findings.wallets.electrum import _coin, _derived

    path = evidence / "electrum" / "tests" / "test_storage_upgrade" / name
    text = path.read_text()
    document = ast.literal_eval(text) if text.startswith("{'") else json.loads(text)
    listed = set(public_texts(as_dict(document.get("addresses")) or document["addr_history"]))
    derived = {found.address for found in _derived(document, *_coin(listed))}
    assert len(listed) >= 8
    assert listed <= derived


def metamask(evidence, version: str, name: str):
    folder = evidence / "wallets" / "metamask" / f"nkbihfbeogaeaoehlefnkodbefgpgknn-v{version}"
    return scan_file(next(f for f in files_of(folder) if f.name == name))


def test_the_metamask_profile_of_version_10_has_exactly_one_own_account(evidence):
    found = [f for f in metamask(evidence, "10_11_3", "000003.log") if f.kind == "address"]
    own = {f.value.lower() for f in found if f.role is Role.OWN}
    assert own == {"0x62ad822292708e8dc4018469cd3a01f60369eb38"}
    others = {f.value.lower(): f.role for f in found if f.role is not Role.OWN}
    assert len(others) == 500
    assert set(others.values()) == {Role.SHIPPED}


def test_the_vault_of_version_11_is_found(evidence):
    found = metamask(evidence, "11_12_1", "000016.ldb")
    wallets = {f.value: f.detail for f in found if f.kind == "wallet"}
    assert wallets["metamask"]["vault"] is True
    assert wallets["metamask-vault"]["iterations"] == 600_000
    own = {f.value.lower() for f in found if f.kind == "address" and f.role is Role.OWN}
    assert "0x66f9c09118b1c726bc24811a611baf60af42070a" in own


def secrets_of(path: Path) -> set[str]:
    """Cipher texts, seeds and keys that the file itself names so."""
    text = path.read_bytes().decode("latin-1")
    found = set(
        re.findall(
            r"""["'](?:seed|xprv|encStr|ciphertext|payload|ppsecret|rpsecret|erk|passphrase|priv|encrypt_\w+|data|cipher)["']\s*:\s*["']([^"'\n]{12,})["']""",
            text,
        )
    )
    found |= {secret.replace("\\", "") for secret in found}
    for name in re.findall(r'\\"(?:data|cipher|vault)\\*":\\*"([^"\\]{12,})', text):
        found.add(name)
    return found


def test_no_secret_of_a_wallet_is_in_any_finding(evidence, scanned):
    rows = "\n".join(json.dumps(f.to_row()) for found in scanned.values() for f in found)
    secrets = set().union(*(secrets_of(p) for p in (evidence / "wallets").iterdir() if p.is_file()))
    assert len(secrets) >= 15
    assert [secret[:4] for secret in sorted(secrets) if secret in rows] == []
