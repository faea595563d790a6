"""What codes are called where a person chooses one: countries, currencies, languages, ledgers."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale

from chainlead.config import SETTINGS
from chainlead.model import Chain, Network
from chainlead.web.words import Words

_CHAINS: Mapping[Chain, str] = {
    Chain.BITCOIN: "Bitcoin",
    Chain.LITECOIN: "Litecoin",
    Chain.DASH: "Dash",
    Chain.ETHEREUM: "Ethereum",
    Chain.XRP: "XRP Ledger",
    Chain.MONERO: "Monero",
    Chain.ELECTRONEUM: "Electroneum",
    Chain.ELECTRONEUM_SMART_CHAIN: "Electroneum Smart Chain",
    Chain.BITCOIN_CASH: "Bitcoin Cash",
    Chain.DOGECOIN: "Dogecoin",
    Chain.ZCASH: "Zcash",
    Chain.TRON: "TRON",
}
"""Names that the ledgers have in every language."""
NETWORK_WORDS: Mapping[Network, str] = {
    Network.MAIN: "the main network: real money",
    Network.TEST: "test: coins without value",
    Network.SIGNET: "signet: coins without value",
    Network.REGTEST: "regtest: made on one's own machine",
}


def setting_names(name: str, words: Words) -> list[tuple[str, str]]:
    """The codes that a setting accepts, each with its name, by name.

    Args:
        name: `country`, `currency` or `language`.
        words: the language of the names.
    """
    locale = Locale.parse(words.language)
    tables: Mapping[str, Mapping[Any, Any]] = {
        "country": locale.territories,
        "currency": locale.currencies,
        "language": locale.languages,
    }
    accepts = next(setting.accepts for setting in SETTINGS if setting.name == name)
    found = ((str(code), f"{called} ({code})") for code, called in tables[name].items())
    return sorted((each for each in found if accepts(each[0])), key=lambda each: each[1].casefold())


def country_name(code: str, words: Words) -> str:
    """What a country is called; what is none stays as it is."""
    called = Locale.parse(words.language).territories.get(code)
    return f"{called} ({code})" if called else code


def language_names(codes: Iterable[str], words: Words) -> list[tuple[str, str]]:
    """Languages by their names."""
    known = Locale.parse(words.language).languages
    return [(code, str(known.get(code, code)).capitalize()) for code in codes]


def chain_names() -> list[tuple[str, str]]:
    """Each ledger by its name, the most common first."""
    return [(chain.value, _CHAINS[chain]) for chain in Chain]


def chain_name(code: str) -> str:
    """What a ledger is called; what is none stays as it is."""
    return next((called for value, called in chain_names() if value == code), code)


def network_names(words: Words) -> list[tuple[str, str]]:
    """Each network with what it is."""
    return [(network.value, words(told)) for network, told in NETWORK_WORDS.items()]
