"""Who a request comes from."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from catalog.models import User
from catalog.shared.prepared import PreparedRead

COLUMNS = [field.attname for field in User._meta.concrete_fields]


def _rows(user_id: int) -> QuerySet[User, Any]:
    return User.objects.active().filter(pk=user_id).order_by().values_list(*COLUMNS)


_READ = PreparedRead(_rows, user_id=-404)


def active_user(user_id: int) -> User | None:
    """The user of that id, if active. Every request with a token asks this."""
    row = _READ.first(user_id=user_id)
    return None if row is None else User.from_db("default", COLUMNS, row)
