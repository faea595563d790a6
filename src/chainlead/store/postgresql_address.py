"""What the address of a database server has to say before anything is sent there.

The address is one URL that is never shown. To another machine a connection goes under TLS only, and
only after the server's certificate was checked: `sslmode` is then `verify-full` unless the address says
`verify-ca`, and anything weaker is refused. This machine is a unix socket, `localhost` and the loopback
addresses; a name is not looked up to find out whether it is this machine's own.
"""

from ipaddress import ip_address
from itertools import zip_longest
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from chainlead.errors import ConfigError

_PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Seconds (the last: milliseconds) after which a silent server counts as away; the URL may say others."""
_CHECKED = ("verify-full", "verify-ca")


def connection_settings(url: str) -> dict[str, Any]:
    """How to connect to the server of this URL.

    Args:
        url: `postgresql://…`, as libpq takes it.

    Raises:
        ConfigError: the URL cannot be read, or lets a connection to another machine go unchecked.
    """
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        given = {}
    ports = str(given.get("port", "")).split(",")
    if not given or not all(port.isdecimal() or not port for port in ports):
        raise ConfigError(
            "CHAINLEAD_DATABASE is no address of a PostgreSQL server.",
            next_step="Write it as postgresql://ROLE@HOST/DATABASE; the password belongs in ~/.pgpass.",
        )
    settings = {
        **_PATIENCE,
        "application_name": "chainlead",
        **given,
        "client_encoding": "UTF8",
    }
    unsaid = _defaults()
    if _leaves_this_machine(given, unsaid):
        settings["sslmode"] = _mode(str(given.get("sslmode", "")), unsaid.get("sslmode", ""))
    return settings


def _mode(given: str, unsaid: str) -> str:
    if given and given not in _CHECKED:
        raise ConfigError(
            "CHAINLEAD_DATABASE names another machine, and its sslmode lets the connection go there "
            "without a checked certificate.",
            safe="Nothing was sent.",
            next_step="Write sslmode=verify-full, and sslrootcert=FILE with the certificate of the "
            "authority that signed the server's.",
        )
    return given or (unsaid if unsaid in _CHECKED else _CHECKED[0])


def _defaults() -> dict[str, str]:
    """What libpq takes from PGHOST and the others where the address says nothing."""
    found = Conninfo.get_defaults()
    return {each.keyword.decode(): each.val.decode() for each in found if each.val}


def _leaves_this_machine(given: dict[str, Any], unsaid: dict[str, str]) -> bool:
    if "host" not in given and "hostaddr" not in given and "service" in given:
        return True  # the host stands in a file that only libpq reads
    numbers = str(given.get("hostaddr") or unsaid.get("hostaddr", "")).split(",")
    names = str(given.get("host") or unsaid.get("host", "")).split(",")
    return not all(
        _is_here(number.strip() or name.strip())
        for number, name in zip_longest(numbers, names, fillvalue="")
    )


def _is_here(host: str) -> bool:
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
