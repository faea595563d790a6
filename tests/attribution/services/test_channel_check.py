"""The directory's own doors pass; everything that poses as one is named."""

import pytest

from chainlead.attribution import (
    Channel,
    Fact,
    Service,
    ServiceDirectory,
    channel_warnings,
    shipped_directory,
)

DIRECTORY = ServiceDirectory(
    [
        Service(
            "kastell",
            "Kastell",
            domains=("kastell.example",),
            channels=(
                Channel("portal", "https://kastell.example/law"),
                Channel("mail", "law@kastell.example"),
                Channel("portal", "https://app.kodexglobal.com/kastell/signup", portal="kodex"),
            ),
        ),
        Service(
            "binance",
            "Binance",
            domains=("binance.com",),
            channels=(Channel("portal", "https://www.binance.com/en/support/law-enforcement"),),
        ),
        Service(
            "okx",
            "OKX",
            domains=("okx.com",),
            channels=(Channel("portal", "https://app.kodexglobal.com", portal="kodex"),),
        ),
        Service("mute", "Mute", domains=("mute.test",)),
        Service(
            "host",
            "Host",
            domains=("host.test",),
            channels=(Channel("portal", "https://law.elsewhere.test"),),
        ),
        Service(
            "warned",
            "Warned",
            domains=("warned.test",),
            facts=(Fact("An authority lists Warned as not complying.", about="warning"),),
        ),
        Service(
            "bitget",
            "Bitget",
            domains=("bitget.com",),
            channels=(Channel("mail", "law@bitget.com"),),
        ),
    ]
)


@pytest.mark.parametrize(
    "address",
    [
        "https://kastell.example/law",
        "law@kastell.example",
        "LAW@Kastell.Example",
        "https://www.binance.com/en/support/law-enforcement",
        "https://app.kodexglobal.com/bitget/signup",
        "okx.com",
    ],
)
def test_a_known_door_gives_no_warning(address: str) -> None:
    assert channel_warnings(DIRECTORY, address) == ()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("info@coinwalletvip.com", "known fake page for law enforcement and poses as coinbase"),
        ("https://m.okgshop.shop/law", "poses as okx"),
        ("okx.cab", "same name with another ending"),
        ("https://bitget-eu.cc/police", "the name with something added"),
        ("law@b1nance.com", "looks like binance.com"),
        ("law@binаnce.com", "letters that look like others"),
        ("law@binánce.com", "letters that look like others"),
        ("law@xn--binnce-5nf.com", "looks like binance.com"),
        ("law@binnance.com", "looks like binance.com"),
        ("law@biannce.com", "one letter changed"),
        ("law@binancelaw.com", "the name with something added"),
        ("https://binance.com.requests.example/law", "starts like binance.com"),
        ("https://binance.com@requests.example/law", "has an @ before its host"),
        ("police.kastell@gmail.com", "free mail"),
        ("law@kastell-desk.test", "stands in no entry"),
        ("kodexgl0bal.com", "looks like kodexglobal.com (Kodex)"),
        ("someone@kastell.example", "names no mailbox someone@kastell.example"),
        ("law@bitget.com", "known by mail only"),
        ("http://www.binance.com/law", "not encrypted"),
        ("https://192.0.2.7/law", "no domain that somebody registered"),
        ("https://law.elsewhere.test", "in a channel of Host, not among its own domains"),
        ("law@mute.test", "knows no channel of Mute"),
        ("https://warned.test/law", "lists Warned as not complying"),
        ("co.uk", "no domain that somebody registered"),
        ("", "no domain that somebody registered"),
        ("law@", "no domain that somebody registered"),
    ],
)
def test_what_poses_as_a_door_is_named(address: str, words: str) -> None:
    assert any(words in each for each in channel_warnings(DIRECTORY, address))


def test_an_unknown_domain_always_warns_even_if_it_is_like_nothing() -> None:
    (only,) = channel_warnings(DIRECTORY, "law@weather.test")
    assert "stands in no entry" in only


def test_every_shipped_web_and_mail_channel_belongs_to_its_entry() -> None:
    directory = shipped_directory()
    for service in directory:
        for channel in service.channels:
            if channel.kind in {"portal", "mail"}:
                hard = [
                    each
                    for each in channel_warnings(directory, channel.address)
                    if "mail only" not in each
                ]
                assert hard == [], service.service_id


def test_no_two_shipped_services_look_like_each_other() -> None:
    from chainlead.attribution.services.lookalike import find_likenesses

    domains = {domain for service in shipped_directory() for domain in service.domains}
    for service in shipped_directory():
        others = domains - set(service.domains)
        for domain in service.domains:
            assert find_likenesses(domain, others) == ()
