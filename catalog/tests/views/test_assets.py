"""Cards over REST: bad input, rights, and what stays in step."""

from __future__ import annotations

import copy
import json
from typing import Any
from uuid import uuid4

import pytest

from catalog.models import Asset, Container, Membership
from catalog.services.users import create_user
from catalog.tests.conftest import Caller, targets

CARD: dict[str, Any] = {
    "metadata": {"name": "Sales 2026", "asset_type": "data_asset", "tags": ["sales"]},
    "entity": {"data_asset": {"mime_type": "text/csv"}},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """``CARD`` with one member set, or without it when ``value`` is ``...``."""
    card = copy.deepcopy(CARD)
    *parents, last = path.split(".")
    at = card
    for name in parents:
        at = at.setdefault(name, {})
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return card


def created(caller: Caller, catalog: Container, body: dict[str, Any] | None = None) -> str:
    answer = caller.post(f"/v2/assets?catalog_id={catalog.pk}", body or CARD)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["asset_id"])


BAD_MEMBERS = [
    ("metadata", ..., "metadata"),
    ("metadata", [], "metadata"),
    ("metadata", "text", "metadata"),
    ("metadata.name", ..., "metadata.name"),
    ("metadata.name", "", "metadata.name"),
    ("metadata.name", "   ", "metadata.name"),
    ("metadata.name", 7, "metadata.name"),
    ("metadata.name", "n" * 300, "metadata.name"),
    ("metadata.name", "a\x00b", "metadata.name"),
    ("metadata.description", ["x"], "metadata.description"),
    ("metadata.description", "d" * 100_001, "metadata.description"),
    ("metadata.tags", "sales", "metadata.tags"),
    ("metadata.tags", ["ok", 5], "metadata.tags[1]"),
    ("metadata.tags", ["t" * 300], "metadata.tags[0]"),
    ("metadata.tags", ["t"] * 1001, "metadata.tags"),
    ("metadata.tags", ["\ud800"], "metadata.tags[0]"),
    ("metadata.asset_type", ..., "metadata.asset_type"),
    ("metadata.asset_type", 5, "metadata.asset_type"),
    ("metadata.asset_type", "no_such_type", "entity.no_such_type"),
    ("metadata.origin_country", 1, "metadata.origin_country"),
    ("metadata.asset_category", "OTHER", "metadata.asset_category"),
    ("metadata.source_system", "x", "metadata.source_system"),
    ("metadata.resource_key", "k" * 1001, "metadata.resource_key"),
    ("metadata.resource_key", "\U0001f33f" * 501, "metadata.resource_key"),
    ("metadata.rov", 8, "metadata.rov"),
    ("metadata.rov.mode", 16, "metadata.rov.mode"),
    ("metadata.rov.mode", True, "metadata.rov.mode"),
    ("metadata.rov.mode", "8", "metadata.rov.mode"),
    ("metadata.rov.mode", [], "metadata.rov.mode"),
    ("metadata.rov.other", 1, "metadata.rov.other"),
    ("metadata.origin_country", "\u0130" * 200, "metadata.origin_country"),
    ("metadata.rov.collaborator_ids", {"1": 5}, "metadata.rov.collaborator_ids.1"),
    (
        "metadata.rov.collaborator_ids",
        {"1": {"user_iam_id": "2"}},
        "metadata.rov.collaborator_ids.1",
    ),
    ("metadata.rov.collaborator_ids", ["1"], "metadata.rov.collaborator_ids"),
    ("metadata.rov.collaborator_ids", {"x": {}}, "metadata.rov.collaborator_ids.x"),
    ("metadata.rov.collaborator_ids", {"9" * 30: {}}, "metadata.rov.collaborator_ids." + "9" * 30),
    ("metadata.owner_id", "1", "metadata.owner_id"),
    ("metadata.created_at", "2026-01-01T00:00:00Z", "metadata.created_at"),
    ("metadata.asset_id", str(uuid4()), "metadata.asset_id"),
    ("metadata.usage", {}, "metadata.usage"),
    ("metadata.asset_attributes", [], "metadata.asset_attributes"),
    ("metadata.asset_attributes", ["data_asset", "data_profile"], "metadata.asset_attributes"),
    ("metadata.catalog_id", str(uuid4()), "metadata.catalog_id"),
    ("metadata.project_id", str(uuid4()), "metadata.project_id"),
    ("metadata.colour", "red", "metadata.colour"),
    ("entity", ..., "entity"),
    ("entity", [], "entity"),
    ("entity.data_asset", ..., "entity.data_asset"),
    ("entity.data_asset", 5, "entity.data_asset"),
    ("entity.data_asset", [], "entity.data_asset"),
    ("entity.no_such_type", {}, "entity.no_such_type"),
    ("entity.data_asset.note", "a\x00b", "entity.data_asset.note"),
    ("attachments", {}, "attachments"),
    ("attachments", [5], "attachments[0]"),
    ("attachments", [{"asset_type": "data_asset"}], "attachments[0].connection_id"),
    (
        "attachments",
        [{"asset_type": "data_asset", "connection_id": "x", "connection_path": "/y"}],
        "attachments[0].connection_id",
    ),
    (
        "attachments",
        [{"asset_type": "data_asset", "connection_id": str(uuid4()), "connection_path": "/y"}],
        "attachments[0].connection_id",
    ),
    ("other", 1, "other"),
]


