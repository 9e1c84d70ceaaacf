"""A card's history over REST: as it was, what changed, and back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import jsonpatch
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import (
    Asset,
    AssetEvent,
    AssetType,
    Attachment,
    AttachmentEvent,
    Collaborator,
    Container,
    Membership,
    User,
)
from catalog.selectors import card_versions
from catalog.services.users import create_user, delete_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import CatalogFactory

pytestmark = pytest.mark.django_db

CARD: dict[str, Any] = {
    "metadata": {"name": "Sales", "asset_type": "data_asset", "tags": ["a"]},
    "entity": {"data_asset": {"mime_type": "text/csv"}},
}

FIELDS = [{"key": "title", "type": "string"}]


class Card:
    """A card of rosa's, and what can be done with it over REST."""

    def __init__(self, caller: Caller, catalog: Container, body: dict[str, Any] = CARD) -> None:
        self.caller, self.query = caller, f"?catalog_id={catalog.pk}"
        answer = caller.post(f"/v2/assets{self.query}", body)
        assert answer.status_code == 201, answer.content
        self.id = answer.json()["asset_id"]

    def path(self, below: str = "", more: str = "") -> str:
        return f"/v2/assets/{self.id}{below}{self.query}{more}"

    def change(self, path: str, value: Any) -> None:
        answer = self.caller.patch(self.path(), [{"op": "add", "path": path, "value": value}])
        assert answer.status_code == 200, answer.content

    def get(self, **more: Any) -> Any:
        answer = self.caller.get(self.path("", "".join(f"&{k}={v}" for k, v in more.items())))
        assert answer.status_code == 200, answer.content
        return answer.json()

    def versions(self, more: str = "") -> list[dict[str, Any]]:
        answer = self.caller.get(self.path("/history", more))
        assert answer.status_code == 200, answer.content
        return list(answer.json()["resources"])

    def restore(self, body: Any, **headers: str) -> Any:
        return self.caller.send("POST", self.path("/history/restore"), body, headers=headers)

    def attach(self, connection_path: str = "/a", **more: Any) -> str:
        if not hasattr(self, "connection"):
            body = {
                "metadata": {"name": "Warehouse", "asset_type": "connection"},
                "entity": {"connection": {}},
            }
            self.connection = self.caller.post(f"/v2/assets{self.query}", body).json()["asset_id"]
        item = {"asset_type": "data_asset", "connection_id": self.connection, **more}
        item["connection_path"] = connection_path
        answer = self.caller.post(self.path("/attachments"), item)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["attachment_id"])


@pytest.fixture
def card(rosa: Caller, catalog: Container) -> Card:
    return Card(rosa, catalog)


def applied(versions: list[dict[str, Any]]) -> list[Any]:
    """The state after each change, from the first on."""
    states: list[Any] = [{}]
    for version in reversed(versions):
        states.append(jsonpatch.JsonPatch(version["changes"]).apply(states[-1]))
    return states[1:]


def state_of(document: dict[str, Any]) -> Any:
    """The part of a card's document that history is about."""
    left_out = ("usage", "rating", "total_ratings", "commit_info")
    state = {
        "metadata": {n: v for n, v in document["metadata"].items() if n not in left_out},
        "entity": document["entity"],
    }
    if "attachments" in document:
        state["attachments"] = [
            {n: v for n, v in item.items() if n != "usage"} for item in document["attachments"]
        ]
    return state


def test_a_card_is_shown_as_it_was_at_any_time_with_the_tag_of_then(card: Card) -> None:
    documents, times = [card.get()], [timezone.now()]
    attachment = card.attach("/first", name="one")
    documents.append(card.get())
    times.append(timezone.now())
    card.change("/metadata/name", "Sales 2026")
    card.change("/entity/data_asset/n", 1)
    card.caller.delete(card.path(f"/attachments/{attachment}"))
    documents.append(card.get())
    times.append(timezone.now())
    for document, time in zip(documents, times, strict=True):
        answer = card.caller.get(card.path("", f"&as_of={time.isoformat().replace('+', '%2B')}"))
        then = answer.json()
        assert state_of(then) == state_of(document)
        assert then["href"] == document["href"]
        assert then.keys() == document.keys()
        for name in ("last_updated_at", "last_update_time", "last_updater_id"):
            assert then["metadata"]["usage"][name] == document["metadata"]["usage"][name]
    assert [
        card.caller.get(card.path("", f"&as_of={time.isoformat()}")).headers["ETag"]
        for time in times
    ] == ['"1"', '"2"', '"5"']


