"""How a route is described in the OpenAPI schema: one decorator for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from catalog.shared.error_bodies import BODIES
from catalog.shared.errors import Problem

V = TypeVar("V", bound=Callable[..., Any])


class ErrorTarget(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["field", "parameter", "header"])
    name = serializers.CharField(
        help_text="The field (dotted path), parameter or header that is wrong."
    )


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    target = ErrorTarget(required=False)


class ErrorContainerSerializer(serializers.Serializer[Any]):
    """The error body of the Watson Data API."""

    trace = serializers.CharField(help_text="Names the request in the server's log.")
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]  # the contract's name


class ProjectErrorSerializer(serializers.Serializer[Any]):
    """The error body of projects."""

    code = serializers.CharField(help_text="The status, as text.")
    error = serializers.CharField(help_text="The status, in words.")
    reason = serializers.CharField(help_text="What was wrong.")
    message = serializers.CharField(help_text="What the status means.")
    description = serializers.CharField(help_text="All of it in one sentence.")


#: The error bodies by their names in the setting ERROR_BODIES.
ERROR_BODIES = {"container": ErrorContainerSerializer, "projects": ProjectErrorSerializer}

MEANINGS = {
    400: "The request breaks a rule; the target names the member.",
    401: "No credentials, or none that hold.",
    403: "The caller sees it but may not do that.",
    404: "It does not exist, or not for the caller.",
    409: "It can't be done in the state that things are in.",
    412: "The card has changed since the version that If-Match names.",
    413: "The body is too large.",
    415: "The body is not JSON by its content type.",
    422: "The Idempotency-Key came with another request before.",
    429: "Too many requests, or failures to sign in; Retry-After says how long to wait.",
}
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "not_authorized",
    404: "not_found",
    409: "conflict",
    412: "precondition_failed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "unprocessable",
    429: "too_many_requests",
}
#: What any route with a body may answer besides what its contract lists.
WITH_BODY = (413, 415)


#: The trace that examples have.
TRACE = "4ds6qmpvw9rd4qpnwq5l1vy2u"


def _error(status: int, kind: str) -> OpenApiResponse:
    problem = Problem(CODES[status], MEANINGS[status])
    example = BODIES[kind](status, [problem], TRACE)
    return OpenApiResponse(
        ERROR_BODIES[kind],
        MEANINGS[status],
        [OpenApiExample(CODES[status], example, response_only=True, status_codes=[str(status)])],
    )


def query(
    name: str, description: str, kind: Any = str, *, required: bool = False, **more: Any
) -> OpenApiParameter:
    """A query parameter."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, required, description, **more)


def limit_parameter(default: int) -> OpenApiParameter:
    """The parameter of a paged list."""
    most = settings.MAX_PAGE
    return query("limit", f"How many at most, up to {most}.", int, default=min(default, most))


#: Exactly one of these is required on each call about what is in a container.
CONTAINER = [
    query(
        "catalog_id",
        "The catalog. Give exactly one of catalog_id, project_id, space_id.",
        OpenApiTypes.UUID,
    ),
    query("project_id", "The project.", OpenApiTypes.UUID),
    query("space_id", "The space.", OpenApiTypes.UUID),
]

REVISION = query(
    "revision_id",
    "A revision's number, or 'latest': the card as it was committed then. In projects and spaces.",
)


def operation(
    operation_id: str,
    summary: str,
    *,
    answers: dict[int, Any],
    errors: Sequence[int],
    request: Any = None,
    parameters: Sequence[OpenApiParameter] = (),
    examples: Sequence[tuple[str, Any, Any]] = (),
    tag: str,
    error_body: str = "container",
) -> Callable[[V], V]:
    """Describe one operation.

    ``answers`` maps a good status to its serializer (None: no body), ``examples`` are (name,
    request body, answer's body), either of them None. ``error_body`` is of ERROR_BODIES.
    """
    media_types = list(request) if isinstance(request, dict) else ["application/json"]
    shown = [
        OpenApiExample(
            f"{name} ({which})",
            # The library makes a list of it again where the schema is one.
            value[0] if isinstance(value, list) else value,
            request_only=which == "request",
            response_only=which == "answer",
            status_codes=[str(status) for status in answers],
            media_type=media_type,
        )
        for name, sent, received in examples
        for which, value, media in (
            ("request", sent, media_types),
            ("answer", received, ["application/json"]),
        )
        if value is not None
        for media_type in media
    ]
    statuses = sorted({*errors, *(WITH_BODY if request is not None else ())})
    decorate: Callable[[V], V] = extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=[tag],
        request=request,
        parameters=list(parameters),
        responses={**answers, **{status: _error(status, error_body) for status in statuses}},
        examples=shown,
    )
    return decorate
