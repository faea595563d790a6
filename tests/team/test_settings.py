from datetime import timedelta

import pytest

from chainlead.custody import SystemClock
from chainlead.errors import ConfigError, OfflineError, WireError
from chainlead.web.team import Identity, read_settings

WHOLE = """
port = 9000
behind_proxy = "https://cases.unit.example"
timezone = "Europe/Helsinki"
idle_minutes = 30
absolute_hours = 10

[provider]
issuer = "https://login.unit.example/realms/unit"
client_id = "chainlead"
secret_file = "{secret}"
label = "the unit's login"
"""


@pytest.fixture
def file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("agreed\n")
    secret.chmod(0o600)
    found = tmp_path / "team.toml"
    found.write_text(WHOLE.format(secret=secret))
    return found


def test_a_file_says_how_the_server_is_set_up(file):
    settings = read_settings(file, {})
    assert (settings.port, settings.listen) == (9000, "127.0.0.1")
    assert (settings.idle, settings.absolute) == (timedelta(minutes=30), timedelta(hours=10))
    assert settings.provider.secret() == "agreed"
    assert settings.provider.authorities() == ""


def test_an_option_stands_above_the_file_and_silence_does_not(file):
    settings = read_settings(
        file, {"port": 9001, "listen": "", "idle_minutes": None, "provider_client_id": "other"}
    )
    assert (settings.port, settings.idle_minutes) == (9001, 30)
    assert settings.provider.client_id == "other"
    assert settings.provider.label == "the unit's login"


def test_without_a_file_the_server_is_this_machines_own():
    settings = read_settings(None, {})
    assert (settings.listen, settings.behind_proxy, settings.provider) == ("127.0.0.1", "", None)
    assert (settings.idle_minutes, settings.absolute_hours) == (60, 12)


@pytest.mark.parametrize(
    "text",
    [
        "port = 'x'", "prot = 1", "port = 70000", "port = -1", "idle_minutes = 0",
        "absolute_hours = 1000", "timezone = 'Nowhere/Town'", "timezone = '/etc/passwd'", "provider = 1",
        "[provider]\nissuer = 'https://a.example'", "[provider]\nsecret = 'x'", "this is no TOML",
        "listen = '0.0.0.0'", "idle_minutes = true",
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused(tmp_path, text):
    found = tmp_path / "team.toml"
    found.write_text(text)
    with pytest.raises(ConfigError):
        read_settings(found, {})


def test_a_file_that_is_not_there_is_a_named_error(tmp_path):
    with pytest.raises(ConfigError):
        read_settings(tmp_path / "none.toml", {})


def test_another_address_is_taken_with_a_proxy_only():
    with pytest.raises(ConfigError, match="in the open"):
        read_settings(None, {"listen": "192.0.2.1"})
    options = {"listen": "192.0.2.1", "behind_proxy": "https://cases.unit.example"}
    assert read_settings(None, options).listen == "192.0.2.1"


def test_a_secret_that_others_may_read_is_refused(file, tmp_path):
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(ConfigError, match="others"):
        read_settings(file, {}).provider.secret()


def test_the_server_is_put_together_as_the_settings_say(file, team, secrets_of_test):
    settings = read_settings(file, {})
    made = Identity.by_settings(settings, team, {"127.0.0.1:9000"}, SystemClock(), secrets_of_test)
    assert made.entrance.hosts == {"cases.unit.example"}
    assert made.provider.label == "the unit's login"
    assert made.provider._client.return_url == "https://cases.unit.example/login/return"
    assert made.zone == "Europe/Helsinki"
    trial = read_settings(None, {})
    made = Identity.by_settings(trial, team, {"127.0.0.1:9000"}, SystemClock(), secrets_of_test)
    assert made.entrance.hosts == {"127.0.0.1:9000"}
    assert made.entrance.is_team


def test_with_the_network_switched_off_no_provider_is_set_up(
    file, team, secrets_of_test, monkeypatch
):
    monkeypatch.setenv("CHAINLEAD_OFFLINE", "1")
    with pytest.raises(OfflineError):
        Identity.by_settings(read_settings(file, {}), team, (), SystemClock(), secrets_of_test)


def test_an_issuer_in_the_open_is_refused(file, team, secrets_of_test):
    settings = read_settings(file, {"provider_issuer": "http://login.unit.example"})
    with pytest.raises(WireError):
        Identity.by_settings(settings, team, (), SystemClock(), secrets_of_test)


def test_the_file_of_the_instructions_is_one(tmp_path):
    from pathlib import Path

    text = Path(__file__).parents[2].joinpath("docs/howto/run-a-team-server.md").read_text()
    start = text.index("    port = 8765")
    block = text[start : text.index("\nThe server answers", start)]
    found = tmp_path / "team.toml"
    found.write_text("\n".join(line[4:] for line in block.splitlines()))
    settings = read_settings(found, {})
    assert settings.behind_proxy == "https://chainlead.unit.example"
    assert settings.provider.label == "the unit's login"
