"""What only the real web server shows."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

import pytest

from config.tests.test_schemathesis import CARD, Administrator
from config.tests.test_up import Up

pytestmark = pytest.mark.up


def chunked(
    product: Up,
    chunks: Iterator[bytes],
    path: str = "/icp4d-api/v1/authorize",
    more: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"} | (more or {})
    try:
        connection.request("POST", path, chunks, headers, encode_chunked=True)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_body_may_come_in_chunks_without_a_length(product: Up) -> None:
    password = (product.state.path / "admin-password").read_text().strip()
    body = json.dumps({"username": "admin", "password": password}).encode()
    status, answer = chunked(product, iter([body[:10], body[10:]]))
    assert status == 200, answer
    assert json.loads(answer)["token"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/a%00b", "/no/such/route"])
def test_short_answers_tell_their_length(product: Up, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.getheader("Content-Length") == str(len(answer.read()))
    finally:
        connection.close()


def test_a_body_in_chunks_that_is_too_large_is_refused(product: Up) -> None:
    status, answer = chunked(product, iter([b" " * 1_000_000] * 6))
    assert status == 413, answer
    assert json.loads(answer)["errors"][0]["code"] == "payload_too_large"


def test_a_body_in_chunks_may_come_with_an_idempotency_key(product: Up) -> None:
    admin = Administrator(product)
    body = json.dumps({"name": "In chunks", "generator": "tests"}).encode()
    headers = {"Authorization": f"Bearer {admin.token}", "Idempotency-Key": "in chunks"}
    answers = [
        chunked(product, iter([body[:9], body[9:]]), "/v2/catalogs", headers) for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 201, answers[0]
    status, _ = chunked(product, iter([b" " * 1_000_000] * 6), "/v2/catalogs", headers)
    assert status == 413


def test_a_card_that_the_caller_has_is_not_sent_again_and_the_connection_goes_on(
    product: Up,
) -> None:
    admin = Administrator(product)
    catalog = admin.post("/v2/catalogs", {"name": "Library"})["metadata"]["guid"]
    asset = admin.post(f"/v2/assets?catalog_id={catalog}", CARD)["asset_id"]
    path = f"/v2/assets/{asset}?catalog_id={catalog}"
    headers = {"Authorization": f"Bearer {admin.token}"}
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        whole = connection.getresponse()
        tag, card = whole.getheader("ETag"), json.loads(whole.read())
        for tags in (tag, "*", f"W/{tag}"):
            connection.request("GET", path, headers={**headers, "If-None-Match": tags or ""})
            known = connection.getresponse()
            assert (known.status, known.read(), known.getheader("ETag")) == (304, b"", tag)
        connection.request("GET", path, headers=headers)
        assert json.loads(connection.getresponse().read())["entity"] == card["entity"]
    finally:
        connection.close()


def test_an_href_may_come_behind_a_slash_of_the_clients_own(product: Up) -> None:
    admin = Administrator(product)
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {admin.token}"}
        connection.request("GET", "//v2/spaces?limit=1", headers=headers)
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["first"]["href"][:10]) == (
            200,
            "/v2/spaces",
        )
    finally:
        connection.close()
