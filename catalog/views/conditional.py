"""Requests that depend on a card's version: ``ETag``, ``If-Match``, ``If-None-Match``."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.shared.errors import BadRequest, PreconditionFailed, Target

TAGS = re.compile(r'\s*(?:(?:W/)?"[^"]*"\s*(?:,\s*|$))*')
TAG = re.compile(r'(?:W/)?"[^"]*"')


def etag(version: int) -> str:
    """The strong tag of a card's version, whatever part or form of the card is shown."""
    return f'"{version}"'


def tagged(response: Response, version: int) -> Response:
    """The response with the tag of the card's version."""
    response["ETag"] = etag(version)
    return response


def shown(request: Request, version: int, document: Any) -> Response:
    """The tagged answer to a GET of a card or a part of it: 304 for who has this version."""
    if is_known(request, version):
        return tagged(Response(status=304), version)
    return tagged(Response(document), version)


def require_match(request: Request, version: int) -> None:
    """Raise PreconditionFailed unless ``If-Match``, if there is one, names the card's version."""
    tags = _tags(request, "If-Match")
    if tags is not None and tags != ["*"] and etag(version) not in tags:
        raise PreconditionFailed(
            f"The card has changed: it is at {etag(version)} now. Read it again.",
            target=Target("If-Match", "header"),
        )


def is_known(request: Request, version: int) -> bool:
    """Whether ``If-None-Match`` says that the caller has this version of the card."""
    tags = _tags(request, "If-None-Match")
    if tags is None:
        return False
    return tags == ["*"] or etag(version) in [tag.removeprefix("W/") for tag in tags]


def _tags(request: Request, header: str) -> list[str] | None:
    text = request.headers.get(header)
    if text is None:
        return None
    text = text.strip()
    if text == "*":
        return ["*"]
    if not text or not TAGS.fullmatch(text):
        raise BadRequest('Must be * or entity tags, such as "3".', target=Target(header, "header"))
    return TAG.findall(text)
