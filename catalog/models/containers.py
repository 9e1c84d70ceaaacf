"""Containers of cards (catalogs, projects, spaces) and their members."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models.users import User
from catalog.querysets.containers import ContainerQuerySet, MembershipQuerySet


class Container(models.Model):
    """A catalog, a project or a space: holds cards, and decides by its members who sees them."""

    class Kind(models.TextChoices):
        CATALOG = "catalog"
        PROJECT = "project"
        SPACE = "space"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    generator = models.CharField(max_length=255, blank=True)
    account_id = models.CharField("account", max_length=255, editable=False)
    capacity_limit = models.PositiveBigIntegerField(default=0)
    is_governed = models.BooleanField("governed", default=False)
    auto_profiling = models.BooleanField(default=True)
    saml_instance_name = models.CharField(max_length=255, blank=True)
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    is_public = models.BooleanField("public", default=False)
    enforce_members = models.BooleanField(default=False)
    # Members of the contract that are kept and given back, and mean nothing to this server: type,
    # tools, compute, stage, context, settings.
    details = models.JSONField(default=dict, blank=True)
    is_default = models.BooleanField("default catalog", default=False, editable=False)
    creator = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ContainerQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["kind", "created_at", "id"], name="container_kind_created")]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="container_one_default"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["catalog", "project", "space"]), name="container_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(kind="catalog"),
                name="container_default_is_catalog",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def hidden_catalog_of(project_id: uuid.UUID) -> uuid.UUID:
        """The id that a project's cards name as their catalog: no container has it."""
        return uuid.uuid5(project_id, "catalog")

    @staticmethod
    def storage_of(container_id: uuid.UUID) -> uuid.UUID:
        """The id of a project's or space's storage, as their documents show it."""
        return uuid.uuid5(container_id, "storage")

    @staticmethod
    def memberships_of(user: User | AnonymousUser) -> MembershipQuerySet:
        """The memberships of one user, own ones and those of the user's groups; for subqueries."""
        groups = User.groups.through.objects.filter(user_id=user.pk or 0).values("group_id")
        return Membership.objects.filter(Q(user_id=user.pk or 0) | Q(group_id__in=groups))


class Membership(models.Model):
    """What a user, or each user of a group, may do in a container."""

    class Role(models.TextChoices):
        VIEWER = "viewer"
        EDITOR = "editor"
        ADMIN = "admin"

    container = models.ForeignKey(Container, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=6, choices=Role.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "member"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["container", "user"], name="membership_once"),
            models.UniqueConstraint(fields=["container", "group"], name="membership_of_group_once"),
            models.CheckConstraint(
                condition=Q(user=None, group__isnull=False) | Q(user__isnull=False, group=None),
                name="membership_of_user_or_group",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["viewer", "editor", "admin"]), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group} ({self.role})"
