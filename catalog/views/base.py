"""What every view of the API does besides its own work."""

from __future__ import annotations

import functools
from typing import Any

import orjson
from rest_framework import views
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.services import idempotency
from catalog.shared.errors import BadRequest, Target
from catalog.shared.json import dump

KEY = "Idempotency-Key"
MAX_KEY = 255


class APIView(views.APIView):
    """A POST with an ``Idempotency-Key`` has one effect and one answer, however often it comes."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key, post = request.headers.get(KEY), getattr(self, "post", None)
        is_ours = request.method == "POST" and request.user.is_authenticated
        if key is not None and post is not None and is_ours:
            if not 0 < len(key) <= MAX_KEY:
                raise BadRequest(
                    f"Must have 1 to {MAX_KEY} characters.", target=Target(KEY, "header")
                )
            # Looked up by the framework after this: here it stands before the class's own method.
            vars(self)["post"] = functools.partial(_answer_once, post, key)


def _answer_once(post: Any, key: str, request: Request, *args: Any, **kwargs: Any) -> Response:
    """What ``post`` answers the first time, and the same answer after that."""
    parts = [request.get_full_path(), request.content_type or ""]
    said = b"\0".join([*(part.encode() for part in parts), request._request.body])
    sent = idempotency.Sent(user_id=request.user.pk, key=key, request=said)
    answer = idempotency.answer_once(sent, lambda: _kept(post(request, *args, **kwargs)))
    response = Response(
        orjson.Fragment(answer.body) if answer.body else None,
        status=answer.status,
        headers=answer.headers,
    )
    if answer.is_repeated:
        response["Idempotency-Replayed"] = "true"
    return response


def _kept(response: Response) -> idempotency.Answer:
    body = b"" if response.data is None else dump(response.data)
    return idempotency.Answer(response.status_code, dict(response.headers), body)
