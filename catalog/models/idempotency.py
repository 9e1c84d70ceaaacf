"""Answers kept for callers who send the same request again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class IdempotentAnswer(models.Model):
    """The answer to a POST with an ``Idempotency-Key``, until its time is over.

    ``key`` is a digest of who sent which key, ``fingerprint`` one of what was sent. ``body`` is
    encrypted: it may show what only the caller may see.
    """

    key = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.key
