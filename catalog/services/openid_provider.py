"""Talks to the provider of OpenID Connect: where to sign in, and what a code or a token stands for.

Source: OpenID Connect Core and Discovery 1.0, RFC 6749, RFC 7636. Authlib does the protocol; what a
discovery document may say, and which signatures count, is decided here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OAuthError, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.discovery import get_well_known_url
from requests import RequestException

from catalog.services.openid_refusals import NO_ANSWER, Unusable, asking
from catalog.shared.errors import Unavailable
from catalog.shared.openid import OpenIDConfiguration

#: Signatures by a key that only the provider has. Not among them: none, and HMAC, for which the
#: provider's public key could be taken.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA", "Ed25519")  # fmt: skip
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL_ADDRESSES = ("userinfo_endpoint", "end_session_endpoint")
#: How long a discovery document and the keys are believed, and how long an outage is.
DOCUMENT_LIFETIME_S, OUTAGE_S = 3600.0, 5.0
LEEWAY_S = 60


@dataclass(frozen=True)
class Beginning:
    """A sign-in that was begun: where the browser goes, and what only its session may know."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Answer:
    """What the provider says of somebody; ``claims`` is None when it said no more than yes.

    ``refresh_token`` is empty when it gave none.
    """

    claims: dict[str, Any] | None
    refresh_token: str


class Session(OAuth2Session):
    """Follows nowhere: every address is the discovery document's."""

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        return super().request(method, url, **({"allow_redirects": False} | kwargs))


class Provider(OAuth2Mixin, OpenIDMixin, BaseApp):
    """Authlib's client with the members of the discovery document that are used here, and no
    others: Authlib would take any of them for a setting.
    """

    client_cls = Session

    def __init__(self, configuration: OpenIDConfiguration, document: dict[str, Any]) -> None:
        methods = document.get("token_endpoint_auth_methods_supported")
        by_post = isinstance(methods, list) and "client_secret_basic" not in methods
        super().__init__(
            None,
            client_id=configuration.client_id,
            client_secret=configuration.client_secret,
            client_kwargs={
                "scope": configuration.scopes,
                "code_challenge_method": "S256",
                "default_timeout": configuration.timeout_s,
                "token_endpoint_auth_method": (
                    "client_secret_post" if by_post else "client_secret_basic"
                ),
            },
        )
        self.configuration = configuration
        self.server_metadata = _understood(configuration, document)
        self.expires_at = time.monotonic() + DOCUMENT_LIFETIME_S

    def begin(self, redirect_uri: str) -> Beginning:
        """A sign-in with a state, a nonce and a verifier of its own."""
        begun = self.create_authorization_url(redirect_uri)
        return Beginning(begun["url"], begun["state"], begun["nonce"], begun["code_verifier"])

    def redeem(self, *, code: str, redirect_uri: str, begun: Beginning) -> Answer:
        """What a code stands for: the claims of the ID token, and those of the userinfo."""
        with asking("redeem"):
            token = self.fetch_access_token(
                redirect_uri=redirect_uri, code=code, code_verifier=begun.verifier
            )
            return self._answer(token, nonce=begun.nonce)

    def renew(self, refresh_token: str) -> Answer:
        """What the provider says of somebody now."""
        with asking("renew"):
            with self._get_oauth_client(**self.server_metadata) as session:
                token = session.refresh_token(refresh_token=refresh_token)
            if "id_token" in token:
                return self._answer(token, nonce=None)
            if "userinfo_endpoint" in self.server_metadata:
                self._userinfo(token)
            return Answer(None, _refresh_token(token))

    def _on_update_token(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: what comes of a refresh token is in the answer."""

    def _answer(self, token: dict[str, Any], *, nonce: str | None) -> Answer:
        given = (token.get("id_token"), token.get("access_token"))
        if not all(isinstance(each, str) and each for each in given):
            raise Unusable("The answer has no ID token, or no access token.")
        claims = dict(self.parse_id_token(token, nonce, self._expected(), leeway=LEEWAY_S))
        if "userinfo_endpoint" in self.server_metadata:
            told = self._userinfo(token)
            if told.get("sub") != claims["sub"]:
                raise Unusable("The userinfo is about somebody else.")
            claims = claims | told
        return Answer(claims, _refresh_token(token))

    def _expected(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self.configuration.issuer},
            "aud": {"essential": True, "value": self.configuration.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
        }

    def _userinfo(self, token: dict[str, Any]) -> dict[str, Any]:
        with self._get_session() as session:
            answer = session.request(
                "GET",
                self.server_metadata["userinfo_endpoint"],
                withhold_token=True,
                headers={"Authorization": f"Bearer {token['access_token']}"},
            )
        if answer.status_code in (401, 403):
            raise OAuthError("access_denied")
        answer.raise_for_status()
        told = answer.json()
        if not isinstance(told, dict):
            raise Unusable("The userinfo is no object.")
        return told


def _refresh_token(token: dict[str, Any]) -> str:
    """The refresh token of an answer; empty for what is none. By its standard it is ASCII."""
    given = token.get("refresh_token")
    return given if isinstance(given, str) and given.isascii() else ""


def _understood(configuration: OpenIDConfiguration, document: dict[str, Any]) -> dict[str, Any]:
    """The members of a discovery document that are used here, once they have been checked."""
    if document.get("issuer") != configuration.issuer:
        raise Unusable("The discovery document is another issuer's.")
    names = [*ADDRESSES, *(name for name in OPTIONAL_ADDRESSES if document.get(name))]
    schemes = {"https", urlsplit(configuration.issuer).scheme}
    for name in names:
        address = document.get(name)
        if not isinstance(address, str) or urlsplit(address).scheme not in schemes:
            raise Unusable(f"The discovery document has no good {name}.")
    offered = document.get("id_token_signing_alg_values_supported")
    # A provider that names no algorithm signs by RS256: every one has to.
    known = [name for name in ALGORITHMS if name in (offered or ["RS256"])]
    if not known:
        raise Unusable("The provider signs by no algorithm that is accepted here.")
    return {
        "issuer": configuration.issuer,
        **{name: document[name] for name in names},
        "id_token_signing_alg_values_supported": known,
    }


_known: dict[OpenIDConfiguration, Provider] = {}
_outages: dict[OpenIDConfiguration, float] = {}


def provider_of(configuration: OpenIDConfiguration) -> Provider:
    """The provider, by its discovery document of at most an hour ago.

    Raises Unavailable, also for a moment after it was so, or BadGateway.
    """
    provider = _known.get(configuration)
    if provider is not None and provider.expires_at > time.monotonic():
        return provider
    if _outages.get(configuration, 0.0) > time.monotonic():
        # Nobody else waits for what has just not answered.
        raise Unavailable(NO_ANSWER)
    with asking("discovery"):
        try:
            document = _discovered(configuration)
        except RequestException:
            _outages[configuration] = time.monotonic() + OUTAGE_S
            raise
        _known[configuration] = Provider(configuration, document)
    return _known[configuration]


def _discovered(configuration: OpenIDConfiguration) -> dict[str, Any]:
    with Session(default_timeout=configuration.timeout_s) as session:
        address = get_well_known_url(configuration.issuer, external=True)
        answer = session.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    document = answer.json()
    if answer.status_code != 200 or not isinstance(document, dict):
        raise Unusable("The discovery document is no object.")
    return document
