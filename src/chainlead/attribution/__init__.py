"""Addresses to services, with source, date and confidence; conflicts are kept and shown."""

import chainlead.attribution.importers  # noqa: F401  (loaded first: the function of this name must win)
from chainlead.attribution.address_form import canonical_address
from chainlead.attribution.book import AddressBook, names_service
from chainlead.attribution.claim import (
    Actor,
    Claim,
    Deposit,
    Handle,
    Holding,
    Lead,
    LeadTrack,
    Pack,
    Tag,
)
from chainlead.attribution.confidence import confidence_level, confidence_words
from chainlead.attribution.importer import (
    Importer,
    importers,
    lookup_importer,
    pack_id_of,
    parse_pack,
)
from chainlead.attribution.lead import derive_leads
from chainlead.attribution.lead_document import asset_of, lead_document
from chainlead.attribution.lead_issuer import derive_issuer_leads
from chainlead.attribution.lead_provider import NamedContact, derive_provider_leads
from chainlead.attribution.lead_unspent import derive_unspent
from chainlead.attribution.memos import customer_memo
from chainlead.attribution.own_tags import (
    OwnTag,
    checked_own_tag,
    own_tags_csv,
    read_unit_tags,
    unit_claim,
    unit_tags_on,
)
from chainlead.attribution.pack_writer import write_actorpack, write_tagpack
from chainlead.attribution.services.channel_check import channel_warnings
from chainlead.attribution.services.directory import (
    ServiceDirectory,
    find_services,
    shipped_directory,
)
from chainlead.attribution.services.domains import registrable_domain
from chainlead.attribution.services.portals import Portal, portals
from chainlead.attribution.services.register import RegisterEntry, register_forms
from chainlead.attribution.services.register_listing import Listing
from chainlead.attribution.services.register_store import (
    Change,
    RegisterImport,
    RegisterStore,
    Snapshot,
)
from chainlead.attribution.services.service import Channel, Fact, LegalEntity, Service
from chainlead.attribution.services.service_actor import actor_of_service
from chainlead.attribution.services.service_document import service_document, service_from_document
from chainlead.attribution.services.unit_directory import unit_directory, wanted_lines
from chainlead.attribution.silent_tags import SilentTags
from chainlead.attribution.stablecoins import Stablecoin, stablecoins
from chainlead.attribution.sweep import SweepCard
from chainlead.attribution.taxonomy import (
    Answers,
    Category,
    categories,
    is_shared_wallet,
    lookup_category,
    pools_money,
)

__all__ = [
    "Actor",
    "AddressBook",
    "Answers",
    "Category",
    "Change",
    "Channel",
    "Claim",
    "Deposit",
    "Fact",
    "Handle",
    "Holding",
    "Importer",
    "Lead",
    "LeadTrack",
    "LegalEntity",
    "Listing",
    "NamedContact",
    "OwnTag",
    "Pack",
    "Portal",
    "RegisterEntry",
    "RegisterImport",
    "RegisterStore",
    "Service",
    "ServiceDirectory",
    "SilentTags",
    "Snapshot",
    "Stablecoin",
    "SweepCard",
    "Tag",
    "actor_of_service",
    "asset_of",
    "canonical_address",
    "categories",
    "channel_warnings",
    "checked_own_tag",
    "confidence_level",
    "confidence_words",
    "customer_memo",
    "derive_issuer_leads",
    "derive_leads",
    "derive_provider_leads",
    "derive_unspent",
    "find_services",
    "importers",
    "is_shared_wallet",
    "lead_document",
    "lookup_category",
    "lookup_importer",
    "names_service",
    "own_tags_csv",
    "pack_id_of",
    "parse_pack",
    "pools_money",
    "portals",
    "read_unit_tags",
    "register_forms",
    "registrable_domain",
    "service_document",
    "service_from_document",
    "shipped_directory",
    "stablecoins",
    "unit_claim",
    "unit_directory",
    "unit_tags_on",
    "wanted_lines",
    "write_actorpack",
    "write_tagpack",
]
