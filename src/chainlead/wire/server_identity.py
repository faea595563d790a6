"""Which certificate a server showed, and over which version of TLS."""

import hashlib
from typing import Any

import httpx


def derive_tls_facts(response: httpx.Response) -> tuple[tuple[str, str], ...]:
    """Version, cipher and SHA-256 of the certificate; empty for a connection without TLS."""
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    return () if tls is None else tls_facts_of(tls)


def tls_facts_of(tls: Any) -> tuple[tuple[str, str], ...]:
    """The same of a connection: an `ssl.SSLSocket` or `ssl.SSLObject`."""
    certificate = tls.getpeercert(True) or b""
    cipher = tls.cipher()
    return (
        ("certificate_sha256", hashlib.sha256(certificate).hexdigest()),
        ("cipher", cipher[0] if cipher else ""),
        ("version", tls.version() or ""),
    )
