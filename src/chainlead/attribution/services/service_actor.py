"""A service as an actor of an ActorPack: what is public, nothing of the unit."""

from chainlead.attribution.claim import Actor
from chainlead.attribution.services.service import Service

_CATEGORIES = {
    "financial": "exchange",
    "information": "service",
    "issuer": "organization",
    "unknown": "entity",
}


def actor_of_service(service: Service) -> Actor:
    """The actor: id, brand, web address, category, seats of the companies that run it still."""
    running = [entity for entity in service.entities if entity.until is None]
    seats = dict.fromkeys(entity.seat for entity in running if entity.seat)
    detail = {
        "lastmod": service.read.isoformat() if service.read else None,
        "context_uris": list(service.domains[1:]),
        "context_refs": sorted({e.source for e in service.entities if e.source.startswith("http")}),
        "context_legal_name": running[0].name if running else None,
    }
    return Actor(
        pack_sha256="",
        actor=service.actors[0] if service.actors else service.service_id,
        label=service.brand,
        uri=service.domains[0] if service.domains else None,
        categories=(_CATEGORIES[service.kind],),
        jurisdictions=tuple(seats),
        detail={key: value for key, value in detail.items() if value},
        aliases=tuple(dict.fromkeys((*service.aliases, *service.actors[1:]))),
    )
