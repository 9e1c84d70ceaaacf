"""How much of its allowance each caller has been given."""

from __future__ import annotations

from django.db import models


class RateWindow(models.Model):
    """One caller's allowance in one window of time, shared by all server processes.

    ``key`` is a digest of the caller and the limit. The table is unlogged: after a crash of the
    database it is empty, and every window begins anew.
    """

    key = models.CharField(max_length=64, primary_key=True)
    # Windows are counted from 1970 on, so that every process means the same one.
    number = models.BigIntegerField()
    # How much the processes took for themselves in this window, and the last of them.
    leased = models.BigIntegerField()
    granted = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key
