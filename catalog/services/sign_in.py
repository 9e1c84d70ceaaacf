"""Sign-in: who a name and a password, or a key, or a token stand for."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import time
from datetime import UTC, datetime
from typing import Any

import jwt
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from catalog.models import User
from catalog.selectors.users import active_user
from catalog.services import throttle
from catalog.services.api_keys import is_usable, prefix_of, user_of_api_key
from catalog.shared.client_address import client_address
from catalog.shared.errors import NotSignedIn, TooManyRequests

ALGORITHM, ISSUER, AUDIENCE = "HS256", "KNOXSSO", "DSX"
MAX_VERIFIED = 1000

#: Basic headers whose password held: digest -> (when to forget it, user id, the password's stored
#: hash).
_verified: dict[str, tuple[float, int, str]] = {}


def sign_in(*, username: str, address: str, password: str = "", api_key: str = "") -> User:
    """The user whom these credentials stand for.

    Raises NotSignedIn, the same for an unknown name as for a wrong password, or TooManyRequests
    after repeated failures from ``address``.
    """
    throttle.refuse_if_blocked(username, address)
    user = user_of_api_key(username, api_key) if api_key else None
    if user is None and (password or not api_key):
        user = _user_of_password(username, password)
    if user is None:
        throttle.record_failure(username, address)
        raise NotSignedIn("The user name, the password or the API key is wrong.")
    throttle.forget_failures(username, address)
    return user


def _user_of_password(username: str, password: str) -> User | None:
    user = User.objects.active().named(username).first()
    if user is None:
        make_password(password)  # as slow as a check, so that time tells no names
        return None
    # The password first, always: time shall not tell which names are service accounts.
    return user if user.check_password(password) and not user.is_service else None


def sign_in_basic(*, username: str, secret: str, address: str) -> User:
    """``sign_in`` for a header that comes with every request: password or API key in one place.

    A password that held is believed for BASIC_CREDENTIALS_LIFETIME without hashing it again, as
    long as it is still the user's.
    """
    if prefix_of(secret):
        # Or a password that looks like a key.
        return sign_in(username=username, address=address, api_key=secret, password=secret)
    digest = hmac.digest(
        settings.SECRET_KEY.encode(),
        f"{username}\0{secret}".encode(errors="replace"),
        hashlib.sha256,
    ).hex()
    forgotten_at, user_id, stored_hash = _verified.get(digest, (0.0, 0, ""))
    if forgotten_at > time.monotonic():
        user = User.objects.active().filter(pk=user_id, password=stored_hash).first()
        if user is not None:
            return user
    user = sign_in(username=username, address=address, password=secret)
    if len(_verified) >= MAX_VERIFIED:
        _verified.clear()
    lifetime_s = settings.BASIC_CREDENTIALS_LIFETIME.total_seconds()
    _verified[digest] = (time.monotonic() + lifetime_s, user.pk, user.password)
    return user


def split_credentials(text: str) -> tuple[str, str] | None:
    """``base64(name:secret)`` taken apart; None when it is not that."""
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    name, colon, secret = decoded.partition(":")
    return (name, secret) if colon and "\0" not in decoded else None


def issue_token(user: User, api_key: str = "") -> tuple[str, dict[str, Any]]:
    """A signed access token for ``user``, and the claims that it carries.

    One that was had for an API key ends with the key.
    """
    now = datetime.now(UTC)
    claims = {
        "username": user.username,
        "role": "Admin" if user.is_superuser else "User",
        "permissions": ["administrator"] if user.is_superuser else [],
        "sub": user.username,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "uid": user.uid,
        "authenticator": "default",
        "iat": int(now.timestamp()),
        "exp": int((now + settings.TOKEN_LIFETIME).timestamp()),
    }
    # A token ends with the password it was had for: the claim is a digest of the stored hash.
    ends_with = {"pwd": _password_mark(user)} | ({"key": prefix_of(api_key)} if api_key else {})
    token = jwt.encode(claims | ends_with, settings.TOKEN_KEY, ALGORITHM)
    return token, claims


def _password_mark(user: User) -> str:
    return hmac.digest(settings.TOKEN_KEY.encode(), user.password.encode(), hashlib.sha256).hex()[
        :16
    ]


@functools.lru_cache(maxsize=4096)
def _claims(token: str, key: str) -> dict[str, Any]:
    """What a token says, its signature checked. Remembered: a token comes with many requests."""
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        [ALGORITHM],
        audience=AUDIENCE,
        issuer=ISSUER,
        options={"require": ["exp", "iat", "uid"]},
    )
    return claims


def user_of_token(token: str) -> User:
    """The active user whom an access token stands for; raises NotSignedIn."""
    try:
        claims = _claims(token, settings.TOKEN_KEY)
        if claims["exp"] <= time.time():  # it held when it was remembered
            raise jwt.ExpiredSignatureError
    except jwt.ExpiredSignatureError as exc:
        raise NotSignedIn("The access token has expired.") from exc
    except jwt.InvalidTokenError as exc:
        raise NotSignedIn("The access token is not valid.") from exc
    user = active_user(int(claims["uid"]))
    if user is None or not hmac.compare_digest(str(claims.get("pwd")), _password_mark(user)):
        raise NotSignedIn("The access token is not valid any more.")
    if "key" in claims and not is_usable(claims["key"], user):
        raise NotSignedIn("The access token's API key is not valid any more.")
    return user


class ThrottledBackend(ModelBackend):
    """Sign-in to the admin, slowed down like every other."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        address = client_address(request.META) if request else ""
        try:
            return sign_in(username=username, address=address, password=password)
        except NotSignedIn:
            return None
        except TooManyRequests as exc:
            raise PermissionDenied(exc.message) from exc
