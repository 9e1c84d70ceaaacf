"""Sign-in: every form of credentials, and the slowing down of failures."""

from __future__ import annotations

import base64
import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import ApiKey, SignInFailure, User
from catalog.services import throttle
from catalog.services.api_keys import create_api_key, revoke_api_key
from catalog.services.sign_in import issue_token
from catalog.services.users import create_user, delete_user
from catalog.tests.conftest import Caller, targets

PASSWORD = "a long password"


def authorize(body: Any, **extra: Any) -> Any:
    return Client().post("/icp4d-api/v1/authorize", body, "application/json", **extra)


def header(scheme: str, credentials: str) -> dict[str, str]:
    return {"Authorization": f"{scheme} {credentials}"}


def encoded(name: str, secret: str) -> str:
    return base64.b64encode(f"{name}:{secret}".encode()).decode()


def status(headers: dict[str, str]) -> int:
    return Client().get("/v2/catalogs", headers=headers).status_code


@pytest.fixture
def user(db: None) -> User:
    return create_user(username="rosa", password=PASSWORD)


def test_the_token_has_iat_and_exp_and_opens_the_api(user: User, settings: Any) -> None:
    answer = authorize({"username": "rosa", "password": PASSWORD}).json()
    claims = jwt.decode(answer["token"], settings.TOKEN_KEY, ["HS256"], audience="DSX")
    assert claims["exp"] - claims["iat"] == settings.TOKEN_LIFETIME.total_seconds()
    assert (claims["uid"], claims["role"], answer["permissions"]) == (user.uid, "User", [])
    assert answer["access_token"] == answer["token"]
    assert status(header("Bearer", answer["token"])) == 200


def test_a_name_is_found_in_any_case(user: User) -> None:
    assert authorize({"username": "ROSA", "password": PASSWORD}).status_code == 200


def test_a_name_whose_lower_case_is_longer_is_found(db: None) -> None:
    create_user(username="\u0130rem", password=PASSWORD)
    assert authorize({"username": "\u0130rem", "password": PASSWORD}).status_code == 200


def test_a_password_may_look_like_a_key(db: None) -> None:
    create_user(username="ida", password="cw_looks_like_a_key")
    assert authorize({"username": "ida", "password": "cw_looks_like_a_key"}).status_code == 200
    assert status(header("Basic", encoded("ida", "cw_looks_like_a_key"))) == 200


def test_an_api_key_signs_its_own_user_in_and_nobody_else(user: User) -> None:
    create_user(username="ida", password=PASSWORD)
    _, key = create_api_key(user=user, name="test")
    assert authorize({"username": "rosa", "api_key": key}).status_code == 200
    assert authorize({"username": "rosa", "password": None, "api_key": key}).status_code == 200
    assert authorize({"username": "ida", "api_key": key}).status_code == 401
    assert authorize({"username": "rosa", "api_key": key[:-1] + "x"}).status_code == 401
    assert status(header("ZenApiKey", encoded("rosa", key))) == 200
    assert status(header("Basic", encoded("rosa", key))) == 200
    assert key not in str(ApiKey.objects.values())


def test_a_revoked_an_expired_and_an_orphaned_key_open_nothing(user: User) -> None:
    row, key = create_api_key(user=user, name="test")
    assert revoke_api_key(api_key=row)
    assert not revoke_api_key(api_key=row)
    _, expired = create_api_key(
        user=user, name="old", expires_at=timezone.now() - timedelta(seconds=1)
    )
    _, good = create_api_key(user=user, name="good")
    for secret in (key, expired):
        assert status(header("ZenApiKey", encoded("rosa", secret))) == 401
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert status(header("ZenApiKey", encoded("rosa", good))) == 401


def test_a_token_ends_with_the_api_key_that_it_was_had_for(user: User) -> None:
    row, key = create_api_key(user=user, name="test")
    by_key = authorize({"username": "rosa", "api_key": key}).json()["token"]
    by_password = authorize({"username": "rosa", "password": PASSWORD}).json()["token"]
    assert status(header("Bearer", by_key)) == 200
    revoke_api_key(api_key=row)
    assert status(header("Bearer", by_key)) == 401
    assert status(header("Bearer", by_password)) == 200


