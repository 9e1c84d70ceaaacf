"""What the environment may say of the provider, and what stops the start."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from catalog.shared.openid import OpenIDConfiguration
from config.openid import openid_configuration

NEEDED = {
    "ISSUER": "https://id.example.com/realms/house",
    "CLIENT_ID": "cardwright",
    "CLIENT_SECRET": "a secret",
}


def configured(monkeypatch: pytest.MonkeyPatch, **variables: str) -> OpenIDConfiguration | None:
    for name, value in (NEEDED | variables).items():
        monkeypatch.setenv(f"CARDWRIGHT_OIDC_{name}", value)
    return openid_configuration()


def test_without_an_issuer_there_is_none_whatever_else_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert configured(monkeypatch, ISSUER="", GROUPS="nonsense") is None
    assert configured(monkeypatch, ISSUER="  ") is None


def test_what_is_needed_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = configured(monkeypatch)
    assert found == OpenIDConfiguration(NEEDED["ISSUER"], "cardwright", "a secret")
    assert "a secret" not in repr(found)


def test_everything_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = configured(
        monkeypatch,
        SCOPES=" openid  groups offline_access",
        NAME="the house account",
        USERNAME_CLAIM="upn",
        GROUPS_CLAIM="realm_access.roles",
        GROUPS="/editors=Editors, a=b=Readers,/others = Editors",
        ADMIN_VALUES="/admins, root",
        STAFF="/editors",
        ALLOW_NEW_USERS="false",
        RECHECK_MINUTES="5",
        TIMEOUT_S="0",
    )
    assert found == OpenIDConfiguration(
        NEEDED["ISSUER"],
        "cardwright",
        "a secret",
        scopes="openid groups offline_access",
        name="the house account",
        username_claim="upn",
        groups_claim="realm_access.roles",
        groups=(("/editors", "Editors"), ("a=b", "Readers"), ("/others", "Editors")),
        admin_values=frozenset({"/admins", "root"}),
        staff_values=frozenset({"/editors"}),
        allow_new_users=False,
        recheck_after=timedelta(minutes=5),
        timeout_s=1,
    )
    assert found.managed_groups == ["Editors", "Readers"]


def test_groups_with_commas_are_said_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    found = configured(monkeypatch, GROUPS='{"cn=editors,ou=data": "Editors"}')
    assert found
    assert found.groups == (("cn=editors,ou=data", "Editors"),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISSUER", "http://id.example.com"),
        ("ISSUER", "id.example.com"),
        ("ISSUER", "https://"),
        ("ISSUER", "https://[broken"),
        ("ISSUER", "https://id.example.com/?a=b"),
        ("ISSUER", "file:///etc/passwd"),
        ("CLIENT_ID", " "),
        ("CLIENT_SECRET", ""),
        ("SCOPES", "profile"),
        ("GROUPS", "Editors"),
        ("GROUPS", "=Editors"),
        ("GROUPS", "/editors="),
        ("GROUPS", f"/editors={'x' * 151}"),
        ("GROUPS", "{"),
        ("GROUPS", '{"/editors": 5}'),
        ("RECHECK_MINUTES", "soon"),
    ],
)
def test_what_can_not_be_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"CARDWRIGHT_OIDC_{name}"):
        configured(monkeypatch, **{name: value})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_plain_http_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    assert configured(monkeypatch, ISSUER=f"http://{host}:8080")
