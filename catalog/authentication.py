"""Who sends a request: the Authorization header read for the API."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from catalog.models import User
from catalog.services.sign_in import sign_in, sign_in_basic, split_credentials, user_of_token
from catalog.shared.client_address import client_address
from catalog.shared.errors import NotSignedIn
from catalog.shared.history import changed_by


class HeaderAuthentication(BaseAuthentication):
    """``Bearer <token>``, ``Basic base64(name:secret)`` or ``ZenApiKey base64(name:key)``."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        found = self._authenticate(request)
        if found is not None:
            changed_by(found[0].pk)
        return found

    def _authenticate(self, request: Request) -> tuple[User, Any] | None:
        scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        credentials = credentials.strip()
        match scheme.lower():
            case "":
                return None
            case "bearer":
                return user_of_token(credentials), credentials
            case "basic":
                username, secret = _split(credentials)
                address = client_address(request.META)
                return sign_in_basic(username=username, secret=secret, address=address), None
            case "zenapikey":
                username, key = _split(credentials)
                address = client_address(request.META)
                return sign_in(username=username, api_key=key, address=address), None
            case _:
                raise NotSignedIn("The Authorization header must be Bearer, Basic or ZenApiKey.")

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="cardwright"'


def _split(text: str) -> tuple[str, str]:
    found = split_credentials(text)
    if found is None:
        raise NotSignedIn("The credentials must be base64 of 'name:secret'.")
    return found
