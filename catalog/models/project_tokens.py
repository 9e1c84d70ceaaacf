"""Tokens of projects: keys that programs work in one project with."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models.containers import Container
from catalog.models.users import ApiKey, User
from catalog.querysets.project_tokens import ProjectTokenQuerySet


class ProjectToken(models.Model):
    """A key of a project. Who sends it is ``account``, a member of that project and nothing else.

    A deleted token's row stays, because its account does: cards keep naming that as their owner.
    """

    class Role(models.TextChoices):
        VIEWER = "viewer"
        EDITOR = "editor"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    container = models.ForeignKey(Container, models.CASCADE, related_name="tokens")
    account = models.OneToOneField(User, models.PROTECT, related_name="project_token")
    api_key = models.OneToOneField(ApiKey, models.CASCADE, related_name="project_token")
    # What the account is as a member, while it is one.
    role = models.CharField(max_length=6, choices=Role.choices)
    creator = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)

    objects = ProjectTokenQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["viewer", "editor"]), name="project_token_role_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
