"""The detectors on material that nobody here wrote."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from chainlead.codecs import parse_bip38, parse_extended_key, parse_wif, parse_xrp_seed
from chainlead.errors import CodecError
from chainlead.evidence import ExhibitFile, Item, Limits, open_exhibit, read_file
from chainlead.findings import Finding, scan_items
from chainlead.model import Certainty, Chain

pytestmark = pytest.mark.real

CHAIN_OF_LIST = {
    "XBT": Chain.BITCOIN, "LTC": Chain.LITECOIN, "DASH": Chain.DASH, "ETH": Chain.ETHEREUM,
    "XRP": Chain.XRP, "XMR": Chain.MONERO, "ZEC": Chain.ZCASH, "TRX": Chain.TRON,
    "BCH": Chain.BITCOIN_CASH, "USDC": Chain.ETHEREUM, "ETC": Chain.ETHEREUM,
    "BSC": Chain.ETHEREUM, "ARB": Chain.ETHEREUM,
}  # fmt: skip
MISFILED = {"TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq": Chain.TRON}
"""The official list of Bitcoin addresses holds a TRON address."""


def scan_folder(folder: Path) -> list[Finding]:
    found: list[Finding] = []
    for file in open_exhibit(folder, "E1").files():
        if isinstance(file, ExhibitFile):
            items = (piece for piece in read_file(file, Limits()) if isinstance(piece, Item))
            found += scan_items(items, case_key=bytes(32))
    return found


@pytest.fixture(scope="module")
def evidence(shared_data) -> Path:
    return shared_data / "evidence"


@pytest.fixture(scope="module")
def sanctioned(evidence) -> list[Finding]:
    return scan_folder(evidence / "addresses" / "ofac-lists")


def test_every_sanctioned_address_is_found_with_its_chain(evidence, sanctioned):
    found = {
        (f.provenance.steps[0].name, f.value): [c.chain for c in f.candidates]
        for f in sanctioned
        if f.kind == "address"
    }
    missed = []
    for path in sorted((evidence / "addresses" / "ofac-lists").glob("*.txt")):
        wanted = CHAIN_OF_LIST.get(path.stem.rpartition("_")[2])
        for line in path.read_text().split():
            chains = found.get((path.name, line))
            right = MISFILED.get(line, wanted)
            if chains is None or (right and right not in chains):
                missed.append(line)
    assert len(missed) == 1
    assert re.fullmatch("[0-9a-f]{64}", missed[0])  # it is no address


def test_nothing_else_is_found_in_the_lists(evidence, sanctioned):
    lines = Counter(
        (path.name, line)
        for path in (evidence / "addresses" / "ofac-lists").glob("*.txt")
        for line in path.read_text().split()
    )
    found = Counter((f.provenance.steps[0].name, f.value) for f in sanctioned)
    assert not found - lines


def test_ordinary_profiles_hold_no_checked_finding_and_no_phrase(evidence):
    found = scan_folder(evidence / "plaso")
    assert [f for f in found if f.certainty is Certainty.CHECKED] == []
    assert [f for f in found if f.kind in {"mnemonic", "txid", "wallet"}] == []


def known_secrets(folder: Path) -> set[str]:
    """Keys that decode, and whatever a file itself calls a seed, a key or a phrase."""
    secrets: set[str] = set()
    named = re.compile(
        r"""["'][a-z_]*(?:seed|passphrase|priv|secret|entropy|mnemonic)[a-z_]*["']?\s*[:=,]\s*"""
        r"""b?["']([^"']{12,})["']""",
        re.IGNORECASE,
    )
    for path in folder.rglob("*"):
        if not path.is_file() or path.stat().st_size > 3_000_000:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        secrets.update(match[1] for match in named.finditer(text))
        secrets.update(m for m in re.findall(r"[0-9A-Za-z]{27,115}", text) if is_secret(m))
        for quoted in re.findall(r"[\"']([^\"'\n]{30,400})[\"']", text):
            words = quoted.split()
            if len(words) in {12, 13, 15, 16, 18, 20, 21, 24, 25, 33} and all(
                map(str.isalpha, words)
            ):
                secrets.add(quoted)
    return secrets


def is_secret(text: str) -> bool:
    for parse in (parse_wif, parse_bip38, parse_xrp_seed, parse_extended_key):
        try:
            return bool(getattr(parse(text), "is_private", True))
        except CodecError:
            continue
    return False


@pytest.mark.parametrize("part", ["electrum", "vectors", "bluewallet", "sparrow", "bitcoinj"])
def test_no_key_or_phrase_of_the_corpus_is_in_any_finding(evidence, part):
    secrets = known_secrets(evidence / part)
    found = scan_folder(evidence / part)
    assert found
    rows = "\n".join(json.dumps(f.to_row(), ensure_ascii=False) for f in found)
    assert [secret[:4] for secret in sorted(secrets) if secret in rows] == []
    for secret in secrets:
        words = secret.split()
        pieces = [" ".join(words[i : i + 4]) for i in range(len(words) - 3)]
        assert not any(piece in rows for piece in pieces if len(words) >= 12)


def test_the_corpus_has_enough_secrets_for_the_test_above(evidence):
    assert len(known_secrets(evidence / "electrum")) > 50
    assert len(known_secrets(evidence / "vectors")) > 400


@pytest.mark.parametrize("name", ["client_2_8_3_multisig", "client_4_0_1_with_invoices"])
def test_an_electrum_wallet_names_its_own_keys_and_addresses(evidence, name):
    found = scan_folder(evidence / "electrum" / "tests" / "test_storage_upgrade" / name)
    assert any(f.kind == "wallet" for f in found)
    assert any(f.role.value == "own" for f in found if f.kind in {"address", "extended_key"})
