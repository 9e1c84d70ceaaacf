"""Who the claims of a provider stand for: recognised, made at first, and kept as the claims say."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from catalog.models import ExternalIdentity, User
from catalog.services.groups import set_groups
from catalog.services.identities import MAX_SUBJECT
from catalog.services.users import create_user, keep_an_administrator
from catalog.shared.errors import ApiError, BadGateway, BadRequest, Conflict, NotAuthorized
from catalog.shared.openid import OpenIDConfiguration

logger = logging.getLogger(__name__)


@transaction.atomic
def user_of_claims(
    *, configuration: OpenIDConfiguration, claims: dict[str, Any]
) -> ExternalIdentity:
    """The identity, and with it the user, that the claims are about; brought up to the claims.

    Somebody unknown becomes a user, if that is allowed. Nobody becomes who has the same name here
    already: only an administrator links the two. Raises NotAuthorized (not allowed in), BadRequest
    (no name that is allowed), Conflict (name taken) or BadGateway (no subject).
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not _text(subject) or len(subject) > MAX_SUBJECT:
        raise BadGateway("The sign-in service does not say who you are.")
    values = values_of(claims, configuration.groups_claim)
    identity = _identity(configuration, subject)
    if identity is None:
        identity = _newcomer(configuration, subject, claims, values)
    user = identity.user
    if not user.is_active or user.deleted_at is not None:
        raise NotAuthorized("Your account here is switched off. Ask an administrator.")
    changed = _bring_up_to_date(configuration, user, claims, values)
    named = [group for value, group in configuration.groups if value in values]
    groups = set_groups(user=user, wanted=named, managed=configuration.managed_groups)
    if changed or groups["joined"] or groups["left"]:
        logger.info("openid_user_changed", extra={"user_id": user.pk, "changed": changed, **groups})
    return identity


def may_use_the_admin(user: User) -> None:
    """Raise NotAuthorized for one who may not."""
    if not user.is_staff:
        raise NotAuthorized("You are known here, and may not use these pages.")


def values_of(claims: dict[str, Any], name: str) -> set[str]:
    """The values of a claim: one text or a list of it, or the names of an object's members.

    A dotted name leads into objects, unless a claim is named so: ``realm_access.roles``.
    """
    found: Any = claims
    for step in [name] if name in claims else name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    several = found if isinstance(found, list | dict) else [found]
    return {each for each in several if isinstance(each, str)}


def _identity(configuration: OpenIDConfiguration, subject: str) -> ExternalIdentity | None:
    """The identity, held: two sign-ins of one person take turns."""
    known = ExternalIdentity.objects.filter(issuer=configuration.issuer, subject=subject)
    return known.select_related("user").select_for_update(of=("self",)).first()


def _newcomer(
    configuration: OpenIDConfiguration, subject: str, claims: dict[str, Any], values: set[str]
) -> ExternalIdentity:
    """A user for somebody who signs in for the first time; nobody's who has no business here."""
    if not configuration.allow_new_users:
        raise NotAuthorized(f"You have no account here. {_how_to_link(subject)}")
    if not is_staff_by(configuration, values):
        raise NotAuthorized("The sign-in service does not say that you may use these pages.")
    username = _text(claims.get(configuration.username_claim))
    if not username:
        raise BadRequest(
            f"The sign-in service gives you no name: the claim '{configuration.username_claim}'."
        )
    try:
        with transaction.atomic():
            user = create_user(username=username)
            user.is_staff = True
            user.save(update_fields=["is_staff"])
            identity = ExternalIdentity.objects.create(
                user=user, issuer=configuration.issuer, subject=subject
            )
    except (Conflict, IntegrityError) as taken:
        # Or the same person, in two windows.
        known = _identity(configuration, subject)
        if known is not None:
            return known
        words = f"Somebody named '{username}' has an account here. {_how_to_link(subject)}"
        raise Conflict(words) from taken
    except ApiError as refusal:
        words = f"Your name '{username[:150]}' can't be used here. {refusal.message}"
        raise BadRequest(words) from refusal
    logger.info("openid_user_created", extra={"user_id": user.pk})
    return identity


def _how_to_link(subject: str) -> str:
    return (
        f"An administrator can let you sign in to an account: on its page, by the subject {subject}"
    )


def is_staff_by(configuration: OpenIDConfiguration, values: set[str]) -> bool:
    """Whether the claims let somebody use the admin; without a setting, everybody who comes."""
    if not configuration.staff_values:
        return True
    return bool(values & (configuration.staff_values | configuration.admin_values))


def _bring_up_to_date(
    configuration: OpenIDConfiguration, user: User, claims: dict[str, Any], values: set[str]
) -> list[str]:
    """Set what the claims say of a user; the names of the columns that changed."""
    wanted: dict[str, Any] = {}
    if name := _text(claims.get("name")):
        wanted["display_name"] = name[:255]
    if email := _email(claims.get("email")):
        wanted["email"] = email
    if configuration.staff_values:
        wanted["is_staff"] = is_staff_by(configuration, values)
    if configuration.admin_values:
        wanted["is_superuser"] = bool(values & configuration.admin_values)
        if wanted["is_superuser"]:
            wanted["is_staff"] = True
    if user.is_superuser and False in (wanted.get("is_staff"), wanted.get("is_superuser")):
        try:
            keep_an_administrator(user)
        except Conflict:
            logger.warning("openid_last_administrator_kept", extra={"user_id": user.pk})
            wanted.pop("is_superuser", None)
            wanted.pop("is_staff", None)
    changes = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    for name, value in changes.items():
        setattr(user, name, value)
    if changes:
        user.save(update_fields=list(changes))
    return sorted(changes)


def _text(value: Any) -> str:
    """A claim as text that a column can hold; empty for anything else."""
    if not isinstance(value, str) or "\x00" in value:
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character
        return ""
    return value.strip()


def _email(value: Any) -> str:
    text = _text(value)
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text if len(text) <= 254 else ""