@pytest.mark.parametrize(("path", "value", "target"), BAD_MEMBERS)
def test_a_bad_member_is_refused_by_name_and_nothing_is_stored(
    rosa: Caller, catalog: Container, path: str, value: Any, target: str
) -> None:
    answer = rosa.post(f"/v2/assets?catalog_id={catalog.pk}", changed(path, value))
    assert answer.status_code == 400, answer.content
    assert targets(answer) == [target]
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "An object is required"),
        (b"{", "line 1, column 2"),
        (b'{"metadata": NaN}', "NaN"),
        (b'{"metadata": 1e999}', "too large"),
        (b'{"metadata": ' + b"9" * 5000 + b"}", "too long"),
        (b'{"metadata": "\xff"}', "UTF-8"),
        (b'{"metadata": "\\ud800"}', "surrogates"),
        (b'{"metadata": "\xed\xa0\x80"}', "UTF-8"),
        (b'{"\xed\xa0\x80": 1}', "UTF-8"),
        ('{"metadata": "x"}'.encode("utf-16"), "UTF-8"),
        ('{"metadata": "x"}'.encode("utf-16-be"), "JSON"),
        ('{"metadata": "x"}'.encode("utf-32"), "UTF-8"),
        (b'{"\\u0000": 1}', "NUL"),
        (b'{"entity": ' + b"[" * 5000 + b"]" * 5000 + b"}", "deeper than 100"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (b"null", "object"),
    ],
)
def test_an_unreadable_body_is_refused_with_what_is_wrong(
    rosa: Caller, catalog: Container, raw: bytes, words: str
) -> None:
    answer = rosa.send("POST", f"/v2/assets?catalog_id={catalog.pk}", raw=raw)
    assert answer.status_code == 400
    assert words in answer.json()["errors"][0]["message"]


def test_a_body_of_ten_megabytes_is_too_large(rosa: Caller, catalog: Container) -> None:
    raw = json.dumps(changed("metadata.description", "x" * 10_000_000)).encode()
    assert rosa.send("POST", f"/v2/assets?catalog_id={catalog.pk}", raw=raw).status_code == 413


def test_a_body_that_is_not_json_by_its_type_is_refused(rosa: Caller, catalog: Container) -> None:
    path = f"/v2/assets?catalog_id={catalog.pk}"
    assert rosa.send("POST", path, CARD, content_type="text/plain").status_code == 415
    assert (
        rosa.send("POST", path, CARD, content_type="application/json; charset=UTF-8").status_code
        == 201
    )


