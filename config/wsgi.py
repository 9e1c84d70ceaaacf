"""What the web server imports."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_django = get_wsgi_application()

from catalog.services.usage import keep_flushing  # noqa: E402  there are no apps before

keep_flushing()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, with two kindnesses to clients.

    It takes a body without a length for none: a chunked one gets the most allowed, and the server
    ends the stream where the body ends, so that no more than was sent is read. And a client that
    puts a slash between the host and the ``href`` of an answer means the ``href``.
    """
    if environ["PATH_INFO"].startswith("//"):
        environ["PATH_INFO"] = "/" + environ["PATH_INFO"].lstrip("/")
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "") and not environ.get("CONTENT_LENGTH"):
        from django.conf import settings

        environ["CONTENT_LENGTH"] = str(settings.MAX_BODY_BYTES + 1)
    response: Iterable[bytes] = _django(environ, start_response)
    return response
