"""chainlead: from seized evidence to the service that knows a name."""


def version() -> str:
    """The exact build, as reports name it."""
    from importlib import metadata  # noqa: PLC0415  (slow to load, rarely needed)

    return metadata.version("chainlead")
