"""Where a request comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings


def client_address(meta: Mapping[str, Any]) -> str:
    """The client's network address, for counting failures.

    Behind our own proxy it is the last one in X-Forwarded-For, which that proxy added: those before
    it are the client's word.
    """
    address = str(meta.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        address = forwarded or address
    return _network(address)


def _network(address: str) -> str:
    """The address without a port; of IPv6 the network, for one client has 2**64 addresses there."""
    bare = address.strip("[]") if address.count(":") != 1 else address.partition(":")[0]
    bare = bare.partition("]")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))
