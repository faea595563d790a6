"""Logging in at the unit's identity provider: OpenID Connect, authorization code with PKCE.

The provider says who the person is; whether that person has an account here, an administrator said
before. Nothing is taken from the provider but the subject, and no account is made by itself.
Spec: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9207; RFC 9700.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from chainlead.custody import Clock
from chainlead.errors import AnswerRefusedError
from chainlead.store import Flow
from chainlead.web.team.id_token import checked_subject
from chainlead.wire import IssuerDoor, Login

LONGEST_FLOW = timedelta(minutes=10)
_FRESH = timedelta(hours=1)
_NEXT_KEYS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Client:
    """How the provider knows this server.

    Attributes:
        client_id: as registered there.
        secret: as agreed there; empty for a client without one.
        return_url: where the provider sends the browser back to.
        label: what the button is called.
    """

    client_id: str
    secret: str = field(repr=False)
    return_url: str
    label: str = ""


class Provider:
    """The one issuer of this server."""

    def __init__(
        self,
        issuer: str,
        door: IssuerDoor,
        client: Client,
        clock: Clock,
        make_secret: Callable[[], str],
    ) -> None:
        """Ask `issuer` through `door` as `client`."""
        self._issuer = issuer
        self._door = door
        self._client = client
        self._clock = clock
        self._make_secret = make_secret
        self._lock = Lock()
        self._facts: tuple[datetime, Mapping[str, object]] | None = None
        self._keys: tuple[datetime, Mapping[str, object]] | None = None

    @property
    def label(self) -> str:
        """What the way to the provider is called; its host where nobody gave it a name."""
        return self._client.label or self._door.host

    def begin(self, back: str) -> tuple[str, Flow]:
        """Where the browser goes, and what has to be remembered until it comes back.

        Raises:
            WireError: the provider could not be asked.
        """
        flow = Flow(
            self._make_secret(), self._make_secret(), self._make_secret(), back, self._clock.now()
        )
        question = urlencode({
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.return_url,
            "scope": "openid",
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": create_s256_code_challenge(flow.verifier),
            "code_challenge_method": "S256",
        })  # fmt: skip
        place = self._door.require_own(self._fact("authorization_endpoint"))
        return f"{place}{'&' if '?' in place else '?'}{question}", flow

    def subject(self, flow: Flow, answer: Mapping[str, str]) -> str:
        """Who the person is whom the provider sends back.

        Args:
            flow: what was remembered for this browser.
            answer: the fields of the address to which it came back.

        Raises:
            WireError: the provider could not be asked, or what it says does not stand up.
        """
        if self._clock.now() - flow.made_at > LONGEST_FLOW:
            raise AnswerRefusedError("This login took too long.", next_step="Begin it again.")
        if not hmac.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
            raise AnswerRefusedError(
                "The answer belongs to another login.", next_step="Begin it again."
            )
        if answer.get("iss", self._issuer) != self._issuer:
            raise AnswerRefusedError("The answer comes from another provider.")
        if not answer.get("code"):
            raise AnswerRefusedError("The provider did not let the person in.")
        token = self._exchanged(answer["code"], flow)
        return checked_subject(
            token,
            keys=self._signing_keys,
            issuer=self._issuer,
            client_id=self._client.client_id,
            nonce=flow.nonce,
            now=self._clock.now(),
        )

    def _exchanged(self, code: str, flow: Flow) -> str:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.return_url,
            "code_verifier": flow.verifier,
        }
        login = None
        ways = self._facts_now().get("token_endpoint_auth_methods_supported")
        if not self._client.secret:
            fields["client_id"] = self._client.client_id
        elif isinstance(ways, list) and "client_secret_basic" not in ways:
            fields |= {"client_id": self._client.client_id, "client_secret": self._client.secret}
        else:
            login = Login(self._client.client_id, self._client.secret)
        answer = self._door.send(self._fact("token_endpoint"), fields, login)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise AnswerRefusedError("The provider sent no ID token.")
        return token

    def _signing_keys(self, *, anew: bool) -> Mapping[str, object]:
        """The provider's keys; asked for again when a token names one that is not among them."""
        with self._lock:
            now = self._clock.now()
            kept = self._keys
            longest = _NEXT_KEYS if anew else _FRESH
            if kept is None or now - kept[0] > longest:
                kept = (now, self._door.read(self._fact("jwks_uri")))
                self._keys = kept
            return kept[1]

    def _fact(self, name: str) -> str:
        found = self._facts_now().get(name)
        if not isinstance(found, str):
            raise AnswerRefusedError(f"The provider does not say its {name}.")
        return found

    def _facts_now(self) -> Mapping[str, object]:
        now = self._clock.now()
        if self._facts is None or now - self._facts[0] > _FRESH:
            where = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            facts = self._door.read(where)
            if facts.get("issuer") != self._issuer:
                raise AnswerRefusedError(
                    "The provider calls itself otherwise than team.toml calls it.",
                    next_step="Write the issuer exactly as the provider's own document has it.",
                )
            self._facts = (now, facts)
        return self._facts[1]