@pytest.mark.parametrize(
    ("query", "status", "target"),
    [
        ("", 400, "catalog_id"),
        ("catalog_id={id}&project_id={id}", 400, "project_id"),
        ("catalog_id={id}&catalog_id={id}", 400, "catalog_id"),
        ("catalog_id=5", 400, "catalog_id"),
        ("catalog_id=", 400, "catalog_id"),
        ("catalog_id=a%00b", 400, "catalog_id"),
        ("project_id={id}", 404, "project_id"),
        ("catalog_id=00000000-0000-0000-0000-000000000000", 404, "catalog_id"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_exactly_one_container_must_be_named_and_exist(
    rosa: Caller, catalog: Container, query: str, status: int, target: str, method: str
) -> None:
    path = "/v2/assets" if method == "POST" else f"/v2/assets/{created(rosa, catalog)}"
    answer = rosa.send(
        method, f"{path}?{query.format(id=catalog.pk)}", [] if method == "PATCH" else CARD
    )
    assert answer.status_code == status, answer.content
    assert targets(answer) == [target]


def test_any_text_is_kept_as_it_came(rosa: Caller, catalog: Container) -> None:
    card = changed("metadata.name", "Überſicht 概要 🌿 'quoted' \"and\" <b>")
    card["entity"]["data_asset"] = {
        "größe": 12345678901234567890123,
        "π": 3.14,
        "": None,
        "x": [[]],
    }
    asset_id = created(rosa, catalog, card)
    shown = rosa.get(f"/v2/assets/{asset_id}?catalog_id={catalog.pk}").json()
    assert shown["metadata"]["name"] == card["metadata"]["name"]
    assert shown["entity"] == card["entity"]


def test_the_longest_names_and_keys_of_the_widest_characters_fit_every_index(
    rosa: Caller, catalog: Container
) -> None:
    # Characters without a pattern, which an index can't make smaller.
    wide = [chr(0x20000 + number * 7919 % 40_000) for number in range(500)]
    card = changed("metadata.resource_key", "".join(wide))
    card["metadata"] |= {"name": "".join(wide[:255]), "tags": ["".join(wide[100:355])] * 1000}
    asset_id = created(rosa, catalog, card)
    shown = rosa.get(f"/v2/assets/{asset_id}?catalog_id={catalog.pk}").json()
    assert shown["metadata"]["resource_key"] == card["metadata"]["resource_key"]
    where = f"/v2/assets/{asset_id}?catalog_id={catalog.pk}"
    path = "/metadata/resource_key"
    assert rosa.patch(where, [{"op": "add", "path": path, "value": "x" * 1000}]).status_code == 200


def test_the_country_is_kept_in_lower_case_and_nulls_are_defaults(
    rosa: Caller, catalog: Container
) -> None:
    card = changed("metadata.origin_country", "GB")
    card["metadata"] |= {"tags": None, "description": None, "rov": None, "asset_category": None}
    asset_id = created(rosa, catalog, card)
    metadata = rosa.get(f"/v2/assets/{asset_id}?catalog_id={catalog.pk}").json()["metadata"]
    assert metadata["origin_country"] == "gb"
    assert (metadata["tags"], metadata["description"]) == ([], "")
    assert (metadata["rov"]["mode"], metadata["asset_category"]) == (0, "USER")


@pytest.mark.parametrize("mode", [-1, 0, 8])
def test_each_mode_of_visibility_is_kept(rosa: Caller, catalog: Container, mode: int) -> None:
    asset_id = created(rosa, catalog, changed("metadata.rov.mode", mode))
    shown = rosa.get(f"/v2/assets/{asset_id}?catalog_id={catalog.pk}").json()
    assert shown["metadata"]["rov"] == {"mode": mode, "collaborator_ids": {}}


RESERVED_PATHS = [
    "/metadata/asset_id",
    "/metadata/asset_type",
    "/metadata/asset_attributes",
    "/metadata/owner_id",
    "/metadata/created_at",
    "/metadata/usage/access_count",
    "/metadata/rov/mode",
    "/metadata/catalog_id",
    "/metadata/size",
    "/metadata/invented",
    "/href",
    "/attachments",
    "/invented",
]


@pytest.mark.parametrize("path", RESERVED_PATHS)
def test_a_patch_of_a_reserved_member_is_refused_by_name(
    rosa: Caller, catalog: Container, path: str
) -> None:
    where = f"/v2/assets/{created(rosa, catalog)}?catalog_id={catalog.pk}"
    before = rosa.get(where).json()
    answer = rosa.patch(
        where,
        [
            {"op": "replace", "path": "/metadata/description", "value": "new"},
            {"op": "add", "path": path, "value": "else"},
        ],
    )
    assert answer.status_code == 400
    assert targets(answer)[0].startswith(".".join(path[1:].split("/")[:2]))
    assert rosa.get(where).json() == before


@pytest.mark.parametrize(
    ("operations", "target"),
    [
        ({}, None),
        ([5], "[0]"),
        ([{}], "[0].op"),
        ([{"op": "explode", "path": "/metadata/name"}], "[0].op"),
        ([{"op": ["add"], "path": "/metadata/name"}], "[0].op"),
        ([{"op": "replace", "path": "/metadata/name"}], "[0].value"),
        ([{"op": "replace", "path": "metadata/name", "value": "x"}], "[0].path"),
        ([{"op": "replace", "path": 5, "value": "x"}], "[0].path"),
        ([{"op": "remove", "path": "/metadata/nothing"}], "[0].path"),
        ([{"op": "remove", "path": "/metadata/name/0"}], "[0].path"),
        ([{"op": "add", "path": "/metadata/tags/99", "value": "x"}], "[0].path"),
        ([{"op": "add", "path": "/metadata/tags/~2", "value": "x"}], "[0].path"),
        ([{"op": "move", "path": "/metadata/name", "from": "/nowhere"}], "[0].from"),
        ([{"op": "copy", "path": "/nowhere/x", "from": "/metadata/name"}], "[0].path"),
        ([{"op": "replace", "path": "/nowhere", "value": 1, "from": 5}], "[0].path"),
        ([{"op": "move", "path": "/entity/data_asset/x", "from": "/entity"}], "[0].path"),
        ([{"op": "copy", "path": "/metadata/name"}], "[0].from"),
        ([{"op": "test", "path": "/metadata/name", "value": "other"}], "[0].value"),
        ([{"op": "replace", "path": "/metadata/name", "value": 5}], "metadata.name"),
        ([{"op": "replace", "path": "/metadata/name", "value": "n" * 300}], "metadata.name"),
        ([{"op": "remove", "path": "/metadata/name"}], "metadata.name"),
        ([{"op": "replace", "path": "/metadata", "value": 5}], "metadata"),
        ([{"op": "replace", "path": "", "value": []}], None),
        ([{"op": "remove", "path": ""}], "[0].path"),
        ([{"op": "replace", "path": "/entity", "value": None}], "entity"),
        ([{"op": "remove", "path": "/entity/data_asset"}], "entity.data_asset"),
        ([{"op": "add", "path": "/entity/unheard_of", "value": {}}], "entity.unheard_of"),
        ([{"op": "add", "path": "/entity/data_profile", "value": 5}], "entity.data_profile"),
        ([{"op": "test", "path": "/metadata/name", "value": "x"}] * 1001, None),
    ],
)
def test_a_bad_patch_is_refused_and_changes_nothing(
    rosa: Caller, catalog: Container, operations: Any, target: str | None
) -> None:
    where = f"/v2/assets/{created(rosa, catalog)}?catalog_id={catalog.pk}"
    before = rosa.get(where).json()
    answer = rosa.patch(where, operations)
    assert answer.status_code == 400, answer.content
    assert targets(answer) == ([target] if target else [])
    assert rosa.get(where).json() == before


@pytest.mark.parametrize("last", ["copy", "test"])
def test_a_patch_that_nests_too_deep_is_refused(
    rosa: Caller, catalog: Container, last: str
) -> None:
    where = f"/v2/assets/{created(rosa, catalog)}?catalog_id={catalog.pk}"
    value: Any = {}
    for _ in range(90):
        value = {"a": value}
    root = "/entity/data_asset"
    operations: list[dict[str, Any]] = [
        {"op": "add", "path": root + "/a" * (1 + 91 * number), "value": value}
        for number in range(30)
    ]
    end: dict[str, Any] = {"op": "copy", "from": f"{root}/a", "path": f"{root}/z"}
    if last == "test":
        end = {"op": "test", "path": f"{root}/a", "value": operations[0]["value"]}
    answer = rosa.patch(where, [*operations, end])
    assert (answer.status_code, targets(answer)) == (400, ["[30]"])


def test_a_patch_that_copies_much_is_stopped_early(rosa: Caller, catalog: Container) -> None:
    card = changed("entity.data_asset", {"x": "x" * 2_000_000})
    where = f"/v2/assets/{created(rosa, catalog, card)}?catalog_id={catalog.pk}"
    copying = [
        {"op": "copy", "from": "/entity/data_asset/x", "path": f"/entity/data_asset/{n % 2}"}
        for n in range(1000)
    ]
    answer = rosa.patch(where, copying)
    assert (answer.status_code, "copies too much" in answer.content.decode()) == (400, True)


def test_a_patch_that_changes_only_the_type_of_a_value_is_kept(
    rosa: Caller, catalog: Container
) -> None:
    card = changed("entity.data_asset", {"a": True, "b": 1, "c": 0})
    query = f"?catalog_id={catalog.pk}"
    where = f"/v2/assets/{created(rosa, catalog, card)}"
    root = "/entity/data_asset"
    rosa.patch(where + query, [{"op": "replace", "path": f"{root}/a", "value": 1}])
    rosa.patch(where + query, [{"op": "replace", "path": f"{root}/b", "value": True}])
    below = f"{where}/attributes/data_asset{query}"
    rosa.patch(below, [{"op": "replace", "path": "/c", "value": False}])
    stored = rosa.get(where + query).json()["entity"]["data_asset"]
    assert json.dumps(stored, sort_keys=True) == '{"a": 1, "b": true, "c": false}'


def test_a_patch_that_doubles_the_card_again_and_again_is_stopped(
    rosa: Caller, catalog: Container
) -> None:
    where = f"/v2/assets/{created(rosa, catalog)}?catalog_id={catalog.pk}"
    doubling = [
        {"op": "copy", "from": "/entity/data_asset", "path": f"/entity/data_asset/{n}"}
        for n in range(40)
    ]
    answer = rosa.patch(where, doubling)
    assert answer.status_code == 400
    assert "copies too much" in answer.content.decode()


def test_a_patch_of_the_entity_keeps_the_list_of_attributes_in_step(
    rosa: Caller, catalog: Container
) -> None:
    where = f"/v2/assets/{created(rosa, catalog)}?catalog_id={catalog.pk}"
    shown = rosa.patch(
        where, [{"op": "add", "path": "/entity/column_info", "value": {"id": {}}}]
    ).json()
    assert shown["metadata"]["asset_attributes"] == ["data_asset", "column_info"]
    shown = rosa.patch(where, [{"op": "remove", "path": "/entity/column_info"}]).json()
    assert shown["metadata"]["asset_attributes"] == ["data_asset"]


def test_a_patch_that_changes_nothing_leaves_the_time_of_change(
    rosa: Caller, catalog: Container
) -> None:
    where = f"/v2/assets/{created(rosa, catalog)}?catalog_id={catalog.pk}"
    before = rosa.get(where).json()
    name = before["metadata"]["name"]
    assert (
        rosa.patch(where, [{"op": "replace", "path": "/metadata/name", "value": name}]).json()
        == before
    )


def test_a_deleted_card_is_gone_and_a_purged_one_has_no_row(
    rosa: Caller, catalog: Container
) -> None:
    soft, hard = created(rosa, catalog), created(rosa, catalog)
    assert rosa.delete(f"/v2/assets/{soft}?catalog_id={catalog.pk}").status_code == 204
    assert (
        rosa.delete(f"/v2/assets/{hard}?catalog_id={catalog.pk}&purge_on_delete=true").status_code
        == 204
    )
    assert rosa.delete(f"/v2/assets/{soft}?catalog_id={catalog.pk}").status_code == 404
    assert [str(asset.pk) for asset in Asset.objects.all()] == [soft]
    refused = rosa.delete(f"/v2/assets/{soft}?catalog_id={catalog.pk}&purge_on_delete=yes")
    assert (refused.status_code, targets(refused)) == (400, ["purge_on_delete"])


def test_a_card_is_only_in_its_own_container(rosa: Caller, catalog: Container) -> None:
    assert rosa.user
    other = Container.objects.create(
        kind="catalog", name="Other", creator=rosa.user, account_id="999"
    )
    Membership.objects.create(container=other, user=rosa.user, role="admin")
    asset_id = created(rosa, catalog)
    assert rosa.get(f"/v2/assets/{asset_id}?catalog_id={other.pk}").status_code == 404


@pytest.mark.parametrize(
    ("below", "body", "target"),
    [
        ("attributes", {"name": "unheard_of", "entity": {}}, "name"),
        ("attributes", {"name": 5, "entity": {}}, "name"),
        ("attributes", {"name": "data_profile"}, "entity"),
        ("attributes", {"name": "data_profile", "entity": {}, "x": 1}, "x"),
        ("attributes", [], None),
        ("attachments", {"asset_type": "unheard_of"}, "asset_type"),
        ("attachments", {"asset_type": "data_asset", "is_remote": 1}, "is_remote"),
        ("attachments", {"asset_type": "data_asset", "object_key": "x"}, "object_key"),
        ("attachments", {"asset_type": "data_asset", "user_data": []}, "user_data"),
    ],
)
def test_a_bad_attribute_or_attachment_is_refused_by_the_member(
    rosa: Caller, catalog: Container, below: str, body: Any, target: str | None
) -> None:
    query = f"?catalog_id={catalog.pk}"
    if below == "attachments":
        connection: dict[str, Any] = {
            "metadata": {"name": "C", "asset_type": "connection"},
            "entity": {"connection": {}},
        }
        body = {"connection_id": created(rosa, catalog, connection), "connection_path": "/p"} | body
    where = f"/v2/assets/{created(rosa, catalog)}"
    answer = rosa.post(f"{where}/{below}{query}", body)
    assert answer.status_code == 400, answer.content
    assert targets(answer) == ([target] if target else [])


class TestWhoMayDoWhat:
    """One card, public or private, and everybody who may meet it."""

    @pytest.fixture
    def people(
        self, rosa: Caller, stranger: Caller, nobody: Caller, admin: Caller, catalog: Container
    ) -> Any:
        people = {"nobody": nobody, "stranger": stranger, "administrator": admin, "owner": rosa}
        for role in ("viewer", "editor", "admin"):
            user = create_user(username=role + "-member", password="a long password")
            Membership.objects.create(container=catalog, user=user, role=role)
            people[role] = Caller(user)
        collaborator = create_user(username="collaborator", password="a long password")
        Membership.objects.create(container=catalog, user=collaborator, role="viewer")
        return people | {"collaborator": Caller(collaborator)}

    GET_PUBLIC = dict.fromkeys(
        ("viewer", "editor", "admin", "owner", "collaborator", "administrator"), 200
    )
    GET_PRIVATE = dict.fromkeys(("owner", "collaborator", "administrator"), 200)
    PATCH_PUBLIC = dict.fromkeys(("editor", "admin", "owner", "administrator"), 200)

    @pytest.mark.parametrize("who", ["nobody", "stranger", "viewer", "editor", "admin", "owner"])
    def test_who_may_create_a_card(self, people: Any, catalog: Container, who: str) -> None:
        expected = {"nobody": 401, "stranger": 404, "viewer": 403}.get(who, 201)
        assert people[who].post(f"/v2/assets?catalog_id={catalog.pk}", CARD).status_code == expected

    @pytest.mark.parametrize("mode", [0, 8])
    def test_who_sees_and_who_changes_a_card(
        self, people: Any, catalog: Container, mode: int
    ) -> None:
        card = changed("metadata.rov", {"mode": mode})
        if mode == 8:
            uid = people["collaborator"].user.uid
            card["metadata"]["rov"]["collaborator_ids"] = {uid: {"user_iam_id": uid}}
        asset_id = created(people["owner"], catalog, card)
        where = f"/v2/assets/{asset_id}"
        query = f"?catalog_id={catalog.pk}"
        sees = self.GET_PUBLIC if mode == 0 else self.GET_PRIVATE
        for who, caller in people.items():
            seen = 401 if who == "nobody" else sees.get(who, 404)
            for below in ("", "/attributes", "/attributes/data_asset"):
                assert caller.get(where + below + query).status_code == seen, (who, below)
            may_change = who in self.PATCH_PUBLIC and seen == 200
            changed_status = 200 if may_change else 403 if seen == 200 else seen
            for below in ("", "/attributes/data_asset"):
                assert caller.patch(where + below + query, []).status_code == changed_status, (
                    who,
                    below,
                )
            added = caller.post(
                f"{where}/attributes{query}", {"name": "data_profile", "entity": {}}
            )
            assert added.status_code == (201 if may_change else changed_status), who
            assert caller.delete(f"{where}/attributes/data_asset{query}").status_code == (
                400 if may_change else changed_status
            ), who
        for who in ("nobody", "stranger", "viewer"):
            assert people[who].delete(where + query).status_code in (401, 403, 404)
        assert people["owner"].delete(where + query).status_code == 204
