"""Who sends a request: the Authorization header read for the API."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from catalog.models import User
from catalog.services import project_tokens
from catalog.services.api_keys import prefix_of
from catalog.services.sign_in import sign_in, sign_in_basic, split_credentials, user_of_token
from catalog.shared.client_address import client_address
from catalog.shared.errors import NotSignedIn
from catalog.shared.history import changed_by


class HeaderAuthentication(BaseAuthentication):
    """``Bearer <token>``, ``Basic base64(name:secret)`` or ``ZenApiKey base64(name:key)``.

    The token is one that sign-in gave, or a project's.

    ``request.auth`` is a text that stands for the credential that held, and is no secret.
    """

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        found = self._authenticate(request)
        if found is not None:
            changed_by(found[0].pk)
        return found

    def _authenticate(self, request: Request) -> tuple[User, str] | None:
        scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        credentials = credentials.strip()
        match scheme.lower():
            case "":
                return None
            case "bearer" if credentials.startswith(project_tokens.MARK):
                account = project_tokens.user_of_project_token(credentials)
                return account, f"{account.pk}:{project_tokens.prefix_of_token(credentials)}"
            case "bearer":
                # Without the signature: that can be spelled in several ways, what it signs in one.
                return user_of_token(credentials), credentials.rpartition(".")[0]
            case "basic":
                username, secret = _split(credentials)
                address = client_address(request.META)
                user = sign_in_basic(username=username, secret=secret, address=address)
                return user, _mark(user, secret)
            case "zenapikey":
                username, key = _split(credentials)
                address = client_address(request.META)
                user = sign_in(username=username, api_key=key, address=address)
                return user, _mark(user, key)
            case _:
                raise NotSignedIn("The Authorization header must be Bearer, Basic or ZenApiKey.")

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="cardwright"'


def _mark(user: User, secret: str) -> str:
    """The public part of an API key, or nothing for a password; with whose it is."""
    return f"{user.pk}:{prefix_of(secret)}"


def _split(text: str) -> tuple[str, str]:
    found = split_credentials(text)
    if found is None:
        raise NotSignedIn("The credentials must be base64 of 'name:secret'.")
    return found
