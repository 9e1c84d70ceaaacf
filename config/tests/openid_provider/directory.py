"""Who there is: read from the file each time, so that a test may change it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from oauth2_provider.oauth2_validators import OAuth2Validator


def entry_of(username: str) -> dict[str, Any] | None:
    """What the file says of somebody; None when they are not there, or disabled."""
    text = Path(settings.DATABASES["default"]["NAME"]).with_name("users.json").read_text("utf-8")
    found: dict[str, Any] | None = json.loads(text).get(username)
    return None if found is None or found.get("disabled") else found


class Backend(ModelBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        entry = entry_of(username or "")
        if entry is None or entry["password"] != password:
            return None
        return get_user_model().objects.get_or_create(username=username)[0]


class Validator(OAuth2Validator):
    """The toolkit's own, which knows besides who is disabled."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        entry = entry_of(request.user.username) or {}
        return {name: value for name, value in entry.items() if name != "password"}

    def validate_refresh_token(self, *args: Any, **kwargs: Any) -> bool:
        request = args[2]
        return super().validate_refresh_token(*args, **kwargs) and self._is_known(request)

    def validate_bearer_token(self, token: Any, scopes: Any, request: Any) -> bool:
        return super().validate_bearer_token(token, scopes, request) and self._is_known(request)

    def _is_known(self, request: Any) -> bool:
        return entry_of(request.user.username) is not None
