"""Addresses to services, with source, date and confidence; conflicts are kept and shown."""

from chainlead.attribution.claim import Actor, Claim, Deposit, Lead, Tag

__all__ = ["Actor", "Claim", "Deposit", "Lead", "Tag"]
