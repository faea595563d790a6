"""Where a form comes back to: a page of this server, whatever the form says."""


def safe_place(given: str) -> str:
    """The path if it is one of this server, else the first page."""
    inside = given.startswith("/") and not given.startswith(("//", "/\\"))
    return given if inside and all(" " <= c < "\x7f" for c in given) else "/"
