"""Who a user is at a provider of identities, and the sessions that began there."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class ExternalIdentity(models.Model):
    """A user as a provider knows them: by issuer and subject, never by a name or an address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "external identities"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="identity_one_of_an_issuer"),
        ]

    def __str__(self) -> str:
        return self.subject


class ExternalSession(models.Model):
    """A session of the admin that began at a provider, and ends when the provider says so.

    The browser's session names it. The refresh token is encrypted; empty, there was none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identity = models.ForeignKey(ExternalIdentity, models.CASCADE, related_name="sessions")
    refresh_token = models.TextField(blank=True)
    #: When the provider last said that all is well, and when to ask again.
    confirmed_at = models.DateTimeField(default=timezone.now)
    next_check_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
