"""chainlead: from seized evidence to the service that knows a name."""

from importlib import metadata


def version() -> str:
    """The exact build, as reports name it."""
    return metadata.version("chainlead")
