"""Addresses to services, with source, date and confidence; conflicts are kept and shown."""

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
from chainlead.attribution.lead_document import lead_document
from chainlead.attribution.sweep import SweepCard
from chainlead.attribution.taxonomy import Answers, Category, lookup_category, pools_money

__all__ = [
    "Actor",
    "AddressBook",
    "Answers",
    "Category",
    "Claim",
    "Deposit",
    "Handle",
    "Holding",
    "Importer",
    "Lead",
    "LeadTrack",
    "Pack",
    "SweepCard",
    "Tag",
    "canonical_address",
    "confidence_level",
    "confidence_words",
    "derive_leads",
    "importers",
    "lead_document",
    "lookup_category",
    "lookup_importer",
    "names_service",
    "pack_id_of",
    "parse_pack",
    "pools_money",
]
