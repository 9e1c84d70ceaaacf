"""The bodies of refusals: one function for each kind that the contracts know.

Which kind a path answers with is the setting ERROR_BODIES, so that a route that does not exist
answers in the manner of its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings

from catalog.shared.errors import Problem

Body = dict[str, Any]
Build = Callable[[int, list[Problem], str], Body]

#: What a status means, in the words of the projects service.
MEANINGS = {
    400: "The server cannot or will not process the request due to an apparent client error.",
    401: "Authentication failed.",
    403: "The request is understood, and refused.",
    404: "Resource requested by the client was not found.",
    409: "The action will not be processed due to a conflict.",
    500: "The server met a condition that it did not expect.",
}


def _problem(problem: Problem) -> Body:
    body: Body = {"code": problem.code, "message": problem.message}
    if problem.target:
        body["target"] = {"type": problem.target.kind, "name": problem.target.name}
    return body


def _words(problems: list[Problem]) -> str:
    return " ".join(problem.message for problem in problems)


def _words_with_places(problems: list[Problem]) -> str:
    """For bodies that have no member for what in the request was wrong."""
    return " ".join(
        f"{problem.target.name}: {problem.message}" if problem.target else problem.message
        for problem in problems
    )


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def container(status: int, problems: list[Problem], trace: str) -> Body:
    """The error container of assets, types, catalogs, connections and spaces."""
    return {"trace": trace, "errors": [_problem(problem) for problem in problems]}


def jobs(status: int, problems: list[Problem], trace: str) -> Body:
    """One error, and the container beside it."""
    return {**_problem(problems[0]), **container(status, problems, trace)}


def asset_files(status: int, problems: list[Problem], trace: str) -> Body:
    """``code`` is a number here."""
    return {
        "code": status,
        "error": _phrase(status),
        "reason": _words_with_places(problems),
        "message": MEANINGS.get(status, _phrase(status)),
    }


def projects(status: int, problems: list[Problem], trace: str) -> Body:
    """Five members, all required; ``code`` is text."""
    reason = _words_with_places(problems)
    message = MEANINGS.get(status, _phrase(status))
    return {
        "code": str(status),
        "error": _phrase(status),
        "reason": reason,
        "message": message,
        "description": f"[{status}] {_phrase(status)}: {reason.rstrip('.')}. {message}",
    }


def assets_api(status: int, problems: list[Problem], trace: str) -> Body:
    """The asset runs API."""
    return {"code": status, "message": _words(problems)}


def simple(status: int, problems: list[Problem], trace: str) -> Body:
    """Dagster's reports."""
    return {"error": _words(problems)}


BODIES: dict[str, Build] = {
    build.__name__: build for build in (container, jobs, asset_files, projects, assets_api, simple)
}


def body_for(path: str, status: int, problems: list[Problem], trace: str) -> Body:
    """The body of a refusal on ``path``, by the contract that the path belongs to."""
    for prefix, kind in settings.ERROR_BODIES.items():
        if path.startswith(prefix):
            return BODIES[kind](status, problems, trace)
    return container(status, problems, trace)
