"""What the tests of the REST API share: callers who signed in, and a catalog."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from catalog.models import Container, User
from catalog.services.containers import create_container
from catalog.services.sign_in import issue_token
from catalog.services.users import create_user


class Caller:
    """Sends requests as one user, or as nobody."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self._client = Client(raise_request_exception=True)

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {issue_token(self.user)[0]}"} if self.user else {}

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The answer; ``body`` goes as JSON, ``raw`` as it is."""
        if raw is None:
            raw = b"" if body is None else json.dumps(body).encode()
        return self._client.generic(
            method, path, raw, content_type, headers=self.authorization | (headers or {})
        )

    def get(self, path: str) -> Any:
        return self.send("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.send("POST", path, body)

    def patch(self, path: str, operations: Any) -> Any:
        return self.send("PATCH", path, operations)

    def delete(self, path: str) -> Any:
        return self.send("DELETE", path)


def targets(answer: HttpResponse) -> list[str]:
    """What the errors of an answer name."""
    errors = json.loads(answer.content)["errors"]
    return [error["target"]["name"] for error in errors if "target" in error]


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords hashed once, not a million times; what hashing is right is Django's own test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def admin(db: None) -> Caller:
    """An administrator of the installation."""
    return Caller(create_user(username="admin", password="a long password", is_admin=True))


@pytest.fixture
def rosa(db: None) -> Caller:
    """A user; the admin of ``catalog``."""
    return Caller(create_user(username="rosa", password="a long password"))


@pytest.fixture
def stranger(db: None) -> Caller:
    """A user who is a member of nothing."""
    return Caller(create_user(username="stranger", password="a long password"))


@pytest.fixture
def nobody(db: None) -> Caller:
    """A caller without credentials."""
    return Caller(None)


@pytest.fixture
def catalog(rosa: Caller) -> Container:
    assert rosa.user
    return create_container(actor=rosa.user, kind="catalog", name="Library")


@pytest.fixture
def project(rosa: Caller) -> Container:
    """A project of rosa's."""
    assert rosa.user
    return create_container(actor=rosa.user, kind="project", name="Forecast")


@pytest.fixture
def space(rosa: Caller) -> Container:
    """A space of rosa's."""
    assert rosa.user
    return create_container(actor=rosa.user, kind="space", name="Production")
