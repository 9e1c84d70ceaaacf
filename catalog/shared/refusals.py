"""Answers that no view gives: unreadable URLs, unknown routes, faults of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from catalog.shared.errors import Target
from catalog.shared.exception_handler import answer

PAGES = "/admin/"


class UnreadableUrlMiddleware:
    """Refuses a NUL character in path or query: no column can hold one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            return answer(request, 400, "The path must not contain a NUL character.")
        if "%00" in request.META.get("QUERY_STRING", ""):
            for name, values in request.GET.lists():
                if any("\x00" in text for text in (name, *values)):
                    target = Target(name.replace("\x00", "\ufffd"), "parameter")
                    return answer(
                        request, 400, "A parameter must not contain a NUL character.", target=target
                    )
        return self.get_response(request)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(PAGES):
        return defaults.bad_request(request, exception)
    if isinstance(exception, DisallowedHost):
        host = request.META.get("HTTP_HOST", "")[:100]
        message = f"This server does not answer to '{host}': see CARDWRIGHT_ALLOWED_HOSTS."
        return answer(request, 400, message, target=Target("Host", "header"))
    return answer(request, 400, "The request can't be read.")


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(PAGES):
        return defaults.permission_denied(request, exception)
    return answer(request, 403, "That is not allowed.")


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(PAGES):
        return defaults.page_not_found(request, exception)
    return answer(request, 404, f"There is no route {request.path}.")


def handler500(request: HttpRequest, *args: Any) -> HttpResponse:
    if request.path.startswith(PAGES):
        return defaults.server_error(request)
    return answer(
        request, 500, "The server met a fault. It is logged under the trace id of this answer."
    )
