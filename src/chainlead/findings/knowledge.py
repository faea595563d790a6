"""Tables that detectors look into: explorers, services, published examples. Data, not code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Any, TypeVar

import yaml

from chainlead.errors import ConfigError
from chainlead.findings.patterns import PatternSet
from chainlead.model import Chain

_T = TypeVar("_T")
_DATA = files("chainlead.findings") / "data"


@dataclass(frozen=True, slots=True)
class Explorer:
    """A public site that shows ledger data."""

    host: str
    chain: Chain | None
    source: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service that holds coins for customers, as its traces name it."""

    name: str
    domain: str
    mail_senders: tuple[str, ...]
    confidence: str
    source: str
    date: str


@dataclass(frozen=True)
class Knowledge:
    """What detectors know beside codecs."""

    explorers: Mapping[str, Explorer]
    services: Mapping[str, Service]
    examples: Mapping[str, str]
    """Canonical value, or SHA-256 of a published phrase or key, to where it was published."""
    patterns: PatternSet = field(default_factory=lambda: PatternSet({}))
    """Expressions that the user gave."""

    @cached_property
    def name_table(self) -> Any:
        """Hash table of the registered names, for the kernel."""
        from chainlead.kernels import make_name_table  # noqa: PLC0415  (loads numba)

        names = {registered_name(host) for host in (*self.explorers, *self.services)}
        return make_name_table(name.encode() for name in names)

    def explorer_of(self, host: str) -> Explorer | None:
        """The explorer behind a host name, `www.` and sub-domains included."""
        return _by_suffix(self.explorers, host)

    def service_of(self, host: str) -> Service | None:
        """The service behind a host name, `www.` and sub-domains included."""
        return _by_suffix(self.services, host)


def phrase_digest(words: Sequence[str]) -> str:
    """SHA-256 of a phrase with single spaces, as the table of published phrases names it."""
    return sha256(" ".join(words).encode()).hexdigest()


def registered_name(host: str) -> str:
    """The last two labels of a host name."""
    return ".".join(host.split(".")[-2:])


def _by_suffix(table: Mapping[str, _T], host: str) -> _T | None:
    labels = host.split(".")
    for first in range(len(labels) - 1):
        found = table.get(".".join(labels[first:]))
        if found is not None:
            return found
    return None


@cache
def load_knowledge(more_tables: tuple[str, ...] = ()) -> Knowledge:
    """The tables of this package, and services and patterns from further YAML texts.

    A text holds a list of `services` in the form of `data/services.yaml`, or a list of `patterns`,
    each with `name` and `expression`.

    Raises:
        ConfigError: a text is not such a table.
    """
    services: dict[str, Service] = {}
    patterns: dict[str, str] = {}
    for text in ((_DATA / "services.yaml").read_text("utf-8"), *more_tables):
        if _is_table_of_patterns(text):
            patterns.update(_patterns(text))
            continue
        for service in _services(text):
            services[service.domain] = service
    explorers = {
        row["host"]: Explorer(
            row["host"], Chain(row["chain"]) if row.get("chain") else None, row["source"]
        )
        for row in _rows((_DATA / "explorers.yaml").read_text("utf-8"), "explorers")
    }
    examples = {
        str(row["value"]): str(row["published"])
        for row in _rows((_DATA / "examples.yaml").read_text("utf-8"), "examples")
    }
    return Knowledge(explorers, services, examples, PatternSet(patterns))


def _is_table_of_patterns(text: str) -> bool:
    try:
        document = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return False
    return isinstance(document, dict) and "patterns" in document


def _patterns(text: str) -> Iterable[tuple[str, str]]:
    for row in _rows(text, "patterns"):
        try:
            yield str(row["name"]), str(row["expression"])
        except KeyError as error:
            raise ConfigError(f"A pattern lacks the field {error}.") from error


def _rows(text: str, name: str) -> Iterable[dict[str, Any]]:
    try:
        document = yaml.load(text, Loader=yaml.CSafeLoader)
        rows = document[name]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(f"Not a table of {name}: {type(error).__name__}.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"Not a table of {name}: a list of entries is expected.")
    return rows


def _services(text: str) -> Iterable[Service]:
    for row in _rows(text, "services"):
        try:
            name, source, date = str(row["name"]), str(row["source"]), str(row["date"])
            confidence = str(row.get("confidence", "stated"))
            senders = tuple(str(sender).lower() for sender in row.get("mail_senders", ()))
            domains = [str(domain).lower() for domain in row["domains"]]
        except (KeyError, TypeError) as error:
            raise ConfigError(f"A service lacks the field {error}.") from error
        for domain in domains:
            if domain.count(".") < 1:
                raise ConfigError(f"Not a domain name: {domain!r}.")
            yield Service(name, domain, senders, confidence, source, date)
