"""Tokens of a project: what they open, what they never do, and when they end."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import ApiKey, Asset, Collaborator, Container, Membership, ProjectToken, User
from catalog.services.accounts import change_account
from catalog.services.api_keys import create_api_key
from catalog.services.containers import create_container, delete_container
from catalog.services.token_accounts import forget_accounts
from catalog.services.users import delete_user
from catalog.shared.errors import BadRequest
from catalog.tests.admin_pages import address, administrator, browser, text_of
from catalog.tests.conftest import Caller
from catalog.tests.factories import UserFactory
from catalog.tests.places import CARD, card, created, member, user_of, where
from catalog.tests.views.test_projects import reason


class Program(Caller):
    """Sends requests with a project token."""

    def __init__(self, token: str) -> None:
        super().__init__(None)
        self.token = token

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def tokens(project: Container) -> str:
    return f"/v2/projects/{project.pk}/tokens"


def issued(caller: Caller, tokens: str, role: str = "editor", name: str = "load") -> Any:
    answer = caller.post(tokens, {"name": name, "scopes": [{"role": role}]})
    assert answer.status_code == 200, answer.content
    return answer.json()


def program(caller: Caller, tokens: str, role: str = "editor") -> Program:
    return Program(issued(caller, tokens, role)["token"])


def account(project: Container) -> User:
    return ProjectToken.objects.get(container=project).account


class TestIssuing:
    def test_a_token_is_shown_once_and_only_a_digest_is_kept(
        self, rosa: Caller, tokens: str, project: Container, caplog: pytest.LogCaptureFixture
    ) -> None:
        scopes = [{"audience": "project", "guid": str(project.pk), "role": "viewer"}]
        answer = rosa.post(tokens, {"name": "nightly", "scopes": scopes})
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        token = answer.json()["token"]
        assert re.fullmatch(r"p-[0-9a-f]{12}-[\w-]{43}", token)
        assert answer.json()["name"] == "nightly"
        assert answer.json()["scopes"] == scopes
        [listed] = rosa.get(tokens).json()["tokens"]
        assert listed == answer.json() | {"token": f"{token[:14]}-****"}
        secret = token[15:]
        rows = [ApiKey.objects.values(), ProjectToken.objects.values(), User.objects.values()]
        assert secret not in str([list(table) for table in rows])
        assert secret not in caplog.text

    def test_its_account_is_a_program_that_can_do_nothing_else(
        self, rosa: Caller, tokens: str, project: Container
    ) -> None:
        issued(rosa, tokens, "editor")
        user = account(project)
        assert (user.is_service, user.is_token, user.is_staff, user.is_superuser) == (
            True,
            True,
            False,
            False,
        )
        assert not user.has_usable_password()
        membership = Membership.objects.get(user=user)
        assert (membership.container, membership.role) == (project, "editor")
        assert ":" in user.username  # which the rule for names allows nobody
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=user.pk).update(is_superuser=True)

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({}, "name"),
            ({"name": "x"}, "scopes"),
            ({"name": "", "scopes": [{"role": "viewer"}]}, "name"),
            ({"name": 5, "scopes": [{"role": "viewer"}]}, "name"),
            ({"name": "n" * 256, "scopes": [{"role": "viewer"}]}, "name"),
            ({"name": "x", "scopes": []}, "scopes"),
            ({"name": "x", "scopes": {}}, "scopes"),
            ({"name": "x", "scopes": [{"role": "viewer"}] * 2}, "scopes"),
            ({"name": "x", "scopes": [{}]}, "scopes[0].role"),
            ({"name": "x", "scopes": [{"role": "admin"}]}, "scopes[0].role"),
            ({"name": "x", "scopes": [{"role": None}]}, "scopes[0].role"),
            ({"name": "x", "scopes": [{"role": "viewer", "guid": "x"}]}, "scopes[0].guid"),
            ({"name": "x", "scopes": [{"role": "viewer", "guid": 5}]}, "scopes[0].guid"),
            (
                {"name": "x", "scopes": [{"role": "viewer", "audience": "space"}]},
                "scopes[0].audience",
            ),
            ({"name": "x", "scopes": [{"role": "viewer"}], "y": 1}, "y"),
        ],
    )
    def test_a_bad_token_is_refused_by_the_member(
        self, rosa: Caller, tokens: str, body: Any, place: str
    ) -> None:
        answer = rosa.post(tokens, body)
        assert answer.status_code == 400
        assert f"{place}: " in reason(answer)
        assert not ProjectToken.objects.exists()
        assert not User.objects.filter(is_token=True).exists()

    def test_a_project_has_no_more_tokens_than_are_listed_at_once(
        self, rosa: Caller, tokens: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("catalog.services.project_tokens.MAX_TOKENS", 2)
        guid = issued(rosa, tokens)["guid"]
        issued(rosa, tokens)
        answer = rosa.post(tokens, {"name": "x", "scopes": [{"role": "viewer"}]})
        assert answer.status_code == 400
        assert "at most 2 tokens" in reason(answer)
        assert rosa.delete(f"{tokens}/{guid}").status_code == 204
        issued(rosa, tokens)

    def test_only_admins_of_the_project_manage_tokens(
        self, rosa: Caller, stranger: Caller, nobody: Caller, tokens: str, project: Container
    ) -> None:
        one = f"{tokens}/{issued(rosa, tokens)['guid']}"
        body = {"name": "x", "scopes": [{"role": "viewer"}]}
        calls = [("GET", tokens, None), ("POST", tokens, body)]
        calls += [("DELETE", one, None), ("DELETE", tokens, None)]
        people = {nobody: 401, stranger: 404, member("vera", viewer=project): 403}
        people[member("edda", editor=project)] = 403
        for method, path, sent in calls:
            for caller, status in people.items():
                assert caller.send(method, path, sent).status_code == status, (method, path)
        assert ProjectToken.objects.issued().count() == 1

    def test_the_list_takes_as_many_queries_for_two_as_for_twenty(
        self, rosa: Caller, tokens: str, django_assert_num_queries: Any
    ) -> None:
        for count in (2, 20):
            while ProjectToken.objects.count() < count:
                issued(rosa, tokens)
            with django_assert_num_queries(3):  # the caller, the project, its tokens
                assert len(rosa.get(tokens).json()["tokens"]) == count


class TestUsing:
    def test_it_works_in_its_project_as_its_role(
        self, rosa: Caller, tokens: str, project: Container
    ) -> None:
        created(rosa, project)
        hidden = created(rosa, project, card("Hidden", rov={"mode": 8}))
        query = where(project)
        for role, status in (("viewer", 403), ("editor", 201)):
            user = program(rosa, tokens, role)
            assert user.get(f"/v2/projects/{project.pk}").status_code == 200
            asset = Asset.objects.exclude(pk=hidden).first()
            assert asset
            assert user.get(f"/v2/assets/{asset.pk}{query}").status_code == 200
            assert user.get(f"/v2/assets/{hidden}{query}").status_code == 404
            assert user.send("POST", f"/v2/assets{query}", CARD).status_code == status
        own = Asset.objects.get(owner__is_token=True)
        shown = rosa.get(f"/v2/assets/{own.pk}{query}").json()["metadata"]
        assert shown["owner_id"] == str(own.owner_id)

    def test_it_opens_nothing_but_its_project(
        self, rosa: Caller, tokens: str, catalog: Container, space: Container, project: Container
    ) -> None:
        other = create_container(actor=user_of(rosa), kind="project", name="Other")
        user = program(rosa, tokens)
        for container in (other, catalog, space):
            asset_id = created(rosa, container)
            for path in (f"/v2/{container.kind}s/{container.pk}",):
                assert user.get(path).status_code == 404
            assert user.get(f"/v2/assets/{asset_id}{where(container)}").status_code == 404
            assert user.send("POST", f"/v2/assets{where(container)}", CARD).status_code == 404
        assert user.get("/v2/catalogs").json()["catalogs"] == []
        [shown] = user.get("/v2/projects").json()["resources"]
        assert shown["metadata"]["guid"] == str(project.pk)

    def test_it_makes_no_containers_and_manages_nothing(
        self, rosa: Caller, tokens: str, project: Container
    ) -> None:
        user = program(rosa, tokens)
        where = f"/v2/projects/{project.pk}"
        name = account(project).username
        refused = [
            ("POST", "/v2/catalogs", {"name": "x"}),
            ("POST", "/v2/projects", {"name": "x", "generator": "x"}),
            ("POST", "/v2/spaces", {"name": "x"}),
            ("POST", "/v2/catalogs/default", {"name": "x"}),
            ("PATCH", where, {"name": "x"}),
            ("DELETE", where, None),
            ("POST", f"{where}/members", {"members": [{"user_name": "rosa", "role": "viewer"}]}),
            ("DELETE", f"{where}/members/rosa", None),
            ("GET", tokens, None),
            ("POST", tokens, {"name": "x", "scopes": [{"role": "editor"}]}),
            ("DELETE", tokens, None),
            ("PUT", f"{where}/settings/audit_events", {"enabled": True}),
            ("GET", "/usermgmt/v1/user/rosa", None),
        ]
        for method, path, body in refused:
            assert user.send(method, path, body).status_code == 403, (method, path)
        assert user.get(f"/usermgmt/v1/user/{name}").status_code == 404
        assert Container.objects.get() == project

    def test_it_signs_nobody_in(self, rosa: Caller, nobody: Caller, tokens: str) -> None:
        token = issued(rosa, tokens)["token"]
        name = ProjectToken.objects.get().account.username
        for secret in ({"api_key": token}, {"password": token}):
            answer = nobody.post("/icp4d-api/v1/authorize", {"username": name} | secret)
            assert answer.status_code == 401
        pair = base64.b64encode(f"{name}:{token}".encode()).decode()
        for scheme in ("Basic", "ZenApiKey"):
            headers = {"Authorization": f"{scheme} {pair}"}
            assert Client().get("/v2/catalogs", headers=headers).status_code in (401, 429)
        form = {"username": name, "password": token}
        assert Client().post("/admin/login/", form).status_code == 200  # the form again
        assert (
            Client().get("/admin/", headers={"Authorization": f"Bearer {token}"}).status_code == 302
        )

    @pytest.mark.parametrize(
        "broken", ["p-", "p-x", "p--", "p-0123456789ab-", "p-0123456789ab-x", "p-é-x", "P-x-y"]
    )
    def test_what_is_no_token_is_refused(self, db: None, broken: str) -> None:
        answer = Program(broken.encode().decode("latin-1")).get("/v2/projects")
        assert answer.status_code == 401
        reason(answer)

    def test_another_secret_under_the_same_prefix_is_refused(
        self, rosa: Caller, tokens: str
    ) -> None:
        first, second = (issued(rosa, tokens)["token"] for _ in range(2))
        assert Program(first[:15] + second[15:]).get("/v2/projects").status_code == 401
        assert Program(first + "x").get("/v2/projects").status_code == 401

    def test_introspection_tells_what_it_is_for(
        self, rosa: Caller, nobody: Caller, tokens: str, project: Container
    ) -> None:
        token = issued(rosa, tokens, "viewer", "reader")
        answer = Program(token["token"]).get("/v2/projects/tokens/introspect")
        assert answer.status_code == 200
        shown = answer.json()
        assert shown.pop("last_used_at")
        assert shown == token | {"token": f"{token['token'][:14]}-****"}
        assert nobody.get("/v2/projects/tokens/introspect").status_code == 401
        answer = rosa.get("/v2/projects/tokens/introspect")
        assert (answer.status_code, reason(answer)[:15]) == (400, "Authorization: ")

    def test_its_last_use_is_written_once_a_minute(self, rosa: Caller, tokens: str) -> None:
        issued_token = issued(rosa, tokens)
        [listed] = rosa.get(tokens).json()["tokens"]
        assert "last_used_at" not in listed
        user = Program(issued_token["token"])

        def writes() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert user.get("/v2/projects").status_code == 200
            return sum(query["sql"].startswith("UPDATE") for query in captured)

        assert [writes(), writes(), writes()] == [1, 0, 0]
        first = ProjectToken.objects.get().last_used_at
        assert first
        old = first - timedelta(seconds=61)
        ProjectToken.objects.update(last_used_at=old)
        assert [writes(), writes()] == [1, 0]
        last = ProjectToken.objects.get().last_used_at
        assert last
        assert last > old
        [listed] = rosa.get(tokens).json()["tokens"]
        assert re.fullmatch(r"[-\dT:]{19}\.\d{3}Z", listed["last_used_at"])


class TestEnding:
    def test_a_deleted_token_ends_at_once_and_its_cards_stay(
        self, rosa: Caller, tokens: str, project: Container
    ) -> None:
        token = issued(rosa, tokens)
        user, other = Program(token["token"]), program(rosa, tokens)
        made = user.send("POST", f"/v2/assets{where(project)}", CARD).json()["asset_id"]
        assert rosa.delete(f"{tokens}/{token['guid']}").status_code == 204
        assert user.get("/v2/projects").status_code == 401
        assert user.get("/v2/projects/tokens/introspect").status_code == 401
        assert other.get("/v2/projects").status_code == 200
        assert rosa.get(f"/v2/assets/{made}{where(project)}").status_code == 200
        assert len(rosa.get(tokens).json()["tokens"]) == 1
        assert rosa.delete(f"{tokens}/{token['guid']}").status_code == 404
        assert Membership.objects.filter(user__is_token=True).count() == 1

    def test_all_of_them_end(self, rosa: Caller, tokens: str) -> None:
        programs = [program(rosa, tokens) for _ in range(3)]
        assert rosa.delete(tokens).status_code == 204
        assert [each.get("/v2/projects").status_code for each in programs] == [401] * 3
        assert rosa.get(tokens).json() == {"tokens": []}
        assert rosa.delete(tokens).status_code == 204

    def test_a_token_of_another_project_is_not_found(self, rosa: Caller, tokens: str) -> None:
        other = create_container(actor=user_of(rosa), kind="project", name="Other")
        guid = issued(rosa, tokens)["guid"]
        answer = rosa.delete(f"/v2/projects/{other.pk}/tokens/{guid}")
        assert answer.status_code == 404
        unknown = "00000000-0000-0000-0000-000000000001"
        assert rosa.delete(f"{tokens}/{unknown}").status_code == 404
        assert ProjectToken.objects.issued().count() == 1

    def test_it_ends_with_its_project_and_nothing_of_it_stays(
        self, rosa: Caller, tokens: str, project: Container
    ) -> None:
        deleted = issued(rosa, tokens)
        rosa.delete(f"{tokens}/{deleted['guid']}")
        user = program(rosa, tokens)
        user.send("POST", f"/v2/assets{where(project)}", CARD)
        people = set(User.objects.filter(is_token=False))
        assert rosa.delete(f"/v2/projects/{project.pk}").status_code == 204
        assert user.get("/v2/projects").status_code == 401
        assert not ProjectToken.objects.exists()
        assert not ApiKey.objects.exists()
        assert set(User.objects.all()) == people

    @pytest.mark.django_db(transaction=True)
    def test_an_account_that_something_elsewhere_names_stays_and_can_do_nothing(
        self, rosa: Caller, tokens: str, project: Container, catalog: Container
    ) -> None:
        user = program(rosa, tokens)
        other = Asset.objects.get(pk=created(rosa, catalog))
        Collaborator.objects.create(asset=other, user=account(project))
        pk = account(project).pk
        assert rosa.delete(f"/v2/projects/{project.pk}").status_code == 204
        assert user.get("/v2/projects").status_code == 401
        left = User.objects.get(pk=pk)
        assert (left.is_active, left.deleted_at is None) == (False, False)
        assert not Container.objects.filter(pk=project.pk).exists()

    def test_many_accounts_go_with_the_project_or_within_the_hour(
        self,
        rosa: Caller,
        tokens: str,
        project: Container,
        catalog: Container,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("catalog.services.token_accounts.MOST_AT_ONCE", 2)
        programs = [program(rosa, tokens) for _ in range(5)]
        named = ProjectToken.objects.order_by("account_id").last()
        assert named
        other = Asset.objects.get(pk=created(rosa, catalog))
        Collaborator.objects.create(asset=other, user=named.account)
        assert rosa.delete(f"/v2/projects/{project.pk}").status_code == 204
        left = User.objects.filter(is_token=True)
        assert left.count() == 3
        assert not left.filter(is_active=True).exists()
        assert [each.get("/v2/projects").status_code for each in programs] == [401] * 5
        removed = [forget_accounts() for _ in range(20)]
        assert sum(removed) == 2
        assert max(removed) <= 2
        assert left.get() == named.account
        other.collaborations.all().delete()
        assert forget_accounts() == 1

    def test_accounts_of_projects_that_are_there_stay(self, rosa: Caller, tokens: str) -> None:
        rosa.delete(f"{tokens}/{issued(rosa, tokens)['guid']}")
        issued(rosa, tokens)
        assert forget_accounts() == 0
        assert User.objects.filter(is_token=True).count() == 2

    def test_it_ends_with_the_user_who_made_it(
        self, rosa: Caller, admin: Caller, tokens: str, project: Container
    ) -> None:
        ida = member("ida", admin=project)
        theirs, own = program(ida, tokens), program(rosa, tokens)
        delete_user(actor=user_of(admin), user=user_of(ida))
        assert theirs.get("/v2/projects").status_code == 401
        assert own.get("/v2/projects").status_code == 200
        assert len(rosa.get(tokens).json()["tokens"]) == 1

    def test_it_does_not_hold_while_the_user_who_made_it_is_switched_off(
        self, rosa: Caller, admin: Caller, tokens: str, project: Container
    ) -> None:
        ida = member("ida", admin=project)
        user = program(ida, tokens)
        for is_active, status in ((False, 401), (True, 200)):
            change_account(
                actor=user_of(admin), user=user_of(ida), changes={"is_active": is_active}
            )
            assert user.get("/v2/projects").status_code == status


class TestAccounts:
    """Accounts of tokens are nobody's to pick."""

    @pytest.fixture
    def robot(self, rosa: Caller, tokens: str, project: Container) -> User:
        issued(rosa, tokens, name="nightly")
        return account(project)

    def test_they_are_no_members_to_see_or_to_change(
        self, rosa: Caller, robot: User, project: Container
    ) -> None:
        where = f"/v2/projects/{project.pk}/members"
        assert [m["user_name"] for m in rosa.get(where).json()["members"]] == ["rosa"]
        shown = rosa.get(f"/v2/projects/{project.pk}?include=members").json()["entity"]["members"]
        assert [m["user_name"] for m in shown] == ["rosa"]
        assert rosa.get(f"{where}/{robot.username}").status_code == 404
        assert rosa.delete(f"{where}/{robot.username}").status_code == 404
        assert rosa.delete(f"{where}?user_names={robot.username}").status_code == 404
        for named in ({"id": robot.uid}, {"user_name": robot.username}):
            body = {"members": [named | {"role": "admin"}]}
            assert rosa.patch(where, body).status_code == 404
            assert rosa.post(where, body).status_code == 400
        assert Membership.objects.get(user=robot).role == "editor"

    def test_nobody_makes_them_members_or_collaborators_elsewhere(
        self, rosa: Caller, robot: User, catalog: Container, space: Container, project: Container
    ) -> None:
        body = {"members": [{"user_iam_id": robot.uid, "role": "viewer"}]}
        answer = rosa.post(f"/v2/catalogs/{catalog.pk}/members", body)
        assert answer.json()["members"] == []
        [failure] = answer.json()["failures"]
        assert failure["reason"]["code"] == "not_found"
        body = {"members": [{"id": robot.uid, "role": "viewer"}]}
        assert rosa.post(f"/v2/spaces/{space.pk}/members", body).status_code == 400
        shared = card("Shared", rov={"mode": 8, "collaborator_ids": {robot.uid: {}}})
        assert rosa.post(f"/v2/assets{where(project)}", shared).status_code == 400
        assert Membership.objects.filter(user=robot).count() == 1

    def test_they_have_no_other_keys(self, robot: User) -> None:
        with pytest.raises(BadRequest):
            create_api_key(user=robot, name="more")
        with pytest.raises(CommandError):
            call_command("create_api_key", robot.username, "more")
        assert ApiKey.objects.count() == 1

    def test_administrators_find_them_under_users_no_more_than_others(
        self, admin: Caller, robot: User
    ) -> None:
        path = f"/usermgmt/v1/user/{robot.username}"
        assert admin.get(path).status_code == 404
        assert admin.delete(path).status_code == 404
        client = browser(administrator())
        for page in (address("user"), address("user") + "?q=token", address("apikey")):
            assert robot.username not in text_of(client.get(page))
            assert "nightly" not in text_of(client.get(page))
        assert client.get(address("user", "change", robot.pk)).status_code == 302
        query = "app_label=catalog&model_name=membership&field_name=user&term=token"
        assert client.get(f"/admin/autocomplete/?{query}").json()["results"] == []

    def test_a_projects_page_in_the_admin_counts_people(
        self, robot: User, project: Container
    ) -> None:
        client = browser(administrator())
        text = text_of(client.get(address("container", "change", project.pk)))
        assert robot.username not in text
        rows = client.get(address("container")).context["cl"].result_list
        assert [row.member_count for row in rows] == [1]

    def test_who_looks_at_a_card_of_theirs_sees_the_tokens_name(
        self, rosa: Caller, robot: User, project: Container
    ) -> None:
        created(rosa, project)
        Asset.objects.update(owner=robot)
        assert "nightly (project token)" in text_of(browser(administrator()).get(address("asset")))


def test_a_container_without_tokens_is_deleted_as_ever(project: Container) -> None:
    UserFactory.create(is_token=True, is_service=True, username="token:of-another")
    delete_container(container=project)
    assert User.objects.filter(is_token=True).count() == 1
