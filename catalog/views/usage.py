"""Reads that are counted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.views.parameters import signed_in

Get = Callable[..., Response]


def counted(count: Callable[[UUID, int], None], name: str) -> Callable[[Get], Get]:
    """Have each GET that is answered counted, by the id of that name in the path; 304, too."""

    def decorate(get: Get) -> Get:
        @functools.wraps(get)
        def counting(self: Any, request: Request, **ids: Any) -> Response:
            response = get(self, request, **ids)
            count(ids[name], signed_in(request).pk)
            return response

        return counting

    return decorate
