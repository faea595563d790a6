"""An address of another machine goes there under TLS with a checked certificate, or not at all."""

import pytest

from chainlead.errors import ConfigError
from chainlead.store import Store
from chainlead.store.postgresql import PostgresqlSchema
from chainlead.store.postgresql_address import connection_settings

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch):
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "place",
    ["db.police.example", "192.0.2.7", "[2001:db8::7]", "db.police.example:5433", "localhost.police.example",
     "localhost,db.police.example", "db.police.example,localhost", "127.0.0.1.police.example"],
)  # fmt: skip
def test_another_machine_is_reached_with_a_checked_certificate_or_not_at_all(place):
    url = f"postgresql://chainlead:{SECRET}@{place}/chainlead"
    assert connection_settings(url)["sslmode"] == "verify-full"
    for mode in ("verify-full", "verify-ca"):
        assert connection_settings(f"{url}?sslmode={mode}")["sslmode"] == mode
    for mode in ("disable", "allow", "prefer", "require", SECRET):
        with pytest.raises(ConfigError, match="another machine") as refused:
            connection_settings(f"{url}?sslmode={mode}")
        assert SECRET not in " ".join(refused.value.sentences())
        assert refused.value.safe == "Nothing was sent."


@pytest.mark.parametrize(
    "url",
    ["postgresql:///chainlead", "postgresql:///chainlead?host=/var/run/postgresql", "postgresql://localhost/c",
     "postgresql://LOCALHOST/c", "postgresql://127.0.0.1/c", "postgresql://127.8.9.1:5433/c",
     "postgresql://[::1]/c", "postgresql://localhost,127.0.0.1/c", "postgresql://@/c?host=@abstract",
     "postgresql://db.police.example/c?hostaddr=127.0.0.1"],
)  # fmt: skip
def test_this_machine_is_reached_as_the_address_says(url):
    assert "sslmode" not in connection_settings(url)
    more = "&" if "?" in url else "?"
    assert connection_settings(f"{url}{more}sslmode=disable")["sslmode"] == "disable"


def test_what_stands_in_the_environment_counts_where_the_address_says_nothing(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.police.example")
    monkeypatch.setenv("PGSSLMODE", "disable")
    assert connection_settings("postgresql:///chainlead")["sslmode"] == "verify-full"
    monkeypatch.setenv("PGSSLMODE", "verify-ca")
    assert connection_settings("postgresql:///chainlead")["sslmode"] == "verify-ca"
    assert "sslmode" not in connection_settings("postgresql://localhost/chainlead")
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.7")
    assert connection_settings("postgresql://localhost/chainlead")["sslmode"] == "verify-ca"


def test_a_host_that_stands_in_a_service_file_counts_as_another_machine(monkeypatch, tmp_path):
    assert connection_settings("postgresql:///?service=unit")["sslmode"] == "verify-full"
    services = tmp_path / "services"
    services.write_text("[unit]\nhost=db.police.example\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGSERVICE", "unit")
    assert connection_settings("postgresql:///chainlead")["sslmode"] == "verify-full"


def test_a_case_is_not_sent_to_another_machine_in_the_open(tmp_path):
    place = PostgresqlSchema(
        f"postgresql://c:{SECRET}@192.0.2.7/c?sslmode=require", "case_0123456789abcdef"
    )
    for write in (True, False):
        with pytest.raises(ConfigError, match="another machine"):
            Store.open(place, write=write)
