"""Projects over REST."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Asset, AssetType, Container, Membership
from catalog.services.containers import create_container
from catalog.tests.conftest import Caller
from catalog.tests.factories import UserFactory
from catalog.tests.places import CARD, created, member, user_of, where

BOOK_TYPE = {"name": "book", "fields": [{"key": "a", "type": "string"}]}
NEW = {"name": "Ferns", "generator": "tests"}
ENTITY = {
    "name",
    "generator",
    "description",
    "public",
    "storage",
    "scope",
    "creator",
    "creator_iam_id",
    "catalog",
    "tags",
    "type",
}


def reason(answer: Any) -> str:
    """What a refusal says; it has the five members of the contract."""
    body = answer.json()
    assert set(body) == {"code", "error", "reason", "message", "description"}
    assert body["code"] == str(answer.status_code)
    return str(body["reason"])


def made(caller: Caller, **more: Any) -> str:
    """The address of a new project."""
    answer = caller.post("/v2/projects", NEW | more)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["location"])


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [project["entity"]["name"] for project in answer.json()["resources"]]


class TestCreating:
    def test_the_answer_is_the_project_and_where_it_is(self, rosa: Caller) -> None:
        answer = rosa.post("/v2/projects", NEW)
        project = Container.objects.get()
        where = f"/v2/projects/{project.pk}"
        assert (answer.status_code, answer["Location"]) == (201, where)
        assert answer.json() == {"location": where, **rosa.get(where).json()}
        entity = answer.json()["entity"]
        assert set(entity) == ENTITY
        assert entity["creator"] == "rosa"
        assert entity["creator_iam_id"] == user_of(rosa).uid
        assert entity["catalog"]["guid"] == str(Container.hidden_catalog_of(project.pk))
        assert entity["storage"]["guid"] == str(Container.storage_of(project.pk))
        moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
        assert re.fullmatch(moment, answer.json()["metadata"]["created_at"])

    def test_every_member_is_kept_and_given_back(self, rosa: Caller) -> None:
        given: dict[str, Any] = {
            "description": "Übersicht\n🌿",
            "public": True,
            "tags": ["a", "b"],
            "tools": ["jupyter_notebooks"],
            "compute": [{"name": "WML", "type": "machine_learning", "crn": "c", "guid": "g"}],
            "type": "wx",
            "context": "df",
        }
        more = {
            "storage": {"type": "bmcos_object_storage", "guid": "x", "resource_crn": "y"},
            "scope": {"bss_account_id": "7", "enforce_members": True},
            "settings": {"audit_events": {"enabled": True}},
        }
        entity = rosa.get(made(rosa, **given, **more) + "?include=settings").json()["entity"]
        given["compute"][0]["credentials"] = {}
        assert {name: entity[name] for name in given} == given
        assert entity["scope"] == {"bss_account_id": "7", "enforce_members": True}
        assert entity["storage"]["type"] == "assetfiles"
        assert entity["settings"] == {
            "access_restrictions": {"data": False},
            "audit_events": {"enabled": True},
        }

    def test_a_service_is_found_by_its_crn_and_its_credentials_are_not_kept(
        self, rosa: Caller
    ) -> None:
        crn = "crn:v1:cpd:private:pm-20:private:a/u:9999-guid::"
        compute = [{"name": "WML", "crn": crn, "credentials": {"api_key": "secret"}}]
        answer = rosa.get(made(rosa, compute=compute))
        [shown] = answer.json()["entity"]["compute"]
        assert (shown["guid"], shown["credentials"]) == ("9999-guid", {})
        assert "secret" not in str(Container.objects.values_list("details"))

    def test_names_need_not_be_unique(self, rosa: Caller) -> None:
        assert made(rosa) != made(rosa)

    def test_a_null_is_as_good_as_absent(self, rosa: Caller) -> None:
        nulls = dict.fromkeys(("description", "public", "tags", "tools", "compute", "type"))
        entity = rosa.get(made(rosa, **nulls, scope=None, storage=None)).json()["entity"]
        assert set(entity) == ENTITY
        assert (entity["tags"], entity["type"], entity["public"]) == ([], "cpd", False)

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({"generator": "g"}, "name"),
            ({"name": "n"}, "generator"),
            ({"name": None, "generator": "g"}, "name"),
            ({"name": " ", "generator": "g"}, "name"),
            ({"name": 5, "generator": "g"}, "name"),
            ({"name": ["x"], "generator": "g"}, "name"),
            ({"name": "n" * 256, "generator": "g"}, "name"),
            (NEW | {"generator": ""}, "generator"),
            (NEW | {"description": {}}, "description"),
            (NEW | {"public": "true"}, "public"),
            (NEW | {"public": 1}, "public"),
            (NEW | {"tags": "a,b"}, "tags"),
            (NEW | {"tags": ["a", 5]}, "tags[1]"),
            (NEW | {"tags": ["t"] * 1001}, "tags"),
            (NEW | {"tools": [None]}, "tools[0]"),
            (NEW | {"storage": "assetfiles"}, "storage"),
            (NEW | {"storage": {"type": "floppy"}}, "storage.type"),
            (NEW | {"compute": {}}, "compute"),
            (NEW | {"compute": [{}]}, "compute[0].name"),
            (NEW | {"scope": {"colour": 1}}, "scope.colour"),
            (NEW | {"settings": {"audit_events": {}}}, "settings.audit_events.enabled"),
            (NEW | {"settings": {"audit_events": None}}, "settings.audit_events"),
            (NEW | {"type": 5}, "type"),
            (NEW | {"colour": "red"}, "colour"),
        ],
    )
    def test_a_bad_project_is_refused_by_the_member(
        self, rosa: Caller, body: Any, place: str
    ) -> None:
        answer = rosa.post("/v2/projects", body)
        assert answer.status_code == 400
        assert f"{place}: " in reason(answer)
        assert not Container.objects.exists()

    @pytest.mark.parametrize("body", [[], "x", 5])
    def test_what_is_no_object_is_refused(self, rosa: Caller, body: Any) -> None:
        answer = rosa.post("/v2/projects", body)
        assert (answer.status_code, reason(answer)) == (400, "An object is required.")

    def test_a_null_is_no_project(self, rosa: Caller) -> None:
        assert rosa.send("POST", "/v2/projects", raw=b"null").status_code == 400
        assert rosa.send("PATCH", made(rosa), raw=b"null").status_code == 400

    def test_text_that_can_not_be_stored_is_refused(self, rosa: Caller) -> None:
        answer = rosa.post("/v2/projects", NEW | {"tags": ["a\x00b"]})
        assert answer.status_code == 400
        assert "tags[0]: " in reason(answer)

    def test_what_is_too_much_to_keep_is_refused(self, rosa: Caller) -> None:
        compute = [{"name": "x", "properties": {"p": "x" * 1_100_000}}]
        answer = rosa.post("/v2/projects", NEW | {"compute": compute})
        assert answer.status_code == 400
        assert "more than 1048576 bytes" in reason(answer)


class TestListing:
    def test_only_projects_that_the_caller_is_in(
        self, rosa: Caller, stranger: Caller, admin: Caller, catalog: Container, space: Container
    ) -> None:
        made(rosa, name="A")
        made(stranger, name="B")
        assert names(rosa.get("/v2/projects")) == ["A"]
        assert names(stranger.get("/v2/projects")) == ["B"]
        assert names(admin.get("/v2/projects")) == ["A", "B"]

    def test_filters(self, rosa: Caller, admin: Caller) -> None:
        first = made(rosa, name="A", tags=["x", "y"], type="wx")
        second = made(rosa, name="B", tags=["y"])
        project = Container.objects.get(name="B")
        ida = member("ida", editor=project)
        guids = [address.rpartition("/")[2] for address in (first, second)]
        shown = {
            "name=A": ["A"],
            "name=a": [],
            "tags=x": ["A"],
            "tags=y": ["A", "B"],
            "tags=x,nothing": ["A"],
            "tags=nothing": [],
            f"guids={guids[1]}": ["B"],
            f"guids={guids[0]},{guids[1]}": ["A", "B"],
            f"guids={guids[0]}&guids={guids[1]}": ["A", "B"],
            "guids=00000000-0000-0000-0000-000000000001": [],
            "member=ida": ["B"],
            "member=IDA": ["B"],
            f"member={user_of(ida).uid}": ["B"],
            "member=rosa": ["A", "B"],
            "member=nobody": [],
            "member=99999999999999999999": [],
            "roles=admin": ["A", "B"],
            "roles=editor": [],
            "member=ida&roles=editor,viewer": ["B"],
            "member=ida&roles=admin": [],
            "type=wx": ["A"],
            "type=cpd": ["B"],
            "name=": ["A", "B"],
        }
        for query, expected in shown.items():
            assert names(rosa.get(f"/v2/projects?{query}")) == expected, query
        assert names(ida.get("/v2/projects?member=rosa")) == ["B"]
        assert names(ida.get("/v2/projects?roles=editor")) == ["B"]
        assert names(admin.get("/v2/projects?roles=admin")) == []

    def test_a_user_of_that_name_comes_before_one_of_that_id(self, rosa: Caller) -> None:
        made(rosa, name="A")
        UserFactory.create(username=user_of(rosa).uid)
        assert names(rosa.get(f"/v2/projects?member={user_of(rosa).uid}")) == []

    def test_a_project_without_a_type_is_of_the_usual_one(
        self, rosa: Caller, project: Container
    ) -> None:
        assert names(rosa.get("/v2/projects?type=cpd")) == ["Forecast"]
        assert names(rosa.get("/v2/projects?type=wx")) == []

    def test_pages_go_on_at_the_bookmark_or_after_those_passed_over(self, rosa: Caller) -> None:
        for number in range(13):
            made(rosa, name=f"P{number}")
        first = rosa.get("/v2/projects").json()
        assert (first["total_results"], len(first["resources"])) == (13, 10)
        second = rosa.get(f"/v2/projects?bookmark={first['bookmark']}")
        assert names(second) == ["P10", "P11", "P12"]
        assert "bookmark" not in second.json()
        assert names(rosa.get("/v2/projects?skip=10")) == ["P10", "P11", "P12"]
        assert names(rosa.get("/v2/projects?limit=2&skip=11")) == ["P11", "P12"]
        empty = rosa.get("/v2/projects?limit=0").json()
        assert empty == {"total_results": 13, "resources": []}
        assert names(rosa.get("/v2/projects?skip=100")) == []

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("limit=-1", "limit"),
            ("limit=201", "limit"),
            ("limit=x", "limit"),
            ("skip=-1", "skip"),
            ("include=all", "include"),
            ("include=fields,all", "include"),
            ("roles=king", "roles"),
            ("roles=admin,king", "roles"),
            ("guids=x", "guids"),
            ("bookmark=forged", "bookmark"),
        ],
    )
    def test_a_bad_parameter_is_refused_by_name(
        self, rosa: Caller, query: str, parameter: str
    ) -> None:
        answer = rosa.get(f"/v2/projects?{query}")
        assert answer.status_code == 400
        assert reason(answer).startswith(f"{parameter}: ")

    def test_a_bookmark_of_another_question_is_refused(self, rosa: Caller) -> None:
        made(rosa, tags=["x"])
        made(rosa, tags=["x"])
        bookmark = rosa.get("/v2/projects?tags=x&limit=1").json()["bookmark"]
        assert rosa.get(f"/v2/projects?bookmark={bookmark}").status_code == 400
        assert rosa.get(f"/v2/projects?tags=x&bookmark={bookmark}").status_code == 200

    def test_sections_are_shown_as_asked_for(self, rosa: Caller) -> None:
        where = made(rosa)
        words = "fields,name,members,tags,settings"
        [entity] = [
            p["entity"] for p in rosa.get(f"/v2/projects?include={words}").json()["resources"]
        ]
        assert set(entity) == ENTITY | {"members", "settings"}
        assert [shown["user_name"] for shown in entity["members"]] == ["rosa"]
        for address in ("/v2/projects", where):
            answer = rosa.get(f"{address}?include=nothing")
            assert (answer.status_code, answer.content) == (204, b"")

    @pytest.mark.parametrize(
        ("include", "more"),
        [
            ("fields", set()),
            ("name", set()),
            ("tags", set()),
            ("storage", set()),
            ("members", {"members"}),
            ("settings", {"settings"}),
            ("integrations", {"integrations"}),
            ("nothing,members", {"members"}),
            ("members&include=settings", {"members", "settings"}),
            ("everything", {"members", "settings", "integrations"}),
        ],
    )
    def test_one_project_shows_its_fields_and_what_is_included(
        self, rosa: Caller, include: str, more: set[str]
    ) -> None:
        answer = rosa.get(f"{made(rosa)}?include={include}")
        assert set(answer.json()["entity"]) == ENTITY | more

    def test_the_list_takes_as_many_queries_for_two_as_for_twenty(
        self, rosa: Caller, django_assert_num_queries: Any
    ) -> None:
        for count in (2, 20):
            while Container.objects.count() < count:
                project = Container.objects.get(pk=made(rosa).rpartition("/")[2])
                Membership.objects.create(
                    container=project, user=UserFactory.create(), role="viewer"
                )
            # the caller, the projects, their members, how many there are
            with django_assert_num_queries(4):
                answer = rosa.get("/v2/projects?include=everything&limit=100")
            assert len(answer.json()["resources"]) == count


class TestChanging:
    def test_given_members_change_and_the_others_stay(self, rosa: Caller) -> None:
        where = made(rosa, tags=["x"], tools=["t"], type="wx")
        before = rosa.get(where).json()
        changes = {"name": "Mosses", "description": "d", "public": True, "tags": ["y"]}
        answer = rosa.patch(where, changes)
        assert answer.status_code == 200
        assert answer.json()["entity"] == before["entity"] | changes
        assert answer.json()["metadata"]["created_at"] == before["metadata"]["created_at"]
        assert rosa.get(where).json() == answer.json()

    def test_the_whole_entity_sent_back_changes_nothing(self, rosa: Caller) -> None:
        compute = [{"name": "WML", "type": "machine_learning", "crn": "c", "guid": "g"}]
        where = made(rosa, tags=["x"], compute=compute, tools=["t"], context="df")
        rosa.send("PUT", f"{where}/integrations/jupyterlab", {"guid": "lab"})
        before = rosa.get(f"{where}?include=everything").json()
        answer = rosa.patch(where, before["entity"])
        assert answer.status_code == 200, answer.content
        after = rosa.get(f"{where}?include=everything").json()
        assert after == before

    def test_the_entity_without_what_can_not_change_works_as_well(self, rosa: Caller) -> None:
        where = made(rosa)
        entity = rosa.get(where).json()["entity"]
        for name in ("storage", "generator", "scope", "creator", "creator_iam_id"):
            del entity[name]
        answer = rosa.patch(where, entity | {"name": "Updated"})
        assert (answer.status_code, answer.json()["entity"]["name"]) == (200, "Updated")

    def test_a_null_takes_a_value_away(self, rosa: Caller) -> None:
        compute = [{"name": "WML", "crn": "c"}]
        where = made(rosa, description="d", tags=["x"], tools=["t"], type="wx", compute=compute)
        nulls = dict.fromkeys(("description", "tags", "tools", "type", "compute", "public"))
        entity = rosa.patch(where, nulls).json()["entity"]
        assert set(entity) == ENTITY
        assert (entity["description"], entity["tags"], entity["type"]) == ("", [], "cpd")

    def test_a_group_of_settings_that_is_not_given_stays(self, rosa: Caller) -> None:
        where = made(rosa, settings={"access_restrictions": {"data": True}})
        rosa.patch(where, {"settings": {"audit_events": {"enabled": True}}})
        rosa.patch(where, {"settings": {}})
        entity = rosa.get(f"{where}?include=settings").json()["entity"]
        assert entity["settings"] == {
            "access_restrictions": {"data": True},
            "audit_events": {"enabled": True},
        }

    def test_nothing_given_changes_nothing(self, rosa: Caller) -> None:
        where = made(rosa)
        before = rosa.get(where).json()
        assert rosa.patch(where, {}).json() == before
        assert rosa.patch(where, {"name": "Ferns"}).json() == before

    @pytest.mark.parametrize(
        ("changes", "place"),
        [
            ({"name": None}, "name"),
            ({"name": ""}, "name"),
            ({"tags": [[]]}, "tags[0]"),
            ({"public": "no"}, "public"),
            ({"compute": [{"name": 5}]}, "compute[0].name"),
            ({"colour": "red"}, "colour"),
            ({"generator": "other"}, "generator"),
            ({"creator": "stranger"}, "creator"),
            ({"creator_iam_id": None}, "creator_iam_id"),
            ({"storage": {"guid": "x"}}, "storage.guid"),
            ({"storage": []}, "storage"),
            ({"scope": {"enforce_members": True}}, "scope.enforce_members"),
            ({"catalog": {"public": True}}, "catalog.public"),
            ({"catalog": {"colour": 1}}, "catalog.colour"),
            ({"members": []}, "members"),
            ({"integrations": {"jupyterlab": {"guid": "x"}}}, "integrations.jupyterlab"),
        ],
    )
    def test_a_bad_change_is_refused_by_the_member_and_nothing_changes(
        self, rosa: Caller, changes: Any, place: str
    ) -> None:
        where = made(rosa)
        before = rosa.get(where).json()
        answer = rosa.patch(where, {"description": "changed"} | changes)
        assert answer.status_code == 400
        assert f"{place}: " in reason(answer)
        assert rosa.get(where).json() == before

    @pytest.mark.parametrize("body", [[], [{"op": "remove", "path": "/name"}], "x"])
    def test_a_list_of_operations_is_no_change_of_a_project(self, rosa: Caller, body: Any) -> None:
        answer = rosa.patch(made(rosa), body)
        assert (answer.status_code, reason(answer)) == (400, "An object is required.")


class TestRights:
    def test_each_role_may_do_its_part(
        self, rosa: Caller, stranger: Caller, nobody: Caller, project: Container
    ) -> None:
        address = f"/v2/projects/{project.pk}"
        viewer = member("vera", viewer=project)
        editor = member("edda", editor=project)
        calls = [
            ("GET", address, None, (200, 200, 200)),
            ("PATCH", address, {"name": "x"}, (403, 403, 200)),
            ("DELETE", address, None, (403, 403, 204)),
        ]
        for method, path, body, expected in calls:
            assert nobody.send(method, path, body).status_code == 401
            answer = stranger.send(method, path, body)
            assert answer.status_code == 404
            assert reason(answer) == f"There is no project {project.pk}."
            for caller, status in zip((viewer, editor, rosa), expected, strict=True):
                assert caller.send(method, path, body).status_code == status, (method, caller.user)
        assert rosa.get(address).status_code == 404
        assert rosa.delete(address).status_code == 404
        assert nobody.get("/v2/projects").status_code == 401
        assert nobody.post("/v2/projects", NEW).status_code == 401

    def test_a_catalog_is_no_project(self, rosa: Caller, catalog: Container) -> None:
        assert rosa.get(f"/v2/projects/{catalog.pk}").status_code == 404
        assert rosa.delete(f"/v2/projects/{catalog.pk}").status_code == 404

    def test_a_public_project_is_seen_by_its_members_alone(
        self, rosa: Caller, stranger: Caller
    ) -> None:
        where = made(rosa, public=True)
        assert stranger.get(where).status_code == 404
        assert names(stranger.get("/v2/projects")) == []


def test_deleting_a_project_deletes_all_that_it_holds_and_nothing_else(
    rosa: Caller, project: Container
) -> None:
    other = create_container(actor=user_of(rosa), kind="project", name="Other")
    for each in (project, other):
        rosa.post(f"/v2/asset_types{where(each)}", BOOK_TYPE)
        created(rosa, each)
    assert rosa.delete(f"/v2/projects/{project.pk}").status_code == 204
    assert Container.objects.get() == other
    assert {asset.container_id for asset in Asset.objects.all()} == {other.pk}
    assert AssetType.objects.get(name="book").container == other
    assert {each.container_id for each in Membership.objects.all()} == {other.pk}


class TestCards:
    """Cards and asset types in projects and spaces."""

    def test_a_card_names_its_project_its_sandbox_and_the_hidden_catalog(
        self, rosa: Caller, project: Container
    ) -> None:
        asset_id = created(rosa, project)
        answer = rosa.get(f"/v2/assets/{asset_id}{where(project)}").json()
        guid, hidden = str(project.pk), str(Container.hidden_catalog_of(project.pk))
        metadata = answer["metadata"]
        placed = {name: metadata[name] for name in ("project_id", "sandbox_id", "catalog_id")}
        assert placed == {"project_id": guid, "sandbox_id": guid, "catalog_id": hidden}
        assert "space_id" not in metadata
        assert answer["href"] == f"/v2/assets/{asset_id}?project_id={guid}"
        entity = rosa.get(f"/v2/projects/{guid}").json()["entity"]
        assert entity["catalog"]["guid"] == hidden
        assert rosa.get(f"/v2/assets/{asset_id}?catalog_id={hidden}").status_code == 404
        assert rosa.get(f"/v2/catalogs/{hidden}").status_code == 404

    def test_a_card_in_a_space_names_the_space_alone(self, rosa: Caller, space: Container) -> None:
        asset_id = created(rosa, space)
        metadata = rosa.get(f"/v2/assets/{asset_id}{where(space)}").json()["metadata"]
        assert metadata["space_id"] == str(space.pk)
        assert not {"project_id", "sandbox_id", "catalog_id"} & set(metadata)

    @pytest.mark.parametrize("kind", ["project", "space"])
    def test_a_client_may_name_the_container_in_the_card(self, rosa: Caller, kind: str) -> None:
        container = create_container(actor=user_of(rosa), kind=kind, name="C")
        so = CARD["metadata"] | {f"{kind}_id": str(container.pk)}
        created(rosa, container, CARD | {"metadata": so})
        other = CARD["metadata"] | {f"{kind}_id": "00000000-0000-0000-0000-000000000001"}
        answer = rosa.post(f"/v2/assets{where(container)}", CARD | {"metadata": other})
        assert answer.status_code == 400

    @pytest.mark.parametrize("kind", ["project", "space"])
    def test_roles_rule_cards_and_types_there_too(
        self, rosa: Caller, stranger: Caller, kind: str
    ) -> None:
        container = create_container(actor=user_of(rosa), kind=kind, name="C")
        viewer, editor = member("vera", viewer=container), member("edda", editor=container)
        asset_id = created(editor, container)
        query = where(container)
        one = f"/v2/assets/{asset_id}{query}"
        assert [c.get(one).status_code for c in (viewer, stranger)] == [200, 404]
        assert viewer.post(f"/v2/assets{query}", CARD).status_code == 403
        assert stranger.post(f"/v2/assets{query}", CARD).status_code == 404
        assert viewer.post(f"/v2/asset_types{query}", BOOK_TYPE).status_code == 403
        assert stranger.get(f"/v2/asset_types{query}").status_code == 404
        assert editor.post(f"/v2/asset_types{query}", BOOK_TYPE).status_code == 201
        book = {"metadata": {"name": "B", "asset_type": "book"}, "entity": {"book": {}}}
        assert editor.post(f"/v2/assets{query}", book).status_code == 201
        shown = {kind["name"] for kind in viewer.get(f"/v2/asset_types{query}").json()["resources"]}
        assert "book" in shown
        assert viewer.get(f"/v2/asset_types/book{query}").status_code == 200

    def test_the_id_of_one_kind_is_none_of_another(self, rosa: Caller, project: Container) -> None:
        asset_id = created(rosa, project)
        for kind in ("catalog", "space"):
            answer = rosa.get(f"/v2/assets/{asset_id}?{kind}_id={project.pk}")
            assert answer.status_code == 404


def test_times_have_milliseconds_whatever_the_moment(rosa: Caller, project: Container) -> None:
    moment = timezone.now().replace(year=2026, month=1, day=2, hour=3, minute=4, second=5)
    Container.objects.filter(pk=project.pk).update(
        created_at=moment.replace(microsecond=6_789), updated_at=moment.replace(microsecond=0)
    )
    metadata = rosa.get(f"/v2/projects/{project.pk}").json()["metadata"]
    assert metadata["created_at"] == "2026-01-02T03:04:05.006Z"
    assert metadata["updated_at"] == "2026-01-02T03:04:05.000Z"
