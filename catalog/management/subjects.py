"""What the arguments of commands name: catalogs, users, asset types; or a CommandError."""

from __future__ import annotations

from uuid import UUID

from django.core.management.base import CommandError
from django.db.models import Q

from catalog.models import AssetType, Container, ContainerEvent, User
from catalog.querysets.containers import is_uuid
from catalog.services.containers import container_for
from catalog.shared.errors import ApiError


def catalog_named(text: str) -> Container:
    """The one catalog of that name or id."""
    found = list(Container.objects.matching(text).filter(kind=Container.Kind.CATALOG)[:2])
    if not found:
        raise CommandError(f"There is no catalog '{text}'.")
    if len(found) > 1:
        raise CommandError(f"Several catalogs are named '{text}': give the id.")
    return found[0]


def container_ever_named(kind: str, text: str) -> UUID:
    """The id of the one container of that kind and of that name or id, also of a deleted one.

    A name stands for a deleted container only where none that there is has it.
    """
    present = Container.objects.matching(text).filter(kind=kind)
    by_id = Q(pgh_obj_id=text) if is_uuid(text) else Q()
    past = ContainerEvent.objects.filter(Q(name=text) | by_id, kind=kind).order_by()
    for ids in (present.values_list("pk", flat=True), past.values_list("pgh_obj_id", flat=True)):
        found = list(ids.distinct()[:2])
        if len(found) > 1:
            raise CommandError(f"Several {kind}s are named '{text}': give the id.")
        if found:
            return UUID(str(found[0]))
    raise CommandError(f"There is no {kind} '{text}', and there was none.")


def user_ever_named(username: str) -> User:
    """The user of that name, also a deleted one, whose name tells that."""
    found = User.objects.named(username).first()
    if found is None:
        raise CommandError(f"There is no user '{username}'.")
    return found


def user_named(username: str) -> User:
    """The user of that name, whatever the case of its letters."""
    found = User.objects.existing().named(username).first()
    if found is None:
        raise CommandError(f"There is no user '{username}'.")
    return found


def importing_user(username: str | None, container: Container) -> User:
    """Who owns what is imported: the named editor of the catalog, or the first administrator."""
    if username is None:
        first = User.objects.active().filter(is_superuser=True).order_by("pk").first()
        if first is None:
            raise CommandError("There is no administrator: name the owner with --owner.")
        return first
    user = user_named(username)
    try:
        container_for(user=user, container_id=container.pk, kind=container.kind, role="editor")
    except ApiError as exc:
        raise CommandError(f"{username} can't own cards in '{container}': {exc.message}") from exc
    return user


def require_asset_type(name: str, container: Container) -> None:
    """Raise CommandError unless the container knows the type."""
    if not AssetType.objects.known_in(container.pk).filter(name=name).exists():
        raise CommandError(f"There is no asset type '{name}' in the catalog '{container}'.")
