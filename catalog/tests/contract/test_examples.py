"""Each documented example: the same request, the same shape of the answer, no key more or less."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from catalog.services.users import ensure_administrator
from catalog.tests.contract.shapes import differences, filled, remember

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.json"))


class Caller:
    """Sends the steps of one example, as the administrator unless a step is anonymous or has a
    ``bearer`` token of its own.
    """

    def __init__(self) -> None:
        ensure_administrator(username="admin", password="password")
        self.client = Client()
        self.variables: dict[str, str] = {}
        body = {"username": "admin", "password": "password"}
        answer = self.client.post("/icp4d-api/v1/authorize", body, "application/json")
        self.headers = {"Authorization": f"Bearer {answer.json()['token']}"}

    def headers_of(self, step: dict[str, Any]) -> dict[str, str]:
        if bearer := step.get("bearer"):
            return {"Authorization": f"Bearer {filled(bearer, self.variables)}"}
        return {} if step.get("anonymous") else self.headers

    def check(self, step: dict[str, Any]) -> None:
        path = filled(step["path"], self.variables)
        has_body = "body" in step
        answer = self.client.generic(
            step["method"],
            path,
            json.dumps(filled(step["body"], self.variables)) if has_body else "",
            step.get("content_type", "application/json"),
            headers=self.headers_of(step),
        )
        assert answer.status_code == step["status"], (
            f"{step['method']} {path}: {answer.content.decode()}"
        )
        if "answer" not in step:
            assert answer.content == b""
            return
        actual = answer.json()
        remember(step["answer"], actual, self.variables)
        expected = filled(step["answer"], self.variables)
        for name in step.get("unordered_subset", ()):
            shown = {resource["name"]: resource for resource in actual[name]}
            actual[name] = [shown[resource["name"]] for resource in expected[name]]
        found = differences(expected, actual, self.variables)
        assert not found, f"{step['method']} {path}\n" + "\n".join(found)


@pytest.mark.django_db
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_answer_has_the_documented_shape(path: Path) -> None:
    caller = Caller()
    for step in json.loads(path.read_text("utf-8"))["steps"]:
        caller.check(step)


def _schema() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return schema


def test_every_operation_of_the_catalog_has_an_example() -> None:
    shown = {
        (step["method"].lower(), step["path"].partition("?")[0])
        for path in EXAMPLES
        for step in json.loads(path.read_text("utf-8"))["steps"]
    }
    without = [
        f"{method} {route}"
        for route, operations in _schema()["paths"].items()
        for method in operations
        if not any(
            method == m and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), p) for m, p in shown
        )
    ]
    assert without == []
