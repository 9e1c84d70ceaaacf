"""Containers: created, changed, deleted, and what their members may do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalog.models import Container, Membership, User
from catalog.selectors.containers import visible_container
from catalog.services.token_accounts import remove_accounts
from catalog.shared.errors import BadRequest, Conflict, NotAuthorized, NotFound, NotSignedIn, Target

#: A role may do what the roles before it may.
RANKS = {"viewer": 1, "editor": 2, "admin": 3}
WORDS = {"viewer": "members", "editor": "editors and admins", "admin": "admins"}


def container_for(
    *, user: User, container_id: UUID, kind: str, role: str = "viewer", parameter: str | None = None
) -> Container:
    """The container of that kind, in which ``user`` is at least ``role``.

    Raises NotFound for one that does not exist or that the user is no member of, NotAuthorized for
    a member of a lesser role. Administrators of the installation may everything.
    """
    found = visible_container(user=user, kind=kind, container_id=container_id)
    if found is None:
        target = Target(parameter, "parameter") if parameter else None
        raise NotFound(f"There is no {kind} {container_id}.", target=target)
    container, own_role = found
    require_role(user=user, role=own_role, least=role, kind=kind)
    return container


def require_role(*, user: User, role: str | None, least: str, kind: str) -> None:
    """Raise NotAuthorized unless ``role`` is at least ``least``."""
    if not user.is_superuser and RANKS.get(role or "", 0) < RANKS[least]:
        raise NotAuthorized(f"Only {WORDS[least]} of the {kind} may do that.")


def hold_container(
    container: Container, *, exclusively: bool = False, to_delete: bool = False
) -> None:
    """Keep the container from deletion until the transaction ends. Raises NotFound if it is gone.

    Whoever puts something into a container holds it. Whoever changes the container itself or its
    members holds it ``exclusively``: one at a time, beside those who put something in. Who wants
    ``to_delete`` it waits for all of them.
    """
    lock = "FOR UPDATE" if to_delete else "FOR NO KEY UPDATE" if exclusively else "FOR KEY SHARE"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM catalog_container WHERE id = %s {lock}", [container.pk])  # noqa: S608
        if cursor.fetchone() is None:
            raise NotFound(f"There is no {container.kind} {container.pk}.")


def hold_actor(actor: User) -> None:
    """Keep who asks from being deleted until the transaction ends, before a container is held.

    Raises NotSignedIn if they are gone.
    """
    if not User.objects.held([actor.pk]):
        raise NotSignedIn("Your account has been deleted.")


@transaction.atomic
def create_container(
    *, actor: User, kind: str, name: str, is_default: bool = False, **fields: Any
) -> Container:
    """Create a container whose first admin is ``actor``.

    ``fields``: description, generator, account_id, capacity_limit, is_governed, auto_profiling,
    saml_instance_name, tags, is_public, enforce_members, details. Raises Conflict when
    ``is_default`` and there is a default catalog, NotAuthorized for a project token.
    """
    if actor.is_token:
        raise NotAuthorized("A project token works in its project only.")
    hold_actor(actor)
    fields.setdefault("account_id", settings.ACCOUNT_ID)
    container = Container(kind=kind, name=name, creator=actor, is_default=is_default, **fields)
    try:
        with transaction.atomic():
            container.save(force_insert=True)
    except IntegrityError as exc:
        raise Conflict("There is a default catalog.") from exc
    Membership.objects.create(container=container, user=actor, role="admin")
    return container


@transaction.atomic
def update_container(*, container: Container, changes: dict[str, Any]) -> Container:
    """Set the given columns."""
    if changes:
        for column, value in changes.items():
            setattr(container, column, value)
        container.updated_at = timezone.now()
        container.save(update_fields=[*changes, "updated_at"])
    return container


#: What a container holds, in the order in which it can be deleted. In SQL, because a catalog may
#: hold a million cards and none of them needs to pass through memory.
DELETIONS = (
    "DELETE FROM catalog_attachment t USING catalog_asset a "
    "WHERE t.asset_id = a.id AND a.container_id = %s",
    "DELETE FROM catalog_collaborator t USING catalog_asset a "
    "WHERE t.asset_id = a.id AND a.container_id = %s",
    "DELETE FROM catalog_assetstatistics t USING catalog_asset a "
    "WHERE t.asset_id = a.id AND a.container_id = %s",
    "DELETE FROM catalog_rating t USING catalog_asset a "
    "WHERE t.asset_id = a.id AND a.container_id = %s",
    "DELETE FROM catalog_revision t USING catalog_asset a "
    "WHERE t.asset_id = a.id AND a.container_id = %s",
    "DELETE FROM catalog_asset WHERE container_id = %s",
    "DELETE FROM catalog_assettype WHERE container_id = %s",
    "DELETE FROM catalog_membership WHERE container_id = %s",
    "DELETE FROM catalog_apikey k USING catalog_projecttoken t "
    "WHERE k.user_id = t.account_id AND t.container_id = %s",
    "DELETE FROM catalog_projecttoken WHERE container_id = %s",
    "DELETE FROM catalog_container WHERE id = %s",
)


@transaction.atomic
def delete_container(*, container: Container) -> None:
    """Delete a container with everything in it. Who writes into it meanwhile is waited for.

    Raises BadRequest for the default catalog, which other services rely on.
    """
    if container.is_default:
        raise BadRequest("The default catalog can't be deleted.")
    hold_container(container, to_delete=True)
    accounts = list(container.tokens.values_list("account_id", flat=True))
    with connection.cursor() as cursor:
        for statement in DELETIONS:
            cursor.execute(statement, [container.pk])
    remove_accounts(accounts)
