"""Which users there are to sign in or to be named as members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from catalog.models import User  # noqa: F401


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        """Users who may sign in: neither switched off nor deleted."""
        return self.filter(is_active=True, deleted_at__isnull=True)

    def existing(self) -> Self:
        """Users who were not deleted, switched off or not."""
        return self.filter(deleted_at__isnull=True)

    def named(self, username: str) -> Self:
        """The user of that name, whatever the case of its letters."""
        # The database's lower case on both sides: Python's differs for some letters.
        lower = Lower(Value(username, output_field=models.CharField()))
        return self.alias(lower_username=Lower("username")).filter(lower_username=lower)
