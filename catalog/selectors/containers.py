"""One container, for somebody who is a member of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet

from catalog.models import Container, User
from catalog.shared.prepared import PreparedRead

COLUMNS = [field.attname for field in Container._meta.concrete_fields]


def _rows(
    *, is_superuser: bool, kind: str, container_id: UUID, user_id: int = 0
) -> QuerySet[Container, Any]:
    user = User(pk=user_id, is_superuser=is_superuser)
    visible = Container.objects.filter(kind=kind, pk=container_id).visible_to(user).order_by()
    return visible.with_role_of(user).values_list(*COLUMNS, "role")


_SAMPLES = {"kind": "a kind", "container_id": uuid4(), "user_id": -404}
_READS = {
    False: PreparedRead(lambda **values: _rows(is_superuser=False, **values), **_SAMPLES),
    True: PreparedRead(lambda **values: _rows(is_superuser=True, **values), **_SAMPLES),
}


def visible_container(
    *, user: User, kind: str, container_id: UUID
) -> tuple[Container, str | None] | None:
    """The container and the user's role in it (None for an administrator who is no member); or
    None.
    """
    row = _READS[user.is_superuser].first(user_id=user.pk, kind=kind, container_id=container_id)
    if row is None:
        return None
    return Container.from_db("default", COLUMNS, row[:-1]), row[-1]
