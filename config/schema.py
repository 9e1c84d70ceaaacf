"""What the OpenAPI schema can't find out by itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from catalog.shared.error_bodies import body_for
from catalog.shared.errors import Problem
from catalog.shared.schema import CODES, MEANINGS, TRACE

Operation = dict[str, Any]

#: The whole card and those parts of it whose GET tells the card's version.
TAGGED = {
    "/v2/assets/{asset_id}",
    "/v2/assets/{asset_id}/attributes",
    "/v2/assets/{asset_id}/attributes/{attribute_key}",
    "/v2/assets/{asset_id}/attachments/{attachment_id}",
    "/v2/trashed_assets/{asset_id}",
}
TAGS = r'^(\*|(W/)?"[^"]*"(, *(W/)?"[^"]*")*)$'


def _header(name: str, description: str, **rules: Any) -> dict[str, Any]:
    """A header that a request may have."""
    schema = {"type": "string", **rules}
    return {"in": "header", "name": name, "schema": schema, "description": description}


IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "Any text that no other request of the caller has. Sent again with the same request, it gets "
    "the first one's answer, and nothing is done twice.",
    minLength=1,
    maxLength=255,
)
IF_MATCH = _header(
    "If-Match",
    "The ETag that the card was read with: it is changed only if it still has it.",
    pattern=TAGS,
)
IF_NONE_MATCH = _header(
    "If-None-Match",
    "The ETag that the caller has: 304 without a body if it still holds.",
    pattern=TAGS,
)

HEADERS = {
    "X-RateLimit-Limit": ("integer", "Requests of the caller in a minute; absent without a limit."),
    "X-RateLimit-Remaining": ("integer", "So many more will surely be answered until the reset."),
    "X-RateLimit-Reset": ("integer", "When the allowance begins anew: seconds since 1970."),
    "Retry-After": ("integer", "Seconds to wait before the next try."),
    "Idempotency-Replayed": ("string", "true on the repeated answer to an Idempotency-Key."),
    "ETag": ("string", 'The card\'s version, such as "3"; not of a revision.'),
}
#: What stands on every answer.
ON_ALL = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def tell_of_limits_and_safe_writes(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add what the base view does for every operation: limits, keys of POSTs, versions of cards."""
    result["components"]["headers"] = {
        name: {"description": description, "schema": {"type": kind}}
        for name, (kind, description) in HEADERS.items()
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _tell(path, method, operation)
    return result


def _tell(path: str, method: str, operation: Operation) -> None:
    responses = operation["responses"]
    has_caller = operation["operationId"] != "authorize"
    _refuses(path, operation, 429)
    if method == "post" and has_caller:
        _takes(operation, IDEMPOTENCY_KEY)
        _refuses(path, operation, 409)
        _refuses(path, operation, 422)
        _shows(responses, "Idempotency-Replayed", "2")
        _shows(responses, "Retry-After", "409")
    if "412" in responses:
        _takes(operation, IF_MATCH)
        _shows(responses, "ETag", "200", "201")
    if method == "get" and path in TAGGED:
        _takes(operation, IF_NONE_MATCH)
        responses["304"] = {"description": "The caller has this version."}
        _shows(responses, "ETag", "200", "304")
    _shows(responses, "Retry-After", "429")
    for name in ON_ALL:
        _shows(responses, name, "")
    operation["responses"] = dict(sorted(responses.items()))


def _takes(operation: Operation, header: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append(header)


def _refuses(path: str, operation: Operation, status: int) -> None:
    """Add a refusal that the operation does not tell of yet, in the form of its others."""
    like = operation["responses"]["401"]["content"]["application/json"]["schema"]
    example = body_for(path, status, [Problem(CODES[status], MEANINGS[status])], TRACE)
    examples = {CODES[status]: {"value": example}}
    content = {"application/json": {"schema": like, "examples": examples}}
    answer = {"description": MEANINGS[status], "content": content}
    operation["responses"].setdefault(str(status), answer)


def _shows(responses: dict[str, Any], header: str, *prefixes: str) -> None:
    """Have the answers whose status begins so show the header."""
    for status, response in responses.items():
        if status.startswith(prefixes):
            shown = response.setdefault("headers", {})
            shown[header] = {"$ref": f"#/components/headers/{header}"}


class HeaderAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The three forms of the Authorization header."""

    target_class = "catalog.authentication.HeaderAuthentication"
    name = ["bearer", "basic", "zenApiKey"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "http", "scheme": "basic"},
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "ZenApiKey base64(username:api_key)",
            },
        ]
