"""The directory of services: who runs a brand, since when, and through which door the law may ask."""
