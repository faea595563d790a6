"""Each importer keeps every field, inherits headers, names lines, drops nothing."""

import pytest

from chainlead.attribution import importers, lookup_importer, parse_pack
from chainlead.errors import PackInvalidError

BITCOIN = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
TAGPACK = f"""
title: Pack
creator: maker
description: what it is
is_public: true
currency: BTC
source: https://header.example
confidence: service_data
lastmod: 2023-05-01
tags:
- address: {BITCOIN}
  label: One
  category: exchange
  context: '{{"note": 1}}'
  is_cluster_definer: yes
- address: '0xD882CFC20F52F2599D84B8E8D58C7FB62CFE344B'
  currency: ETH
  label: Two
  source: https://own.example
  concepts: [gambling, service]
  abuse: scam
  confidence: web_crawl
  lastmod: 2024-01-01
  tag_type: actor
- tx_hash: {"ab" * 32}
  network: BTC
  label: Three
- address: notanaddress
  label: Four
  currency: [BTC, LTC]
""".encode()


def test_each_importer_says_what_it_reads_and_where_it_fails() -> None:
    assert [each.form for each in importers()] == [
        "graphsense.actorpack", "graphsense.tagpack", "ofac.addresses", "ofac.sdn-advanced", "own.csv",
    ]  # fmt: skip
    for each in importers():
        import sys

        text = sys.modules[type(each).__module__].__doc__
        assert all(word in text for word in ("Proof:", "Limits:", "Spec:")), each.form


def test_header_fields_hold_for_every_tag_without_them() -> None:
    one, two, *_ = parse_pack("p.yaml", TAGPACK).tags
    assert (one.source, one.confidence, one.lastmod) == (
        "https://header.example", "service_data", "2023-05-01",
    )  # fmt: skip
    assert (two.source, two.confidence, two.lastmod) == (
        "https://own.example", "web_crawl", "2024-01-01",
    )  # fmt: skip


def test_every_field_of_a_tag_is_kept() -> None:
    one, two, three, *_ = parse_pack("p.yaml", TAGPACK).tags
    assert (one.chain, one.category, one.detail["is_cluster_definer"]) == (
        "bitcoin",
        "exchange",
        True,
    )
    assert one.detail["context"] == '{"note": 1}'
    assert (two.category, two.abuse, two.detail["concepts"]) == (
        "gambling", "scam", ["gambling", "service"],
    )  # fmt: skip
    assert two.detail["tag_type"] == "actor"
    assert (three.txid, three.address, three.detail["network"]) == ("ab" * 32, "", "BTC")
    assert one.detail["line"] == 11


def test_evm_addresses_are_compared_without_case_and_kept_as_written() -> None:
    two = parse_pack("p.yaml", TAGPACK).tags[1]
    assert two.canonical == "0xd882cfc20f52f2599d84b8e8d58c7fb62cfe344b"
    assert two.address.startswith("0xD882CF")


def test_an_address_that_is_none_is_kept_and_flagged_once_per_currency() -> None:
    pack = parse_pack("p.yaml", TAGPACK)
    odd = [tag for tag in pack.tags if tag.label == "Four"]
    assert [(tag.currency, tag.is_address) for tag in odd] == [("BTC", False), ("LTC", False)]
    assert pack.problems == ("1 × no BTC address", "1 × no LTC address")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"title: Pack\n", b"", "line 2: the field title is missing"),
        (b"  label: Three\n", b"", "line 25: the field label is missing"),
        (b"  label: One\n", b"  label: [a]\n", "line 11: the field label is a text"),
        (b"is_cluster_definer: yes", b"is_cluster_definer: maybe", "line 11.*true or false"),
        (b"source: https://header.example\n", b"", "line 10: the field source is missing"),
        (b"currency: BTC\n", b"", "line 10: neither currency nor network"),
        (b"- address: notanaddress\n  label", b"- label", "an address or a tx_hash"),
    ],
)
def test_a_pack_that_breaks_its_format_is_refused_with_the_line(
    old: bytes, new: bytes, why: str
) -> None:
    broken = TAGPACK.replace(old, new, 1)
    assert broken != TAGPACK
    with pytest.raises(PackInvalidError, match=why):
        parse_pack("p.yaml", broken)


def test_an_actor_pack_keeps_aliases_countries_and_context() -> None:
    actor = parse_pack(
        "a.yaml",
        b"title: T\ncreator: C\nactors:\n- {id: k, label: K, uri: k.example, categories: [exchange],"
        b" jurisdictions: [no], aliases: [KK], legal_name: K Ltd, context: {refs: [r]}}\n",
    ).actors[0]
    assert (actor.actor, actor.jurisdictions, actor.aliases) == ("k", ("NO",), ("KK",))
    assert actor.detail["legal_name"] == "K Ltd"
    assert actor.detail["context_refs"] == ["r"]


def test_one_actor_twice_is_refused() -> None:
    text = b"title: T\ncreator: C\nactors:\n- {id: k, label: K}\n- {id: k, label: L}\n"
    with pytest.raises(PackInvalidError, match="line 5: the actor 'k' stands twice"):
        parse_pack("a.yaml", text)


def test_a_sanction_list_takes_its_currency_from_its_name_and_asserts() -> None:
    pack = parse_pack("sanctioned_addresses_XBT.txt", BITCOIN.encode() + b"\n\nnot one\n")
    first, second = pack.tags
    assert (first.chain, first.source, first.confidence, first.abuse) == (
        "bitcoin", "OFAC SDN list", "authority_data", "sanction",
    )  # fmt: skip
    assert (second.address, second.is_address) == ("not one", False)


def test_the_same_list_for_two_currencies_is_two_packs() -> None:
    line = b"0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c\n"
    a = parse_pack("sanctioned_addresses_ARB.txt", line)
    b = parse_pack("sanctioned_addresses_ETH.txt", line)
    assert a.sha256 == b.sha256
    assert a.pack_id != b.pack_id
    assert (a.tags[0].chain, b.tags[0].chain) == (None, "ethereum")


def test_own_findings_keep_unknown_columns_and_name_their_file_as_source() -> None:
    pack = parse_pack(
        "own.csv", f"\ufeffaddress;label;seen_in\r\n{BITCOIN};Shop;chat 4\r\n".encode()
    )
    tag = pack.tags[0]
    assert (tag.label, tag.chain, tag.detail["seen_in"]) == ("Shop", "bitcoin", "chat 4")
    assert tag.source == "own findings: own.csv"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("address,label\na\n", "line 2: 1 cells, 2 columns"),
        ("address,label,label\n", "once each"),
        ('address,label\n"a,b\n', "line 2"),
        ("address,label\n,x\n", "line 2: the field address is missing"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(PackInvalidError, match=why):
        parse_pack("own.csv", text.encode())


@pytest.mark.parametrize("name", ["README.md", "x.csv", "sanctioned_addresses.txt", "a.json"])
def test_other_files_are_no_packs(name: str) -> None:
    assert lookup_importer(name, b"hello,world\n") is None
    with pytest.raises(PackInvalidError, match="no tag pack"):
        parse_pack(name, b"hello,world\n")
