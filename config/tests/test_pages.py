"""Health, metrics, the schema and the Swagger page."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from jsonschema import Draft4Validator

from catalog.shared.trace import JSONFormatter

BODIES = {"get": (), "post": (413, 415), "put": (413, 415), "patch": (413, 415), "delete": ()}


#: Routes that are about cards of projects only, or whose body names the container.
NARROWER: dict[str, set[str]] = {
    "/v2/assets/{asset_id}/publish": {"project_id"},
    "/v2/assets/{asset_id}/promote": {"project_id"},
    "/v2/assets/publish": set(),
}


def schema() -> dict[str, Any]:
    return json.loads(Client().get("/api/schema", {"format": "json"}).content)


def test_the_process_answers_without_a_database() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_ready_when_the_database_answers() -> None:
    assert Client().get("/readyz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_not_ready_without_an_answer_from_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: Any) -> None:
        from django.db import OperationalError

        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reason"] == "the database does not answer"


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_path() -> None:
    client = Client()
    path = "/v2/assets/00000000-0000-0000-0000-000000000001"
    client.get(path)
    client.get("/no/such/route")
    text = client.get("/metrics").content.decode()
    labels = 'method="GET",route="v2/assets/<uuid:asset_id>",status="401"'
    assert f"cardwright_requests_total{{{labels}}} " in text
    assert 'route="none",status="404"' in text
    assert "00000000-0000" not in text
    assert "cardwright_request_duration_seconds_bucket" in text


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/v2/nothing", {"trace", "errors"}),
        ("/v2/asset_files/nothing", {"code", "error", "reason", "message"}),
        ("/v2/projects/x/y", {"code", "error", "reason", "message", "description"}),
        ("/transactional/v2/projects/x/y", {"code", "error", "reason", "message", "description"}),
        ("/v2/jobs/x/y/z", {"code", "message", "trace", "errors"}),
        ("/assets/x/nothing", {"code", "message"}),
        ("/report_asset_nothing/", {"error"}),
    ],
)
def test_an_unknown_route_refuses_in_the_manner_of_its_contract(path: str, keys: set[str]) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    body = answer.json()
    assert set(body) == keys
    code = {"/v2/asset_files": 404, "/assets/": 404, "/v2/projects": "404", "/transactional": "404"}
    for prefix, expected in code.items():
        if path.startswith(prefix):
            assert body["code"] == expected


def test_a_fault_answers_500_with_a_trace_and_tells_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("catalog.views.sign_in.CredentialsSerializer.is_valid", fail)
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        answer = client.post("/icp4d-api/v1/authorize", {"username": "x"}, "application/json")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    logged = [json.loads(JSONFormatter().format(record)) for record in caplog.records]
    assert any("a secret detail" in line.get("exception", "") for line in logged)
    assert re.fullmatch("[a-z0-9]{25}", answer.json()["trace"])


def test_a_log_line_is_json_with_its_facts_and_without_the_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        Client().get("/no/such/route?signature=secret")
    lines = [json.loads(JSONFormatter().format(record)) for record in caplog.records]
    refused = next(line for line in lines if line["event"] == "request_refused")
    assert (refused["path"], refused["status"], refused["method"]) == ("/no/such/route", 404, "GET")
    assert "secret" not in json.dumps(lines)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_answer_to_any_host_and_only_to_reading(path: str) -> None:
    assert Client().get(path, headers={"Host": "10.1.2.3"}).status_code == 200
    assert Client(enforce_csrf_checks=True).post(path).status_code == 405


def test_a_host_that_is_not_served_is_told_which_setting_names_those_that_are() -> None:
    answer = Client().get("/v2/catalogs", headers={"Host": "elsewhere.example.com"})
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["target"] == {"type": "header", "name": "Host"}
    assert "CARDWRIGHT_ALLOWED_HOSTS" in error["message"]


@pytest.mark.django_db
def test_a_database_that_is_away_answers_503_with_when_to_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        from django.db import OperationalError

        raise OperationalError("the connection is lost")

    monkeypatch.setattr("catalog.views.sign_in.sign_in", fail)
    body = {"username": "x", "password": "y"}
    answer = Client().post("/icp4d-api/v1/authorize", body, "application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "lost" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/a%00b", "/v2/catalogs?limit=%00", "/v2/catalogs?%00=1"])
def test_a_nul_character_in_the_url_is_refused(path: str) -> None:
    assert Client().get(path).status_code == 400


def error_body_of(path: str) -> str:
    """The component that a path's refusals have in the schema."""
    kinds = [kind for prefix, kind in settings.ERROR_BODIES.items() if path.startswith(prefix)]
    return {"projects": "ProjectError"}[kinds[0]] if kinds else "ErrorContainer"