def test_the_changed_at_of_a_version_shows_that_version(card: Card) -> None:
    card.change("/metadata/name", "Second")
    card.change("/metadata/name", "Third")
    for version in card.versions():
        shown = card.get(as_of=version["changed_at"])
        assert (
            shown["metadata"]["name"] == {1: "Sales", 2: "Second", 3: "Third"}[version["version"]]
        )


def test_a_known_version_of_then_is_not_sent_again(card: Card) -> None:
    time = timezone.now().isoformat()
    card.change("/metadata/name", "New")
    path = card.path("", f"&as_of={time}")
    answer = card.caller.send("GET", path, headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"], answer.content) == (304, '"1"', b"")


@pytest.mark.parametrize("time", ["2999-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_a_future_time_shows_the_present(card: Card, time: str) -> None:
    card.change("/metadata/name", "New")
    assert state_of(card.get(as_of=time)) == state_of(card.get())


def test_milliseconds_are_read_as_a_time(card: Card) -> None:
    assert card.get(as_of=4_102_444_800_000)["metadata"]["name"] == "Sales"
    answer = card.caller.get(card.path("", "&as_of=1000"))
    assert (answer.status_code, targets(answer)) == (404, ["as_of"])


def test_before_its_creation_there_was_no_card(card: Card) -> None:
    created = AssetEvent.objects.get(pgh_obj_id=card.id).pgh_created_at
    before = created - timedelta(microseconds=1)
    assert card.caller.get(card.path("", f"&as_of={before.isoformat()}")).status_code == 404
    assert card.get(as_of=created.isoformat().replace("+", "%2B"))["metadata"]["name"] == "Sales"


@pytest.mark.parametrize(
    "time",
    [
        "x", "2026-", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "99999999999999999999",
        "2026-01-01T00:00:00%2B99:00", "-1", "1e3", "0001-01-01T00:00:00%2B14:00", "now",
        "2026-01-01T25:00:00Z", "%F0%9F%8C%BF", "NaN", "9999999999999999",
    ],
)  # fmt: skip
def test_a_bad_time_is_refused_by_name(card: Card, time: str) -> None:
    answer = card.caller.get(card.path("", f"&as_of={time}"))
    assert (answer.status_code, targets(answer)) == (400, ["as_of"]), answer.content


def test_a_time_and_a_revision_are_too_much(card: Card) -> None:
    answer = card.caller.get(card.path("", "&as_of=2026-01-01T00:00:00Z&revision_id=1"))
    assert (answer.status_code, targets(answer)) == (400, ["as_of"])


def test_counts_are_as_they_are_now(card: Card) -> None:
    time = timezone.now().isoformat().replace("+", "%2B")
    card.change("/metadata/name", "New")
    card.caller.post(card.path("/ratings"), {"rating": 4, "review": ""})
    then = card.get(as_of=time)["metadata"]
    assert (then["name"], then["rating"], then["total_ratings"]) == ("Sales", 4, 1)


def test_what_was_read_of_an_attachment_is_as_now_and_nothing_once_it_is_gone(card: Card) -> None:
    kept, gone = card.attach("/kept"), card.attach("/gone")
    time = timezone.now().isoformat().replace("+", "%2B")
    Attachment.objects.filter(pk=kept).update(access_count=7)
    card.caller.delete(card.path(f"/attachments/{gone}"))
    items = {item["id"]: item for item in card.get(as_of=time)["attachments"]}
    assert items.keys() == {kept, gone}
    assert items[kept]["usage"]["access_count"] == 7
    assert items[gone]["usage"]["access_count"] == 0


def test_a_card_that_was_in_the_trash_then_says_so(card: Card) -> None:
    card.caller.delete(card.path())
    time = timezone.now().isoformat().replace("+", "%2B")
    assert card.caller.get(card.path("", f"&as_of={time}")).status_code == 404
    card.caller.post(f"/v2/trashed_assets/{card.id}/restore{card.query}", None)
    then = card.get(as_of=time)
    assert then["metadata"]["asset_state"] == "deleted"
    assert then["href"] == card.get()["href"]
    assert [version["action"] for version in card.versions()] == ["restored", "deleted", "created"]


def test_each_version_tells_who_when_through_what_and_what(
    card: Card, rosa: Caller, catalog: Container
) -> None:
    assert rosa.user
    ida = create_user(username="ida", password="a long password")
    Membership.objects.create(container=catalog, user=ida, role="editor")
    changes = [{"op": "replace", "path": "/metadata/name", "value": "New"}]
    Caller(ida).patch(card.path(), changes)
    last, first = card.versions()
    assert last.pop("trace")
    assert last.pop("changed_at") > first["changed_at"]
    assert last == {
        "version": 2,
        "user_id": ida.uid,
        "user_name": "ida",
        "route": "PATCH /v2/assets/{asset_id}",
        "action": "changed",
        "changes": changes,
    }
    assert (first["version"], first["action"]) == (1, "created")
    assert (first["user_name"], first["route"]) == ("rosa", "POST /v2/assets")
    assert first["changes"][0]["path"] == "/metadata"


def test_the_changes_make_each_version_of_the_one_before(card: Card) -> None:
    documents = [card.get()]

    def remember() -> None:
        documents.append(card.get())

    card.change("/metadata/tags/0", "b")
    remember()
    attachment = card.attach("/one", name="one", user_data={"a/b": 1, "~": 2, "": 3})
    remember()
    other = card.attach("/two")
    remember()
    path = card.path(f"/attachments/{attachment}")
    card.caller.patch(path, [{"op": "replace", "path": "/name", "value": "uno"}])
    remember()
    card.change("/entity/data_asset", {"a/b": [1, True, 1.5], "~": {"": None}, "": "empty"})
    remember()
    card.change("/entity/data_asset", {"a/b": [True, 1, 1.5], "~": {"": {}}, "": "empty"})
    remember()
    card.caller.delete(path)
    remember()
    card.caller.delete(card.path(f"/attachments/{other}"))
    remember()
    assert applied(card.versions()) == [state_of(document) for document in documents]
    assert [json.dumps(state, sort_keys=True) for state in applied(card.versions())] == [
        json.dumps(state_of(document), sort_keys=True) for document in documents
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_pages_have_every_version_once_newest_first_whatever_their_length(
    card: Card, limit: int
) -> None:
    for number in range(4):
        card.attach(f"/{number}")
        card.change("/metadata/description", str(number))
    path, versions = card.path("/history", f"&limit={limit}"), []
    while path:
        answer = card.caller.get(path).json()
        assert answer["first"]["href"] == card.path("/history", f"&limit={limit}")
        assert 0 < len(answer["resources"]) <= limit
        versions += answer["resources"]
        path = answer.get("next", {}).get("href")
    assert [version["version"] for version in versions] == list(range(9, 0, -1))
    assert versions == card.versions("&limit=100")
    assert applied(versions)[-1] == state_of(card.get())


def test_a_page_of_large_versions_ends_early(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        card.change("/entity/data_asset/text", str(number) * 1000)
    whole = card.versions()
    monkeypatch.setattr(card_versions, "MAX_PAGE_TEXT", 2500)
    path, versions, sizes = card.path("/history"), [], []
    while path:
        answer = card.caller.get(path).json()
        versions += answer["resources"]
        sizes.append(len(answer["resources"]))
        path = answer.get("next", {}).get("href")
    assert versions == whole
    assert sizes == [2, 2, 3]


def test_a_page_takes_as_many_queries_for_20_versions_as_for_2(card: Card) -> None:
    for number in range(30):
        card.attach(f"/{number}")

    def queries(limit: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(card.versions(f"&limit={limit}")) == limit
        return len(captured)

    assert queries(2) == queries(20)


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=100000", "start=x", "start=WzFd"])
def test_a_bad_parameter_of_a_page_is_refused_by_name(card: Card, query: str) -> None:
    answer = card.caller.get(card.path("/history", f"&{query}"))
    assert (answer.status_code, targets(answer)) == (400, [query.partition("=")[0]])


def test_the_place_of_one_cards_history_is_none_in_anothers(card: Card, catalog: Container) -> None:
    card.change("/metadata/name", "New")
    start = card.caller.get(card.path("/history", "&limit=1")).json()["next"]["href"]
    other = Card(card.caller, catalog)
    answer = card.caller.get(start.replace(card.id, other.id))
    assert (answer.status_code, targets(answer)) == (400, ["start"])


@pytest.mark.parametrize("below", ["", "/history", "/history/diff"])
def test_the_rights_of_today_decide_also_about_the_past(
    rosa: Caller, stranger: Caller, catalog: Container, below: str
) -> None:
    """A card that is private now tells nothing of when it was not, and the other way round."""
    card = Card(rosa, catalog)
    viewer = Caller(create_user(username="ida", password="a long password"))
    assert viewer.user
    Membership.objects.create(container=catalog, user=viewer.user, role="admin")
    time = timezone.now().isoformat().replace("+", "%2B")
    path = card.path(below, f"&as_of={time}&from=1")
    absent = path.replace(card.id, str(uuid4()))

    def said(caller: Caller, path: str) -> tuple[int, str]:
        answer = caller.get(path)
        body = answer.json()
        body.pop("trace", None)
        return answer.status_code, json.dumps(body).replace(card.id, "…").replace(
            absent.split("/")[3].partition("?")[0], "…"
        )

    assert viewer.get(path).status_code == 200
    assert said(stranger, path) == said(stranger, absent)
    rosa.send("PUT", card.path("/perms"), {"mode": 8})
    assert said(viewer, path)[0] == 404
    assert said(viewer, path) == said(viewer, absent)
    card.change("/metadata/name", "Secret")
    rosa.send("PUT", card.path("/perms"), {"mode": 0})
    assert viewer.get(path).status_code == 200
    rosa.delete(card.path())
    assert said(rosa, path)[0] == 404
    assert said(rosa, path) == said(rosa, absent)


def test_a_purged_card_whose_id_comes_back_is_another_card(
    card: Card, rosa: Caller, catalog: Container
) -> None:
    """Its history was visible to others; an import can give the id to a card anywhere."""
    card.attach("/secret", name="secret")
    then = timezone.now().isoformat().replace("+", "%2B")
    stored = Asset.objects.get(pk=card.id)
    rosa.delete(card.path("", "&purge_on_delete=true"))
    assert rosa.get(card.path("/history")).status_code == 404
    elsewhere = CatalogFactory.create(creator=rosa.user)
    stored.container, stored.version, stored.name = elsewhere, 1, "Another"
    stored.save(force_insert=True)
    card.query = f"?catalog_id={elsewhere.pk}"
    assert [version["version"] for version in card.versions()] == [1]
    assert "secret" not in json.dumps(card.versions())
    assert applied(card.versions()) == [state_of(card.get())]
    assert rosa.get(card.path("", f"&as_of={then}")).status_code == 404
    assert rosa.get(card.path("/history/diff", "&from=2")).status_code == 404


def test_nobody_is_named_who_is_not_known(card: Card, rosa: Caller, admin: Caller) -> None:
    assert rosa.user
    assert admin.user
    ida = create_user(username="ida", password="a long password", is_admin=True)
    Caller(ida).patch(card.path(), [{"op": "replace", "path": "/metadata/name", "value": "x"}])
    delete_user(actor=admin.user, user=ida)
    AssetEvent.objects.filter(pgh_obj_id=card.id, version=1).update(pgh_context=None)
    Asset.objects.filter(pk=card.id).update(size=5)  # past all services
    AssetEvent.objects.filter(pgh_obj_id=card.id, size=5).update(pgh_context=None)
    named = [(each["user_id"], each["user_name"], each["route"]) for each in card.versions()]
    assert named == [
        (None, None, None),
        (ida.uid, None, "PATCH /v2/assets/{asset_id}"),
        (rosa.user.uid, "rosa", None),
    ]


def test_two_points_are_compared_by_version_or_time(card: Card) -> None:
    time = timezone.now().isoformat().replace("+", "%2B")
    card.change("/metadata/name", "Second")
    card.change("/metadata/description", "said")
    name, description = (
        {"op": "replace", "path": f"/metadata/{member}", "value": value}
        for member, value in (("name", "Second"), ("description", "said"))
    )
    for query, versions, changes in [
        ("from=1&to=2", (1, 2), [name]),
        (f"from={time}&to=3", (1, 3), [name, description]),
        ("from=2", (2, 3), [description]),
        (f"from=3&to={time}", (3, 1), [name | {"value": "Sales"}, description | {"value": ""}]),
        ("from=2&to=2", (2, 2), []),
    ]:
        answer = card.caller.get(card.path("/history/diff", f"&{query}")).json()
        assert (answer["from"]["version"], answer["to"]["version"]) == versions
        key = "path"
        assert sorted(answer["changes"], key=lambda each: each[key]) == sorted(
            changes, key=lambda each: each[key]
        )


@pytest.mark.parametrize(
    ("query", "status", "target"),
    [
        ("", 400, "from"), ("from=", 400, "from"), ("from=x", 400, "from"),
        ("from=1&to=x", 400, "to"), ("from=9", 404, "from"), ("from=1&to=0", 404, "to"),
        ("from=1970-01-01T00:00:00Z", 404, "from"), ("from=1&to=999999999999", 404, "to"),
        ("from=1&to=1000000000000", 404, "to"),
    ],
)  # fmt: skip
def test_a_point_that_there_is_not_is_refused_by_name(
    card: Card, query: str, status: int, target: str
) -> None:
    answer = card.caller.get(card.path("/history/diff", f"&{query}"))
    assert (answer.status_code, targets(answer)) == (status, [target]), answer.content


def test_a_card_is_brought_back_with_its_attributes_and_attachments(
    card: Card, rosa: Caller, stranger: Caller, catalog: Container
) -> None:
    assert rosa.user
    assert stranger.user
    kept, gone = card.attach("/kept", name="kept"), card.attach("/gone", user_data={"a": [1]})
    card.change("/entity/data_profile", {"a": 1})
    card.change("/metadata/classification", "Open")
    before = card.get()
    rosa.delete(card.path(f"/attachments/{gone}"))
    rosa.patch(
        card.path(f"/attachments/{kept}"), [{"op": "replace", "path": "/name", "value": "other"}]
    )
    card.attach("/added")
    rosa.delete(card.path("/attributes/data_profile"))
    card.change("/metadata/resource_key", "key")
    rosa.patch(card.path(), [{"op": "remove", "path": "/metadata/classification"}])
    Membership.objects.create(container=catalog, user=stranger.user, role="editor")
    Collaborator.objects.create(asset_id=card.id, user=stranger.user)
    number = Asset.objects.get(pk=card.id).version
    answer = Caller(stranger.user).post(card.path("/history/restore"), {"version": 5})
    assert answer.status_code == 200, answer.content
    assert answer.headers["ETag"] == f'"{number + 1}"'
    after = answer.json()
    assert after == card.get()
    assert state_of(after)["entity"] == before["entity"]
    assert state_of(after)["attachments"] == state_of(before)["attachments"]
    rights = after["metadata"].pop("rov"), before["metadata"].pop("rov")
    assert rights[0]["collaborator_ids"].keys() == {stranger.user.uid}
    assert state_of(after) == state_of(before)
    last = card.versions()[0]
    assert (last["version"], last["user_name"]) == (number + 1, "stranger")
    assert last["route"] == "POST /v2/assets/{asset_id}/history/restore"
    assert applied(card.versions())[-1] == state_of(card.get())


def test_a_card_is_brought_back_to_a_time(card: Card) -> None:
    time = timezone.now()
    card.change("/metadata/name", "Second")
    assert card.restore({"as_of": time.isoformat()}).status_code == 200
    assert card.get()["metadata"]["name"] == "Sales"
    card.change("/metadata/name", "Third")
    milliseconds = int(time.timestamp() * 1000) + 1
    assert card.restore({"as_of": milliseconds, "version": None}).status_code == 200
    assert card.get()["metadata"]["name"] in ("Sales", "Second")


def test_bringing_back_the_present_makes_no_version(card: Card) -> None:
    card.attach()
    card.change("/metadata/name", "New")
    before, events = card.get(), AssetEvent.objects.count()
    answer = card.restore({"version": 3})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
    assert (card.get(), AssetEvent.objects.count()) == (before, events)


@pytest.mark.parametrize(
    ("body", "status", "target"),
    [
        ({}, 400, "version"), (None, 400, "version"), ([], 400, None), ("1", 400, None),
        ({"version": "1"}, 400, "version"), ({"version": True}, 400, "version"),
        ({"version": 0}, 400, "version"), ({"version": -1}, 400, "version"),
        ({"version": 1.0}, 400, "version"), ({"version": 2**63}, 400, "version"),
        ({"version": [1]}, 400, "version"), ({"version": {}}, 400, "version"),
        ({"version": None}, 400, "version"), ({"version": 10**40}, 400, "version"),
        ({"as_of": "x"}, 400, "as_of"), ({"as_of": 1.5}, 400, "as_of"),
        ({"as_of": True}, 400, "as_of"), ({"as_of": []}, 400, "as_of"),
        ({"as_of": ""}, 400, "as_of"), ({"as_of": 10**40}, 400, "as_of"),
        ({"version": 1, "as_of": "2999-01-01T00:00:00Z"}, 400, "as_of"),
        ({"version": 1, "other": 1}, 400, "other"),
        ({"version": 7}, 404, "version"), ({"version": 2**63 - 1}, 404, "version"),
        ({"as_of": "1999-01-01T00:00:00Z"}, 404, "as_of"), ({"as_of": 0}, 404, "as_of"),
    ],
)  # fmt: skip
def test_a_bad_point_to_go_back_to_is_refused_by_name_and_nothing_changes(
    card: Card, body: Any, status: int, target: str | None
) -> None:
    answer = card.restore(body)
    assert answer.status_code == status, answer.content
    assert targets(answer) == ([target] if target else [])
    assert AssetEvent.objects.count() == 1


def test_a_type_that_is_gone_is_named(card: Card, rosa: Caller) -> None:
    rosa.post(f"/v2/asset_types{card.query}", {"name": "recipe", "fields": FIELDS})
    card.change("/entity/recipe", {"a": 1})
    rosa.delete(card.path("/attributes/recipe"))
    AssetType.objects.filter(name="recipe").delete()
    answer = card.restore({"version": 2})
    assert (answer.status_code, targets(answer)) == (409, ["version"])
    assert "'recipe'" in answer.json()["errors"][0]["message"]
    assert card.restore({"version": 1}).status_code == 200


def test_an_attachment_comes_back_also_without_its_connection(card: Card, rosa: Caller) -> None:
    attachment = card.attach("/there")
    rosa.delete(card.path(f"/attachments/{attachment}"))
    connection_card = Asset.objects.get(pk=card.connection)
    connection_card.delete()
    assert card.restore({"version": 2}).status_code == 200
    item = card.get()["attachments"][0]
    assert (item["id"], item["connection_id"]) == (attachment, card.connection)


def test_an_attachment_whose_id_another_card_has_now_comes_back_under_another(
    card: Card, rosa: Caller, catalog: Container
) -> None:
    attachment = card.attach("/there")
    row = Attachment.objects.get(pk=attachment)
    rosa.delete(card.path(f"/attachments/{attachment}"))
    other = Card(rosa, catalog)
    row.asset_id = UUID(other.id)
    row.save(force_insert=True)
    assert card.restore({"version": 2}).status_code == 200
    items = card.get()["attachments"]
    assert [item["connection_path"] for item in items] == ["/there"]
    assert items[0]["id"] != attachment
    assert [item["id"] for item in other.get()["attachments"]] == [attachment]
    assert card.restore({"version": 2}).status_code == 200


def test_an_attachment_whose_creator_is_gone_comes_back_as_the_restorers(card: Card) -> None:
    attachment = card.attach("/there")
    card.caller.delete(card.path(f"/attachments/{attachment}"))
    AttachmentEvent.objects.update(creator_id=10**9)
    assert card.restore({"version": 2}).status_code == 200
    assert card.caller.user
    assert Attachment.objects.get(pk=attachment).creator == card.caller.user


def test_only_an_editor_who_knows_the_version_brings_a_card_back(
    card: Card, stranger: Caller, catalog: Container
) -> None:
    card.change("/metadata/name", "New")
    assert stranger.user
    assert stranger.post(card.path("/history/restore"), {"version": 1}).status_code == 404
    Membership.objects.create(container=catalog, user=stranger.user, role="viewer")
    assert stranger.post(card.path("/history/restore"), {"version": 1}).status_code == 403
    assert card.restore({"version": 1}, **{"If-Match": '"1"'}).status_code == 412
    assert card.restore({"version": 1}, **{"If-Match": '"2"'}).status_code == 200
    answers = [
        card.restore({"version": 2}, **{"Idempotency-Key": "once", "If-Match": '"3"'})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [version["version"] for version in card.versions()] == [4, 3, 2, 1]


def test_a_card_of_a_project_has_its_history_too(rosa: Caller, project: Container) -> None:
    body = {"metadata": {"name": "A", "asset_type": "data_asset"}, "entity": {"data_asset": {}}}
    query = f"?project_id={project.pk}"
    asset_id = rosa.post(f"/v2/assets{query}", body).json()["asset_id"]
    answer = rosa.get(f"/v2/assets/{asset_id}/history{query}").json()
    assert applied(answer["resources"])[0]["metadata"]["project_id"] == str(project.pk)
    then = rosa.get(f"/v2/assets/{asset_id}{query}&as_of=2999-01-01T00:00:00Z").json()
    assert then == rosa.get(f"/v2/assets/{asset_id}{query}").json()


def test_history_knows_of_the_people_only_who_are_users(card: Card) -> None:
    assert User.objects.get(username="rosa").uid == card.versions()[0]["user_id"]
