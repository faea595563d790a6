"""The wallet table as rooted paths: what can be collected is, what is only words is left out."""

from dataclasses import dataclass

import pytest
import yaml

from chainlead.findings import extension_ids, wallet_table
from chainlead.report import artefact_formats, rooted_places

FORMS = {form.name: form for form in artefact_formats()}
METAMASK = "nkbihfbeogaeaoehlefnkodbefgpgknn"


@dataclass(frozen=True)
class Row:
    name: str
    places: tuple[str, ...]
    title: str = "A wallet"
    proves: str = "that it was there"
    not_proves: str = "whose it was"
    source: tuple[str, ...] = ("a page",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (r"%APPDATA%\Electrum\wallets", {("Windows", r"Electrum\wallets", False)}),
        (
            "~/.electrum/wallets",
            {("Linux", ".electrum/wallets", False), ("Darwin", ".electrum/wallets", False)},
        ),
        (
            "~/Library/Application Support/Bitcoin",
            {("Darwin", "Library/Application Support/Bitcoin", False)},
        ),
        (
            "com.coinomi.wallet/files/wallets/*.wallet",
            {("Android", "com.coinomi.wallet/files/wallets/*.wallet", False)},
        ),
        (
            "wallets/<name>/wallet.dat",
            {
                ("Windows", r"wallets\*\wallet.dat", True),
                ("Linux", "wallets/*/wallet.dat", True),
                ("Darwin", "wallets/*/wallet.dat", True),
            },
        ),
        ("downloads", set()),
        ("memory cards, downloads", set()),
        ("saved answers of the interface", set()),
        ("$ELECTRUMDIR", set()),
    ],
)
def test_a_place_becomes_paths(written: str, expected: set[tuple[str, str, bool]]) -> None:
    places = rooted_places(Row("x", (written,)), {})
    assert {(p.system, p.inner, p.is_anywhere) for p in places} == expected


@pytest.mark.parametrize(
    ("written", "is_file"),
    [
        ("~/.bitcoin", False),
        ("~/.armory", False),
        (r"%APPDATA%\Bither\address.db", True),
        (r"%APPDATA%\Armory\armory_*.wallet", True),
        (r"%APPDATA%\atomic\Local Storage\leveldb", False),
        ("a/file__0.indexeddb.leveldb", False),
        ("com.cakewallet.cake_wallet", False),
    ],
)
def test_folders_and_files_are_told_apart(written: str, is_file: bool) -> None:
    assert {place.is_file for place in rooted_places(Row("x", (written,)), {})} == {is_file}


def test_an_extension_is_looked_for_in_every_browser() -> None:
    row = Row("browser-extension", ("<profile>/Local Extension Settings/<id>",))
    places = rooted_places(row, {METAMASK: "MetaMask"})
    assert {place.system for place in places} == {"Windows", "Linux", "Darwin"}
    assert all(place.inner.endswith(METAMASK) for place in places)
    assert len(places) >= 10


def test_definitions_follow_the_format() -> None:
    rows = list(wallet_table().values())
    text = FORMS["forensic-artifacts"].text(rows, extension_ids())
    documents = list(yaml.safe_load_all(text))
    assert len(documents) > 20
    names = [document["name"] for document in documents]
    assert len(set(names)) == len(names)
    for document in documents:
        assert document["doc"]
        systems = {s for source in document["sources"] for s in source["supported_os"]}
        assert systems == set(document["supported_os"])
        assert systems <= {"Windows", "Linux", "Darwin", "Android"}
        for source in document["sources"]:
            assert source["type"] == "FILE"
            is_windows = source["supported_os"] == ["Windows"]
            assert (source["attributes"].get("separator") == "\\") is is_windows
            for path in source["attributes"]["paths"]:
                assert path.startswith(("%%users.", "/data/data/"))
                assert ("/" in path) is not is_windows or "%%" in path


def test_targets_follow_the_format() -> None:
    rows = list(wallet_table().values())
    document = yaml.safe_load(FORMS["kape"].text(rows, extension_ids()))
    assert {"Description", "Author", "Version", "Id", "RecreateDirectories"} <= document.keys()
    assert len(document["Targets"]) > 20
    for target in document["Targets"]:
        assert target["Path"].startswith("C:\\Users\\%user%\\")
        assert target["Path"].endswith("\\")
        assert "/" not in target["Path"]
        assert "\\" not in target["FileMask"]
    masks = {(t["Name"], t["FileMask"]) for t in document["Targets"]}
    assert any(mask == "wallet.dat" for _, mask in masks)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_same_table_gives_the_same_text(name: str) -> None:
    rows = [Row("electrum", (r"%APPDATA%\Electrum\wallets",)), Row("words", ("downloads",))]
    assert FORMS[name].text(rows, {}) == FORMS[name].text(rows, {})
    assert "words" not in FORMS[name].text(rows, {}).lower().replace("chainlead", "")
