"""What an ID token has to prove before it is believed.

Signed by one of the provider's keys with a method of this file's list (never `none`, never a shared
secret, so that a public key cannot be used as one); issued by this issuer, for this client, to this
login (nonce); valid now. Spec: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key
from joserfc.jws import JWSRegistry
from joserfc.jwt import Token, decode

from chainlead.errors import AnswerRefusedError

SIGNATURES = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
_KINDS = {"RSA", "EC", "OKP"}
_LEEWAY_S = 60
_LEAST_RSA_BITS = 2048
_MOST_SUBJECT = 255


class _Keys(Protocol):
    def __call__(self, *, anew: bool) -> Mapping[str, object]:
        """The provider's keys as it publishes them."""


def checked_subject(
    token: str, *, keys: _Keys, issuer: str, client_id: str, nonce: str, now: datetime
) -> str:
    """The subject of a token that proves everything; see the module's text.

    Raises:
        AnswerRefusedError: it does not.
    """
    decoded = _decoded(token, keys)
    try:
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": client_id},
        )
        claims.validate(int(now.timestamp()), _LEEWAY_S)
    except (JoseError, TypeError, ValueError) as error:
        raise AnswerRefusedError(
            f"The provider's ID token does not stand up ({_named(error)})."
        ) from None
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _MOST_SUBJECT:
        raise AnswerRefusedError("The provider's ID token names nobody.")
    return subject


def _decoded(token: str, keys: _Keys) -> Token:
    registry = JWSRegistry(algorithms=list(SIGNATURES))
    reason = "no key is published that can be trusted"
    for anew in (False, True):
        try:
            key_set = _usable(keys(anew=anew))
            if not key_set.keys:
                continue
            return decode(token, key_set, registry=registry)
        except JoseError as error:
            reason = _named(error)
        except (TypeError, ValueError, KeyError, RecursionError):
            reason = "it is no token"
    raise AnswerRefusedError(f"The provider's ID token does not stand up ({reason}).")


def _usable(published: Mapping[str, object]) -> KeySet:
    """The provider's public signing keys of the kinds and sizes that are trusted."""
    found = []
    given = published.get("keys")
    for each in given if isinstance(given, list) else []:
        if not isinstance(each, dict) or each.get("kty") not in _KINDS:
            continue
        if each.get("use", "sig") != "sig":
            continue
        try:
            key = import_key(each)
        except (JoseError, ValueError, TypeError):
            continue
        public = key.public_key
        if isinstance(public, RSAPublicKey) and public.key_size < _LEAST_RSA_BITS:
            continue
        found.append(key)
    return KeySet(found)


def _named(error: Exception) -> str:
    return str(getattr(error, "error", "") or type(error).__name__)
