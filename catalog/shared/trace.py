"""A trace id for each request, on its answer's errors and on each line that it logs."""

from __future__ import annotations

import json
import logging
import secrets
import string
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

ALPHABET = string.ascii_lowercase + string.digits
LENGTH = 25

logger = logging.getLogger(__name__)
_trace: ContextVar[str] = ContextVar("trace", default="")


def current_trace() -> str:
    """The trace id of the request under way: 25 characters a-z0-9; made at first need."""
    trace = _trace.get()
    if not trace:
        number = secrets.randbits(130)
        letters = []
        for _ in range(LENGTH):
            number, index = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[index])
        trace = "".join(letters)
        _trace.set(trace)
    return trace


class TraceMiddleware:
    """Starts a trace for each request and logs refusals and failures with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _trace.set("")
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            if response.status_code >= 400:
                # The path without its query: a signature in it is a secret.
                logger.info(
                    "request_refused",
                    extra={
                        "method": request.method,
                        "path": request.path,
                        "status": response.status_code,
                        "duration_s": round(time.perf_counter() - started, 4),
                    },
                )
            return response
        finally:
            _trace.reset(token)


STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request"}


class JSONFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, event, the trace, and the facts given as
    ``extra``.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if trace := _trace.get():
            line["trace"] = trace
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