def test_basic_takes_a_users_password_until_it_changes(user: User) -> None:
    assert status(header("Basic", encoded("rosa", PASSWORD))) == 200
    assert status(header("Basic", encoded("rosa", PASSWORD))) == 200  # now from memory
    user.set_password("another password")
    user.save()
    assert status(header("Basic", encoded("rosa", PASSWORD))) == 401
    assert status(header("Basic", encoded("rosa", "another password"))) == 200


def test_a_service_account_signs_in_by_key_only(db: None) -> None:
    service = create_user(username="loader", is_service=True)
    service.set_password(PASSWORD)
    service.save()
    _, key = create_api_key(user=service, name="loader")
    assert authorize({"username": "loader", "password": PASSWORD}).status_code == 401
    assert status(header("Basic", encoded("loader", key))) == 200


@pytest.mark.parametrize(
    "value",
    [
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Basic !!!",
        "Basic " + base64.b64encode(b"nocolon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + encoded("a\x00b", "x"),
        "Basic " + encoded("rosa", "cw_\x00_x"),
        "ZenApiKey " + encoded("rosa", "cw_\x00_x"),
        "ZenApiKey " + encoded("rosa", "x"),
        "ZenApiKey " + encoded("rosa", "cw_short"),
        "Digest x",
        "x",
    ],
)
def test_credentials_that_do_not_hold_answer_401_with_how_to_sign_in(
    user: User, value: str
) -> None:
    answer = Client().get("/v2/catalogs", headers={"Authorization": value})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_forged_or_old_token_opens_nothing(user: User, settings: Any) -> None:
    token, claims = issue_token(user)
    forged = jwt.encode(claims, "x" * 32, "HS256")
    unsigned = jwt.encode(claims, None, "none")  # type: ignore[arg-type]  # no key: not signed
    settings.TOKEN_LIFETIME = timedelta(seconds=-1)
    expired, _ = issue_token(user)
    for wrong in (forged, unsigned, expired, token[:-2], token + "x"):
        assert status(header("Bearer", wrong)) == 401
    assert status(header("Bearer", token)) == 200


def test_a_token_expires_even_when_it_was_seen_before(user: User, settings: Any) -> None:
    settings.TOKEN_LIFETIME = timedelta(seconds=2)
    token, claims = issue_token(user)
    assert status(header("Bearer", token)) == 200
    time.sleep(max(claims["exp"] - time.time(), 0) + 0.1)
    assert status(header("Bearer", token)) == 401


def test_a_token_ends_with_the_password_and_with_the_user(user: User, admin: Caller) -> None:
    token, _ = issue_token(user)
    user.set_password("another password")
    user.save()
    assert status(header("Bearer", token)) == 401
    token, _ = issue_token(user)
    assert status(header("Bearer", token)) == 200
    assert admin.user
    delete_user(actor=admin.user, user=user)
    assert status(header("Bearer", token)) == 401


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({}, "username"),
        ({"username": "rosa"}, "password"),
        ({"username": "rosa", "password": ""}, "password"),
        ({"username": 5, "password": "x"}, "username"),
        ({"username": "rosa", "password": ["x"]}, "password"),
        ({"username": "r" * 200, "password": "x"}, "username"),
        ({"username": "rosa", "password": "x" * 5000}, "password"),
        ({"username": "a\x00", "password": "x"}, "username"),
    ],
)
def test_a_bad_sign_in_body_is_refused_by_the_member(db: None, body: Any, target: str) -> None:
    answer = authorize(body)
    assert answer.status_code == 400
    assert target in targets(answer)


