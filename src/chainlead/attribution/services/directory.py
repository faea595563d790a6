"""The directory: services by id, brand, alias, actor id or domain."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from chainlead.attribution.services.domains import registrable_domain
from chainlead.attribution.services.service import Service
from chainlead.attribution.services.service_file import shipped_services
from chainlead.errors import PackInvalidError


class ServiceDirectory:
    """Services that can be looked up by every name they have.

    Where two services share a name, the one whose id comes first has it, and `shared_names` says so.
    """

    def __init__(self, services: Iterable[Service]) -> None:
        """Hold these services.

        Raises:
            PackInvalidError: two have one id.
        """
        self._services: dict[str, Service] = {}
        for service in services:
            if service.service_id in self._services:
                raise PackInvalidError(f"The service {service.service_id!r:.60} stands twice.")
            self._services[service.service_id] = service
        self._by_name: dict[str, str] = {}
        self.shared_names: dict[str, tuple[str, ...]] = {}
        for service in self:
            for name in service.names():
                self._add(plain_name(name), service.service_id)

    def __iter__(self) -> Iterator[Service]:
        """All services by id."""
        return iter(self._services[key] for key in sorted(self._services))

    def __len__(self) -> int:
        """How many services there are."""
        return len(self._services)

    def get(self, service_id: str) -> Service | None:
        """The service with this id, or None."""
        return self._services.get(service_id)

    def lookup(self, text: str) -> Service | None:
        """The service that a text names exactly, or None.

        Args:
            text: an id, brand, alias, actor id, domain, web address or mail address; upper and
                lower case are equal.
        """
        name = plain_name(text)
        if not name:
            return None
        found = self._by_name.get(name)
        if found is None and (domain := registrable_domain(text)):
            found = self._by_name.get(plain_name(domain))
        return self._services[found] if found else None

    def lookup_any(self, *texts: str | None) -> Service | None:
        """The service that the first of these texts names that names any: actor id, web address, label."""
        for text in texts:
            if text and (found := self.lookup(text)):
                return found
        return None

    def _add(self, name: str, service_id: str) -> None:
        if not name:
            return
        first = self._by_name.setdefault(name, service_id)
        if first != service_id:
            known = self.shared_names.get(name, (first,))
            self.shared_names[name] = tuple(dict.fromkeys((*known, service_id)))


def find_services(directory: ServiceDirectory, text: str) -> tuple[Service, ...]:
    """Every service that a text may mean: the exact one first, then those with a name that holds it."""
    exact = directory.lookup(text)
    part = plain_name(text)
    rest = (
        service
        for service in directory
        if service != exact and part and any(part in plain_name(name) for name in service.names())
    )
    return (*([exact] if exact else []), *rest)


def plain_name(text: str) -> str:
    """A name for comparing: no case, no doubled spaces, one form of each letter."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@cache
def shipped_directory() -> ServiceDirectory:
    """The services that chainlead ships, the practice services included."""
    return ServiceDirectory(shipped_services())
