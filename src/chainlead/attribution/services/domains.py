"""The registrable domain of a web or mail address: the part that somebody had to register.

Proof: the Mozilla public suffix list as the library `publicsuffixlist` bundles it; nothing is fetched.
Limits: the list is as old as the installed library; a private suffix (`github.io`) counts as a suffix.
Spec: https://publicsuffix.org/list/.
"""

import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

_LONGEST = 2_000
_PLAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
_LABEL = re.compile(r"[^\s/:@.\[\]<>\"']{1,63}")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True)


def host_of(text: str) -> str:
    """The host name in a web address, a mail address or a bare name; empty where there is none.

    The form is lower case and A-labels (`xn--…`), so that look-alike letters cannot hide.
    """
    plain = text.strip().strip("<>").rstrip(".").casefold()
    if not plain or len(plain) > _LONGEST or any(c.isspace() for c in plain):
        return ""
    if plain.startswith("mailto:"):
        plain = plain.removeprefix("mailto:").partition("?")[0]
    try:
        if "://" in plain:
            host = urlsplit(plain).hostname or ""
        elif "@" in plain and "/" not in plain.partition("@")[0]:
            host = plain.rpartition("@")[2]
        else:
            host = urlsplit(f"//{plain}").hostname or ""
    except ValueError:
        return ""
    return _ascii_host(host.rstrip("."))


@lru_cache(maxsize=16_384)
def registrable_domain(text: str) -> str:
    """The registrable domain of an address, or empty: none, an IP address, or a bare suffix.

    `https://www.binance.com.law.example/x` has `law.example`: what stands before it means nothing.
    """
    host = host_of(text)
    if not host or host.replace(".", "").isdigit():
        return ""
    return _suffixes().privatesuffix(host) or ""


def _ascii_host(host: str) -> str:
    labels = host.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return plain if _PLAIN.fullmatch(plain) else ""
