"""What every view of the API does besides its own work."""

from __future__ import annotations

import functools
from typing import Any, cast

import orjson
from django.conf import settings
from django.http import HttpResponse
from rest_framework import views
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.services import idempotency
from catalog.services.rate_limits import Spent
from catalog.shared.errors import ApiError, BadRequest, Target, TooLarge
from catalog.shared.json import dump
from catalog.views.parameters import signed_in
from catalog.views.rate_limits import refuse_if_spent, spend_request, tell_what_is_left

KEY = "Idempotency-Key"
MAX_KEY = 255


class APIView(views.APIView):
    """Counts requests against their caller's limit, refused ones too.

    A POST with an ``Idempotency-Key`` has one effect and one answer, however often it comes.
    """

    _spent: Spent | None = None

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except (ApiError, APIException):
            self._spend(request, None)
            raise
        self._spend(request, cast(str | None, request.auth))

    def _spend(self, request: Request, credential: str | None) -> None:
        self._spent = spend_request(request, credential)
        refuse_if_spent(self._spent)

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

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self._spent is not None:
            tell_what_is_left(response, self._spent)
        return response


def _answer_once(post: Any, key: str, request: Request, *args: Any, **kwargs: Any) -> Any:
    """What ``post`` answers the first time, and the same answer after that."""
    parts = [request.get_full_path(), request.content_type or ""]
    said = b"\0".join([*(part.encode() for part in parts), _body(request)])
    sent = idempotency.Sent(user_id=signed_in(request).pk, key=key, request=said)
    answer = idempotency.answer_once(sent, lambda: _kept(post(request, *args, **kwargs)))
    response = _response(answer)
    if answer.is_repeated:
        response["Idempotency-Replayed"] = "true"
    return response


def _body(request: Request) -> bytes:
    """All of the body, which can be read again after this. Raises TooLarge."""
    # Not by Django's property, which takes a body in chunks, of unknown length, for too large.
    raw = request._request.read(settings.MAX_BODY_BYTES + 1)
    if len(raw) > settings.MAX_BODY_BYTES:
        raise TooLarge(f"The body is larger than {settings.MAX_BODY_BYTES} bytes.")
    request._request._body = raw
    return raw


def _kept(response: HttpResponse) -> idempotency.Answer:
    """The answer as it is kept: only one that is not JSON has a content type of its own."""
    headers = dict(response.headers)
    if isinstance(response, Response):
        del headers["Content-Type"]
        body = b"" if response.data is None else dump(response.data)
    else:
        body = response.getvalue()
    return idempotency.Answer(response.status_code, headers, body)


def _response(answer: idempotency.Answer) -> HttpResponse:
    if "Content-Type" in answer.headers:
        return HttpResponse(answer.body, status=answer.status, headers=answer.headers)
    data = orjson.Fragment(answer.body) if answer.body else None
    return Response(data, status=answer.status, headers=answer.headers)