def test_every_operation_tells_its_refusals_with_an_example_of_the_body() -> None:
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["operationId"], where
            assert operation["summary"], where
            errors = {int(status) for status in operation["responses"] if int(status) >= 400}
            assert errors >= {*BODIES[method]} if "requestBody" in operation else errors, where
            assert 401 in errors, where
            for status in errors:
                body = operation["responses"][str(status)]["content"]["application/json"]
                assert body["schema"]["$ref"].endswith(f"/{error_body_of(path)}"), where
                assert body["examples"], where
            if path.startswith("/v2/asset"):
                names = {parameter["name"] for parameter in operation["parameters"]}
                containers = NARROWER.get(path, {"catalog_id", "project_id", "space_id"})
                assert names >= containers, where


def test_every_answer_tells_of_the_limit_and_every_operation_of_its_refusal() -> None:
    document = schema()
    limit = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    assert limit < set(document["components"]["headers"])
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                assert limit <= set(response["headers"]), f"{method} {path}: {status}"
            assert "Retry-After" in operation["responses"]["429"]["headers"], path


def test_every_post_takes_a_key_and_refuses_it_for_another_request() -> None:
    posts = 0
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            names = [parameter["name"] for parameter in operation.get("parameters", [])]
            is_post = method == "post" and path != "/icp4d-api/v1/authorize"
            assert names.count("Idempotency-Key") == is_post, f"{method} {path}"
            if is_post:
                assert {"409", "422"} <= set(operation["responses"]), path
                good = [answer for status, answer in operation["responses"].items() if status < "3"]
                assert all("Idempotency-Replayed" in answer["headers"] for answer in good), path
            posts += is_post
    assert posts > 10


#: What is below a card and no part of its version.
APART = {"bulk", "ratings", "publish", "clone", "promote"}


def test_what_changes_a_card_takes_the_version_that_was_read() -> None:
    for path, operations in schema()["paths"].items():
        parts = path.split("/")
        is_card = path.startswith(("/v2/assets/{asset_id}", "/v2/trashed_assets/{asset_id}"))
        for method, operation in operations.items():
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            changes = is_card and method != "get" and not APART & set(parts)
            assert ("If-Match" in names) is changes, f"{method} {path}"
            assert ("412" in operation["responses"]) is changes, f"{method} {path}"
            assert ("If-None-Match" in names) is ("304" in operation["responses"]), path
    card = schema()["paths"]["/v2/assets/{asset_id}"]["get"]
    assert "content" not in card["responses"]["304"]
    assert {"ETag"} <= set(card["responses"]["200"]["headers"])


def test_every_answer_has_an_example_that_fits_its_schema() -> None:
    document = schema()
    without = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            bodies = [
                body
                for status, response in operation["responses"].items()
                if status.startswith("2")
                for body in response.get("content", {}).values()
            ]
            bodies += operation.get("requestBody", {}).get("content", {}).values()
            for body in bodies:
                if "examples" not in body:
                    without.add(f"{method} {path}")
                validator = Draft4Validator(
                    {**body["schema"], "components": document["components"]}
                )
                for name, example in body.get("examples", {}).items():
                    found = [error.message for error in validator.iter_errors(example["value"])]
                    assert found == [], f"{method} {path}: {name}"
    # Completing a remote attachment is always refused: there is no good answer to show.
    assert without == {"post /v2/assets/{asset_id}/attachments/{attachment_id}/complete"}


def test_the_statuses_of_the_contract_are_documented() -> None:
    paths = schema()["paths"]
    expected = {
        ("/v2/catalogs", "get"): "200 400 401 403",
        ("/v2/catalogs", "post"): "201 400 401 403",
        ("/v2/catalogs/{catalog_id}", "get"): "200 401 404",
        ("/v2/catalogs/{catalog_id}", "patch"): "200 400 401 403 404",
        ("/v2/catalogs/{catalog_id}/members", "post"): "201 400 401 403 404",
        ("/v2/asset_types/{type_name}", "put"): "200 400 401 403 404 409",
        ("/v2/assets", "post"): "201 400 401 403 404",
        ("/v2/assets/{asset_id}", "get"): "200 400 401 403 404",
        ("/v2/assets/{asset_id}", "delete"): "204 400 401 403 404",
        ("/v2/assets/{asset_id}/revisions", "get"): "200 400 401 403 404",
        ("/v2/assets/{asset_id}/revisions", "post"): "201 400 401 403 404 409",
        ("/v2/assets/{asset_id}/clone", "post"): "201 400 401 403",
        ("/v2/assets/{asset_id}/publish", "post"): "200 400 401 403",
        ("/v2/assets/{asset_id}/promote", "post"): "200 400 401 403",
        ("/v2/assets/publish", "post"): "201 400 401 403",
        ("/icp4d-api/v1/authorize", "post"): "200 400 401 429",
    }
    for (path, method), statuses in expected.items():
        assert set(statuses.split()) <= set(paths[path][method]["responses"]), path


def test_the_swagger_page_loads_nothing_from_another_host() -> None:
    page = Client().get("/api/docs").content.decode()
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert links
    assert [link for link in links if "//" in link] == []
    for link in links:
        assert Client().get(link).status_code == 200
    assert not re.search(r"https?://(?!127\.0\.0\.1|localhost|testserver)", page)
