"""What only the real web server shows."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

import pytest

from config.tests.test_up import Up

pytestmark = pytest.mark.up


def chunked(product: Up, chunks: Iterator[bytes]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    try:
        connection.request("POST", "/icp4d-api/v1/authorize", chunks, headers, encode_chunked=True)
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
