"""From a found phrase its public accounts, without the phrase ever leaving memory."""

from pathlib import Path

import pytest

from chainlead.codecs import Secret
from chainlead.errors import ConfigError, FindingNotFoundError
from chainlead.workflow.addresses import derive_addresses, read_passphrase
from chainlead.workflow.case import Case
from chainlead.workflow.findings import show_finding
from chainlead.workflow.scan import scan
from chainlead.workflow.verify import verify

PHRASE = (
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
)
FIRST = {
    "m/44'/0'/0'/0/0": "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA",
    "m/49'/0'/0'/0/0": "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf",
    "m/84'/0'/0'/0/0": "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
    "m/84'/0'/0'/1/0": "bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el",
    "m/86'/0'/0'/0/0": "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
    "m/44'/60'/0'/0/0": "0x9858effd232b4033e47d90003d41ec34ecaeda94",
}
"""As BIP-84 and BIP-86 publish them, and as every wallet makes them for this phrase."""


@pytest.fixture
def exhibit(case: Case, tmp_path: Path) -> Path:
    folder = tmp_path / "exhibit"
    folder.mkdir()
    numbered = "\n".join(f"{n}. {word}" for n, word in enumerate(PHRASE.split(), 1))
    (folder / "note.txt").write_text(f"backup\n\n{numbered}\n")
    electrum = "bitter grass shiver impose acquire brush forget axis eager alone wine silver"
    (folder / "electrum.txt").write_text(electrum)
    (folder / "monero.txt").write_text(
        "raven tail swear infant grief assist regular lamp duck valid someone little harsh puppy "
        "airport language"
    )
    scan(case, [folder])
    return folder


def phrase(case: Case, name: str = "note") -> str:
    rows = case.store.rows("findings", kind="mnemonic")
    return next(row["finding_id"] for row in rows if name in str(row["location"]))


def test_the_accounts_of_a_published_phrase_are_as_published(case: Case, exhibit: Path) -> None:
    derive_addresses(case, phrase(case), why="to look for payments")
    rows = {
        row["detail"]["path"]: row
        for row in case.store.rows("findings", kind="address")
        if row["detail"].get("derived")
    }
    assert len(rows) == 4 * 40 + 20
    assert {path: rows[path]["value"] for path in FIRST} == FIRST
    assert all(row["certainty"] == "structured" for row in rows.values())
    keys = [row["value"] for row in case.store.rows("findings", kind="extended_key")]
    assert len(keys) == 5
    assert all(key[:4] in {"xpub", "ypub", "zpub"} for key in keys)


def test_an_electrum_seed_has_its_own_paths(case: Case, exhibit: Path) -> None:
    done = derive_addresses(case, phrase(case, "electrum"))
    (account,) = done.accounts
    assert account.path == "m/0'"
    assert account.public_key.startswith(
        "zpub6nsHdRuY92FsMKdbn9BfjBCG6X8pyhCibNP6uDvpnw2cyrVhecvHRM"
    )
    assert account.addresses[0].address == "bc1q3g5tmkmlvxryhh843v4dz026avatc0zzr6h3af"


def test_a_passphrase_gives_other_addresses_and_is_not_kept(case: Case, exhibit: Path) -> None:
    plain = derive_addresses(case, phrase(case))
    other = derive_addresses(case, phrase(case), passphrase=Secret(b"TREZOR"))
    assert plain.accounts[0].public_key != other.accounts[0].public_key
    assert case.entries[-1].what["with_passphrase"] is True
    assert "TREZOR" not in str(case.entries)


def test_no_file_of_the_case_holds_the_phrase_or_a_private_key(case: Case, exhibit: Path) -> None:
    derive_addresses(case, phrase(case), passphrase=Secret(b"correct horse"))
    case.close()
    assert verify(case.folder).problems == []
    for path in (p for p in case.folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        for secret in (b"abandon", b"xprv", b"zprv", b"correct horse"):
            assert secret not in content, path


def test_a_derived_finding_can_be_shown(case: Case, exhibit: Path) -> None:
    derive_addresses(case, phrase(case))
    row = next(case.store.rows("findings", value=FIRST["m/84'/0'/0'/0/0"]))
    shown = show_finding(case, row["finding_id"])
    assert shown.proved
    assert "Derived" in shown.proof


def test_what_is_no_phrase_of_these_kinds_is_refused(case: Case, exhibit: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        derive_addresses(case, phrase(case, "monero"))
    assert "raven" not in str(caught.value)
    derive_addresses(case, phrase(case))
    key = next(row["finding_id"] for row in case.store.rows("findings", kind="extended_key"))
    with pytest.raises(FindingNotFoundError):
        derive_addresses(case, key)


def test_a_passphrase_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(b"two words\r\nand more\n")
    assert read_passphrase(path) == Secret(b"two words")
    with pytest.raises(ConfigError):
        read_passphrase(tmp_path / "nothing")
