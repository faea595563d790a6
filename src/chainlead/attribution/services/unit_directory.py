"""The whole directory of a unit: what is shipped, what registers say, what the unit itself knows."""

from pathlib import Path

from chainlead.attribution.services.company_names import company_name
from chainlead.attribution.services.directory import ServiceDirectory, shipped_directory
from chainlead.attribution.services.overlay import read_overlays, with_overlays
from chainlead.attribution.services.register import Wanted
from chainlead.attribution.services.register_listing import ListingIndex, read_listings
from chainlead.attribution.services.register_match import register_services, with_registers
from chainlead.attribution.services.register_store import RegisterStore


def unit_directory(folder: Path | None, *, with_own: bool = True) -> ServiceDirectory:
    """Shipped services, enriched from registers, with the unit's own fields on top.

    Args:
        folder: the unit's folder; None, or one that does not exist: only what is shipped.
        with_own: False leaves the unit's private files out, as an export must.

    Raises:
        PackInvalidError: a file of the unit is no entry.
        AttributionError: a snapshot of a register is damaged.
    """
    if folder is None or not folder.is_dir():
        return shipped_directory()
    shipped = tuple(shipped_directory())
    index = ListingIndex(read_listings(RegisterStore(folder)))
    services = [with_registers(service, index) for service in shipped]
    services += register_services(index, services)
    overlays = read_overlays(folder) if with_own else ()
    return ServiceDirectory(with_overlays(services, overlays))


def wanted_lines(directory: ServiceDirectory) -> Wanted:
    """Which lines of a very long register matter: companies that the directory names."""
    entities = [entity for service in directory for entity in service.entities]
    leis = frozenset(entity.lei for entity in entities if entity.lei)
    names = frozenset(company_name(entity.name) for entity in entities)
    starts = frozenset(name[:4] for name in names)

    def wanted(lei: str, legal_name: str) -> bool:
        if lei in leis:
            return True
        return legal_name[:4].casefold() in starts and company_name(legal_name) in names

    return wanted
