"""What a group says of itself besides its name."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone


class GroupDetails(models.Model):
    """What the contract tells of a group and Django's table of groups has no column for.

    That no two names differ by the case of their letters alone is an index of that table.
    """

    group = models.OneToOneField(
        Group, models.CASCADE, primary_key=True, related_name="details", editable=False
    )
    description = models.TextField(blank=True)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"details of {self.group_id}"
