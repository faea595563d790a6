import pytest

from chainlead.errors import LedgerSourceError
from chainlead.ledger import get_parameters
from chainlead.ledger.wire_block import WireHeader
from chainlead.model import Chain, Network

BITCOIN = get_parameters(Chain.BITCOIN)


def header(year, bits):
    seconds = (year - 1970) * 31_557_600
    return WireHeader(bytes(32), 2, bytes(32), bytes(32), seconds, bits, 0)


@pytest.mark.parametrize(
    ("magic", "network", "name"),
    [
        ("f9beb4d9", Network.MAIN, "mainnet"),
        ("0b110907", Network.TEST, "testnet3"),
        ("1c163f28", Network.TEST, "testnet4"),
        ("0a03cf40", Network.SIGNET, "signet"),
        ("fabfb5da", Network.REGTEST, "regtest"),
    ],
)
def test_a_magic_names_its_network(magic, network, name):
    assert BITCOIN.network_of_magic(bytes.fromhex(magic)) == (network, name)


def test_an_unknown_magic_names_none():
    assert BITCOIN.network_of_magic(b"\0\0\0\0") is None


@pytest.mark.parametrize(
    ("year", "bits", "network", "fits"),
    [
        (2009.5, 0x1D00FFFF, Network.MAIN, True),
        (2015.5, 0x1D00FFFF, Network.MAIN, False),  # testnet's easiest target
        (2015.5, 0x1D00FFFF, Network.TEST, True),
        (2011.95, 0x1A0F6200, Network.MAIN, True),  # near mainnet's low of December 2011
        (2018.97, 0x17371EF4, Network.MAIN, True),  # near mainnet's low of December 2018
        (2024.5, 0x17034219, Network.MAIN, True),
        (2024.5, 0x17034219, Network.TEST, False),
        (2024.5, 0x207FFFFF, Network.MAIN, False),
        (2024.5, 0x207FFFFF, Network.REGTEST, True),
        (2024.5, 0x1D00FFFF, Network.REGTEST, False),
        (2022.5, 0x1E0377AE, Network.SIGNET, True),
        (2022.5, 0x1E0377AE, Network.TEST, False),
    ],
)
def test_a_bare_block_fits_a_network_or_not(year, bits, network, fits):
    assert (BITCOIN.header_refusal(header(year, bits), network) == "") is fits


def test_a_chain_without_a_reader_is_refused_with_the_names_of_those_that_have_one():
    with pytest.raises(LedgerSourceError) as caught:
        get_parameters(Chain.ZCASH)
    assert "bitcoin" in caught.value.next_step
