"""The one error type: a refusal that the caller can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TargetKind = Literal["field", "parameter", "header"]


@dataclass(frozen=True)
class Target:
    """What in the request was wrong: a field of the body (dotted path), a parameter, a header."""

    name: str
    kind: TargetKind = "field"


def below(path: str, member: str | int) -> str:
    """The path of a member or an element: ``metadata.tags[0]``."""
    if isinstance(member, int):
        return f"{path}[{member}]"
    return f"{path}.{member}" if path else member


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a stable ``code``, a ``message`` for people, what it is about."""

    code: str
    message: str
    target: Target | None = None


class ApiError(Exception):
    """A refusal with its HTTP status. ``target`` as text names a field of the body."""

    code, status = "bad_request", 400

    def __init__(
        self,
        message: str,
        *,
        target: str | Target | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.target = Target(target) if isinstance(target, str) else target
        self.code = code or self.code
        self.headers = headers or {}

    @property
    def problems(self) -> list[Problem]:
        return [Problem(self.code, self.message, self.target)]


class BadRequest(ApiError):
    """The request can't be read or breaks a rule."""


class Several(BadRequest):
    """A request in which several things are wrong, all told at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message)
        self._problems = problems

    @property
    def problems(self) -> list[Problem]:
        return self._problems


class NotSignedIn(ApiError):
    """No credentials, or none that hold."""

    code, status = "unauthorized", 401


class NotAuthorized(ApiError):
    """The caller sees it but may not do that to it."""

    code, status = "not_authorized", 403


class NotFound(ApiError):
    """It does not exist, or the caller may not know that it does."""

    code, status = "not_found", 404


class Conflict(ApiError):
    """It can't be done in the state that things are in."""

    code, status = "conflict", 409


class PreconditionFailed(ApiError):
    """It changed since the caller read it."""

    code, status = "precondition_failed", 412


class Unprocessable(ApiError):
    """It can be read, and contradicts what was said before."""

    code, status = "unprocessable", 422


class TooLarge(ApiError):
    """The body is larger than the server takes."""

    code, status = "payload_too_large", 413


class TooManyRequests(ApiError):
    """Try again after ``retry_after_s`` seconds, as the Retry-After header says too."""

    code, status = "too_many_requests", 429

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after_s)})


class BadGateway(ApiError):
    """Another service, which is needed, gave an answer that can't be used."""

    code, status = "bad_gateway", 502


class Unavailable(ApiError):
    """Another service, which is needed, gives no answer."""

    code, status = "unavailable", 503
