"""Which project tokens still hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from catalog.models import ProjectToken  # noqa: F401


class ProjectTokenQuerySet(models.QuerySet["ProjectToken"]):
    def issued(self) -> Self:
        """Tokens that were not deleted."""
        return self.filter(api_key__revoked_at=None)

    def usable(self) -> Self:
        """Tokens that were not deleted, of users who may sign in."""
        return self.issued().filter(creator__is_active=True, creator__deleted_at=None)
