"""Where a request comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def client_address(meta: Mapping[str, Any]) -> str:
    """The client's network address, for counting failures.

    Behind our own proxy it is the last one in X-Forwarded-For, which that proxy added: those before
    it are the client's word.
    """
    if settings.BEHIND_PROXY:
        forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(meta.get("REMOTE_ADDR", ""))
