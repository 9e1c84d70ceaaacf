"""Reads the settings of sign-in by OpenID Connect; half a configuration stops the start."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from catalog.shared.limits import MAX_GROUP_NAME
from catalog.shared.openid import OpenIDConfiguration
from config.env import env, number

REQUIRED = {
    "CARDWRIGHT_OIDC_CLIENT_ID": "the client as which this server is registered there",
    "CARDWRIGHT_OIDC_CLIENT_SECRET": "that client's secret",
}
#: Where plain HTTP stays on one machine.
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def openid_configuration() -> OpenIDConfiguration | None:
    """The provider that CARDWRIGHT_OIDC_ISSUER names; None when it is empty: nobody signs in so."""
    issuer = env.str("CARDWRIGHT_OIDC_ISSUER", default="").strip()
    if not issuer:
        return None
    _require_address(issuer)
    missing = [
        f"  {name}: {what}"
        for name, what in REQUIRED.items()
        if not env.str(name, default="").strip()
    ]
    if missing:
        listed = "\n".join(missing)
        raise ImproperlyConfigured(f"CARDWRIGHT_OIDC_ISSUER is set; it needs as well:\n{listed}")
    scopes = env.str("CARDWRIGHT_OIDC_SCOPES", default="openid profile email").split()
    if "openid" not in scopes:
        raise ImproperlyConfigured("CARDWRIGHT_OIDC_SCOPES must have the scope openid.")
    return OpenIDConfiguration(
        issuer=issuer,
        client_id=env.str("CARDWRIGHT_OIDC_CLIENT_ID").strip(),
        client_secret=env.str("CARDWRIGHT_OIDC_CLIENT_SECRET").strip(),
        scopes=" ".join(scopes),
        name=env.str("CARDWRIGHT_OIDC_NAME", default="").strip() or "single sign-on",
        username_claim=env.str("CARDWRIGHT_OIDC_USERNAME_CLAIM", default="preferred_username"),
        groups_claim=env.str("CARDWRIGHT_OIDC_GROUPS_CLAIM", default="groups"),
        groups=_groups(env.str("CARDWRIGHT_OIDC_GROUPS", default="").strip()),
        admin_values=_values("CARDWRIGHT_OIDC_ADMIN_VALUES"),
        staff_values=_values("CARDWRIGHT_OIDC_STAFF"),
        allow_new_users=env.bool("CARDWRIGHT_OIDC_ALLOW_NEW_USERS", default=True),
        recheck_after=timedelta(minutes=number("CARDWRIGHT_OIDC_RECHECK_MINUTES", default=60)),
        timeout_s=max(1, number("CARDWRIGHT_OIDC_TIMEOUT_S", default=10)),
    )


def _require_address(issuer: str) -> None:
    try:
        parts = urlsplit(issuer)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    is_safe = host and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
    if not is_safe or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            "CARDWRIGHT_OIDC_ISSUER must be the address of the issuer, https://…, as its discovery "
            "document writes it."
        )


def _values(name: str) -> frozenset[str]:
    return frozenset(text.strip() for text in env.list(name, default=[]) if text.strip())


def _groups(text: str) -> tuple[tuple[str, str], ...]:
    """``value=group,…``, or a JSON object for values in which a comma or a = stands."""
    try:
        if text.startswith("{"):
            pairs = list(json.loads(text).items())
        else:
            pairs = [tuple(part.rsplit("=", 1)) for part in text.split(",") if part.strip()]
        found = tuple((str(value).strip(), group.strip()) for value, group in pairs)
    except (ValueError, AttributeError) as error:
        raise _no_mapping() from error
    if any(not value or not 0 < len(group) <= MAX_GROUP_NAME for value, group in found):
        raise _no_mapping()
    return found


def _no_mapping() -> ImproperlyConfigured:
    return ImproperlyConfigured(
        "CARDWRIGHT_OIDC_GROUPS must be 'value=group,value=group' or a JSON object of values and "
        f"names of groups, of at most {MAX_GROUP_NAME} characters each."
    )
