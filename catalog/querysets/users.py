"""Which users there are to sign in or to be named as members."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from catalog.models import User


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        """Users who may sign in: neither switched off nor deleted."""
        return self.existing().filter(is_active=True)

    def existing(self) -> Self:
        """Users who were not deleted, switched off or not; accounts of project tokens are none."""
        return self.filter(deleted_at__isnull=True, is_token=False)

    def by_names(self, names: Collection[str]) -> dict[str, User]:
        """The existing users of these names, by the name as it was given, like ``named``."""
        rows = self.raw(
            f"SELECT u.*, n.given FROM unnest(%s::text[]) AS n(given) "  # noqa: S608
            f"JOIN {self.model._meta.db_table} u ON lower(u.username) = lower(n.given) "
            "WHERE u.deleted_at IS NULL AND NOT u.is_token",
            [list(names)],
        )
        return {getattr(row, "given"): row for row in rows}  # noqa: B009 a column of this query

    def held(self, ids: Collection[int]) -> dict[int, User]:
        """The existing users of these ids, by id, kept from deletion.

        Takes the row lock that a foreign key takes (FOR KEY SHARE). Needs a transaction.
        """
        rows = self.raw(
            f"SELECT * FROM {self.model._meta.db_table} WHERE id = ANY(%s) "  # noqa: S608
            "AND deleted_at IS NULL AND NOT is_token ORDER BY id FOR KEY SHARE",
            [list(ids)],
        )
        return {user.pk: user for user in rows}

    def named(self, username: str) -> Self:
        """The user of that name, whatever the case of its letters."""
        # The database's lower case on both sides: Python's differs for some letters.
        lower = Lower(Value(username, output_field=models.CharField()))
        return self.alias(lower_username=Lower("username")).filter(lower_username=lower)
