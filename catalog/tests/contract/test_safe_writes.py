"""What every route of the contract promises to careful writers, tried with its own examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import resolve

from catalog.shared.history import CONVERTER
from catalog.tests.contract.shapes import filled, remember
from catalog.tests.contract.test_examples import EXAMPLES, Caller, _schema

pytestmark = pytest.mark.django_db

STALE = {"If-Match": '"999999999"'}


class Careful(Caller):
    """Sends every POST twice under a key of its own, and first names a version that there is not
    where the route knows versions.
    """

    def send(self, step: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        return self.client.generic(
            step["method"],
            filled(step["path"], self.variables),
            json.dumps(filled(step["body"], self.variables)) if "body" in step else "",
            step.get("content_type", "application/json"),
            headers=self.headers_of(step) | (headers or {}),
        )

    def operation_of(self, step: dict[str, Any], paths: dict[str, Any]) -> Any:
        path = filled(step["path"], self.variables).partition("?")[0]
        route = "/" + CONVERTER.sub(r"{\1}", resolve(path).route)
        return paths[route][step["method"].lower()]

    def try_step(self, step: dict[str, Any], key: str, operation: dict[str, Any]) -> None:
        is_done = step["status"] < 400
        if is_done and "412" in operation["responses"]:
            assert self.send(step, STALE).status_code == 412, operation["operationId"]
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        if "Idempotency-Key" in names and not step.get("anonymous"):
            answer, again = (self.send(step, {"Idempotency-Key": key}) for _ in range(2))
            assert ("Idempotency-Replayed" in again.headers) is is_done, operation["operationId"]
            if is_done:
                assert again.content == answer.content, operation["operationId"]
                assert again.status_code == answer.status_code
        else:
            assert step["method"] != "POST" or step.get("anonymous") or is_sign_in(operation)
            answer = self.send(step)
        assert answer.status_code == step["status"], f"{step['path']}: {answer.content}"
        if "answer" in step:
            remember(step["answer"], answer.json(), self.variables)


def is_sign_in(operation: dict[str, Any]) -> bool:
    """Whether it is the one POST that has no caller whose key it could be."""
    return bool(operation["operationId"] == "authorize")


@pytest.fixture(scope="module")
def paths() -> dict[str, Any]:
    found: dict[str, Any] = _schema()["paths"]
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_post_is_done_once_and_each_stale_version_is_refused(
    path: Path, paths: dict[str, Any]
) -> None:
    caller = Careful()
    for number, step in enumerate(json.loads(path.read_text("utf-8"))["steps"]):
        caller.try_step(step, f"step {number}", caller.operation_of(step, paths))