class TestThrottling:
    def fail(self, times: int, name: str = "rosa", **extra: Any) -> list[int]:
        return [
            authorize({"username": name, "password": "wrong"}, **extra).status_code
            for _ in range(times)
        ]

    def test_failures_past_the_free_ones_are_slowed_down(self, user: User, settings: Any) -> None:
        free = settings.SIGN_IN_FREE_FAILURES
        assert self.fail(free + 1) == [401] * (free + 1)
        blocked = authorize({"username": "rosa", "password": PASSWORD})
        assert blocked.status_code == 429
        assert int(blocked["Retry-After"]) >= 1
        assert blocked.json()["errors"][0]["code"] == "too_many_requests"

    def test_the_wait_is_over_after_its_time_and_doubles_with_each_failure(
        self, user: User, settings: Any
    ) -> None:
        self.fail(settings.SIGN_IN_FREE_FAILURES + 1)
        past = timezone.now() - timedelta(seconds=1.5)
        SignInFailure.objects.update(last_failed_at=past)
        assert self.fail(1) == [401]
        SignInFailure.objects.update(last_failed_at=past)
        assert self.fail(1) == [429]
        SignInFailure.objects.update(last_failed_at=timezone.now() - timedelta(seconds=2.5))
        assert authorize({"username": "rosa", "password": PASSWORD}).status_code == 200
        assert self.fail(1) == [401]

    def test_another_name_or_address_is_not_slowed_down(self, user: User, settings: Any) -> None:
        self.fail(settings.SIGN_IN_FREE_FAILURES + 1)
        assert self.fail(1) == [429]
        assert self.fail(1, REMOTE_ADDR="10.1.1.1") == [401]
        assert self.fail(1, name="somebody") == [401]

    def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_added(
        self, user: User, settings: Any
    ) -> None:
        forwarded = {"HTTP_X_FORWARDED_FOR": "1.1.1.1, 2.2.2.2"}
        other = {"HTTP_X_FORWARDED_FOR": "1.1.1.1, 3.3.3.3"}
        self.fail(settings.SIGN_IN_FREE_FAILURES + 1, **forwarded)
        assert self.fail(1, **other) == [429]  # no proxy of ours: the header is anybody's word
        SignInFailure.objects.all().delete()
        settings.BEHIND_PROXY = True
        self.fail(settings.SIGN_IN_FREE_FAILURES + 1, **forwarded)
        assert self.fail(1, **forwarded) == [429]
        assert self.fail(1, **other) == [401]

    def test_addresses_of_one_ipv6_network_and_ports_of_one_address_count_together(
        self, user: User, settings: Any
    ) -> None:
        for n in range(settings.SIGN_IN_FREE_FAILURES + 1):
            assert self.fail(1, REMOTE_ADDR=f"2001:db8::{n}") == [401]
        assert self.fail(1, REMOTE_ADDR="[2001:db8::ffff]:443") == [429]
        assert self.fail(1, REMOTE_ADDR="2001:db8:0:1::1") == [401]
        for n in range(settings.SIGN_IN_FREE_FAILURES + 1):
            assert self.fail(1, REMOTE_ADDR=f"10.0.0.1:{n}") == [401]
        assert self.fail(1, REMOTE_ADDR="10.0.0.1") == [429]

    def test_every_way_to_sign_in_counts(self, user: User, settings: Any) -> None:
        for _ in range(settings.SIGN_IN_FREE_FAILURES + 1):
            assert status(header("Basic", encoded("rosa", "wrong"))) == 401
        assert status(header("Basic", encoded("rosa", PASSWORD))) == 429
        assert status(header("ZenApiKey", encoded("rosa", "cw_a_b"))) == 429
        assert authorize({"username": "rosa", "password": PASSWORD}).status_code == 429

    def test_names_are_not_kept_and_old_counts_are_forgotten(self, user: User) -> None:
        self.fail(1, name="secret-typed-as-a-name")
        assert "secret" not in str(SignInFailure.objects.values())
        SignInFailure.objects.update(last_failed_at=timezone.now() - timedelta(days=2))
        assert throttle.forget_old_failures() == 2
        assert not SignInFailure.objects.exists()


