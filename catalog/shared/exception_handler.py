"""Turns every exception of a request into the body of its route's contract."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from catalog.shared.error_bodies import body_for
from catalog.shared.errors import ApiError, NotFound, NotSignedIn, Problem, Target, TooLarge, below
from catalog.shared.json import dump
from catalog.shared.trace import current_trace

logger = logging.getLogger(__name__)

#: Our words for the exceptions of the framework.
CODES = {
    400: "bad_request",
    401: NotSignedIn.code,
    403: "not_authorized",
    404: NotFound.code,
    405: "method_not_allowed",
    412: "precondition_failed",
    413: TooLarge.code,
    422: "unprocessable",
    415: "unsupported_media_type",
    429: "too_many_requests",
}
SIGN_IN = 'Bearer realm="cardwright"'


def handle_exception(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to a refusal; None for what is no refusal but a fault of ours (a 500)."""
    refusal = _refusal(exc)
    if refusal is None:
        return None
    status, problems, headers = refusal
    set_rollback()
    request = context["request"]
    return Response(
        body_for(request.path, status, problems, current_trace()), status=status, headers=headers
    )


def _refusal(exc: Exception) -> tuple[int, list[Problem], dict[str, str]] | None:
    if isinstance(exc, ApiError):
        headers = exc.headers | ({"WWW-Authenticate": SIGN_IN} if exc.status == 401 else {})
        return exc.status, exc.problems, headers
    if isinstance(exc, exceptions.ValidationError):
        return 400, list(_flatten(exc.detail)), {}
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        message = "Sign in first: send an Authorization header (Bearer, Basic or ZenApiKey)."
        return 401, [Problem(NotSignedIn.code, message)], {"WWW-Authenticate": SIGN_IN}
    if isinstance(exc, exceptions.APIException):
        status = exc.status_code
        return status, [Problem(CODES.get(status, "bad_request"), str(exc.detail))], {}
    if isinstance(exc, Http404):
        return 404, [Problem(NotFound.code, "Nothing is there.")], {}
    if isinstance(exc, PermissionDenied):
        return 403, [Problem("not_authorized", "That is not allowed.")], {}
    if isinstance(exc, RequestDataTooBig):
        return 413, [Problem(TooLarge.code, "The body is larger than the server takes.")], {}
    if isinstance(exc, OperationalError | InterfaceError):
        logger.error("database_unavailable", exc_info=exc)
        message = "The database does not answer. Try again."
        return 503, [Problem("unavailable", message)], {"Retry-After": "1"}
    if isinstance(exc, SuspiciousOperation):
        return 400, [Problem("bad_request", "The request can't be read.")], {}
    return None


def _flatten(detail: Any, path: str = "") -> Iterator[Problem]:
    """A problem for each message of a DRF validation error, with the dotted path of its field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flatten(inner, path if name == "non_field_errors" else below(path, name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _flatten(inner, below(path, index) if nested else path)
    else:
        yield Problem("bad_request", str(detail), Target(path) if path else None)


def answer(
    request: HttpRequest, status: int, message: str, *, target: Target | None = None
) -> HttpResponse:
    """A refusal from outside of a view: unknown routes, unreadable URLs, faults."""
    problem = Problem(CODES.get(status, "internal_error"), message, target)
    body = dump(body_for(request.path, status, [problem], current_trace()))
    response = HttpResponse(body, status=status, content_type="application/json")
    response["Content-Length"] = str(len(body))
    return response
