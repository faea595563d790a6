import pytest

from chainlead.codecs import derive_twins, parse_address, to_cash_address
from chainlead.codecs.cryptonote_address import TAGS

PAIRS = [
    (
        "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
        "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
    ),
    (
        "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq",
        "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC",
    ),
    ("tex1s2rt77ggv6q989lr49rkgzmh5slsksa9khdgte", "t1VmmGiyjVNeCjxDZzg7vZmd99WyzVby9yC"),
    ("r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ"),
    ("X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu", "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59"),
    (
        "4HMcpBpe4ddJEEnFKUJHAYhGxkeTRH82sf36giEp9AcNfDBfkAtRLX7A6rZz18bbNHPNV7ex6WYbMN3aKisFRJZ8M7yKhzQhKW3ECCLWQw",
        "47ewoP19TN7JEEnFKUJHAYhGxkeTRH82sf36giEp9AcNfDBfkAtRLX7A6rZz18bbNHPNV7ex6WYbMN3aKisFRJZ8Ebsmgef",
    ),
    (
        "f4VR1Vz2bo4YXSVmejcTDohsU2cyxksnLYr7Pap4mFx3UCArZoubGYyCsojTmLjXFHYUQAegfNiv9ZjG5a9o8zfyGkpDJ6jzUgm8hRv1hAVS2",
        "etnjzhAXzXYYXSVmejcTDohsU2cyxksnLYr7Pap4mFx3UCArZoubGYyCsojTmLjXFHYUQAegfNiv9ZjG5a9o8zfy4a35zqbfpw",
    ),
]


@pytest.mark.parametrize(("text", "twin"), PAIRS)
def test_the_other_form_of_an_account_is_derived(text: str, twin: str):
    parsed = parse_address(text)
    twins = derive_twins(parsed)
    assert twin in twins
    assert parsed.canonical not in twins
    assert list(twins) == sorted(set(twins))
    for other in twins:
        assert parse_address(other).payload == parsed.payload


def test_old_and_new_litecoin_script_addresses_are_twins():
    old = parse_address("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC")
    (new,) = (text for text in derive_twins(old) if text.startswith("M"))
    assert parse_address(new).payload == old.payload
    assert derive_twins(parse_address(new)) == ()  # an M… address is no Bitcoin address


@pytest.mark.parametrize(
    "text",
    [
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "84LooD7i35SFppgf4tQ453Vi3q5WexSUXaVgut69ro8MFnmHwuezAArEZTZyLr9fS6QotjqkSAxSF6d1aDgsPoX849izJ7m",
        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        to_cash_address(bytes(32), script=True),  # 32 bytes have no legacy form
    ],
)
def test_most_addresses_have_no_twin(text: str):
    assert derive_twins(parse_address(text)) == ()


def test_every_integrated_tag_follows_its_standard_tag():
    integrated = {tag: known for tag, known in TAGS.items() if known[0].endswith("integrated")}
    assert len(integrated) == 4
    for tag, (_, chain, network, _) in integrated.items():
        assert TAGS[tag - 1][:3] == ("cryptonote standard", chain, network)