class TestUsers:
    def test_only_administrators_manage_users_and_everybody_sees_themselves(
        self, rosa: Caller, admin: Caller, nobody: Caller
    ) -> None:
        body = {"user_name": "ida", "password": PASSWORD}
        assert nobody.post("/usermgmt/v1/user", body).status_code == 401
        assert rosa.post("/usermgmt/v1/user", body).status_code == 403
        assert admin.post("/usermgmt/v1/user", body).status_code == 201
        assert rosa.get("/usermgmt/v1/user/ida").status_code == 403
        assert rosa.get("/usermgmt/v1/user/rosa").json()["username"] == "rosa"
        assert rosa.delete("/usermgmt/v1/user/ida").status_code == 403
        assert admin.delete("/usermgmt/v1/user/ida").status_code == 200
        assert admin.delete("/usermgmt/v1/user/ida").status_code == 404
        assert admin.post("/usermgmt/v1/user", body).status_code == 201

    def test_an_administrator_is_made_by_role_and_can_not_delete_themselves(
        self, admin: Caller
    ) -> None:
        body = {"user_name": "boss", "password": PASSWORD, "user_roles": ["zen_administrator_role"]}
        assert admin.post("/usermgmt/v1/user", body).json()["role"] == "Admin"
        assert admin.delete("/usermgmt/v1/user/admin").status_code == 400

    def test_who_deletes_the_only_admin_of_a_catalog_is_its_admin_then(
        self, rosa: Caller, stranger: Caller, admin: Caller
    ) -> None:
        assert rosa.user
        assert stranger.user
        assert admin.user
        alone = rosa.post("/v2/catalogs", {"name": "Alone"}).json()["href"]
        shared = rosa.post("/v2/catalogs", {"name": "Shared"}).json()["href"]
        body = {"members": [{"user_iam_id": stranger.user.uid, "role": "admin"}]}
        rosa.post(f"{shared}/members", body)
        assert admin.delete("/usermgmt/v1/user/rosa").status_code == 200
        roles = {
            m["user_iam_id"]: m["role"] for m in admin.get(f"{alone}/members").json()["members"]
        }
        assert roles == {admin.user.uid: "admin"}
        shown = stranger.get(f"{shared}/members").json()["members"]
        assert [member["user_iam_id"] for member in shown] == [stranger.user.uid]

    @pytest.mark.parametrize(
        ("change", "expected", "target"),
        [
            ({"user_name": "ADMIN"}, 409, "user_name"),
            ({"user_name": "a b"}, 400, "user_name"),
            ({"user_name": ""}, 400, "user_name"),
            ({"user_name": 5}, 400, "user_name"),
            ({"user_name": "x" * 300}, 400, "user_name"),
            ({"password": "short"}, 400, "password"),
            ({"password": "password"}, 400, "password"),
            ({"email": "nonsense"}, 400, "email"),
            ({"email": "a@" + "b" * 60 + ("." + "c" * 60) * 4 + ".example"}, 400, "email"),
            ({"user_name": ".."}, 400, "user_name"),
            ({"user_roles": ["king"]}, 400, "user_roles"),
            ({"user_roles": "admin"}, 400, "user_roles"),
            ({"colour": "red"}, 400, "colour"),
        ],
    )
    def test_a_bad_user_is_refused_by_the_member(
        self, admin: Caller, change: Any, expected: int, target: str
    ) -> None:
        body = {"user_name": "ida", "password": PASSWORD} | change
        answer = admin.post("/usermgmt/v1/user", body)
        assert (answer.status_code, targets(answer)) == (expected, [target])

    @pytest.mark.parametrize("name", ["a%00b", "%FF", "x" * 500, "a%2Fb"])
    def test_a_strange_name_in_the_path_is_no_fault(self, admin: Caller, name: str) -> None:
        assert admin.get(f"/usermgmt/v1/user/{name}").status_code in (400, 404)
