"""Who changes something and through which route, told to the database's history."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pghistory
from django.db import connection
from django.http import HttpRequest, HttpResponse

from catalog.shared.trace import current_trace

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
SAFE = ("GET", "HEAD", "OPTIONS")


def changes_by(*, user_id: int | None, route: str) -> Any:
    """A context in which changes are recorded as those of a user through a route, such as
    ``PATCH /v2/assets/{asset_id}`` or ``manage.py import_cards``.
    """
    return pghistory.context(user=user_id, route=route)


def changed_by(user_id: int) -> None:
    """Say who is changing things, once that is known."""
    pghistory.context(user=user_id)


def tell_history() -> None:
    """Tell the present transaction who changes things, for statements that don't go through
    Django's cursors (COPY) or that the library can't add it to (executemany).
    """
    with connection.cursor() as cursor:
        cursor.execute("VALUES (1)")  # any statement that is no SELECT takes it along


class HistoryMiddleware:
    """Records each change with the request's route, its trace and, in the admin, its user.

    Callers of the API are known only once the view has read their credentials: ``changed_by``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE:
            return self.get_response(request)
        with pghistory.context():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        if request.method in SAFE or request.resolver_match is None:
            return
        route = CONVERTER.sub(r"{\1}", request.resolver_match.route)
        pghistory.context(route=f"{request.method} /{route}", trace=current_trace())
        if request.resolver_match.namespace == "admin" and request.user.is_authenticated:
            changed_by(request.user.pk)
