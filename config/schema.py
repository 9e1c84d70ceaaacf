"""What the OpenAPI schema can't find out by itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


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
