"""Writers who meet over one card: with ``If-Match`` nobody overwrites what they did not see."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Asset, Container, Membership, User
from catalog.services.users import create_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.test_concurrency import CARD, at_once, attached

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 16


@pytest.fixture
def query(catalog: Container) -> str:
    return f"?catalog_id={catalog.pk}"


@pytest.fixture
def card(rosa: Caller, query: str) -> str:
    """The path of a card, with its container."""
    return f"/v2/assets/{rosa.post(f'/v2/assets{query}', CARD).json()['asset_id']}{query}"


def with_names(names: list[int]) -> list[dict[str, Any]]:
    """A patch that writes the whole list, as who read it knows it."""
    return [{"op": "add", "path": "/entity/data_asset/names", "value": names}]


def shared_with(user: User) -> list[dict[str, Any]]:
    value = {"user_iam_id": user.uid}
    return [{"op": "add", "path": f"/metadata/rov/collaborator_ids/{user.uid}", "value": value}]


def names_of(document: Any) -> list[int]:
    found: list[int] = document["entity"]["data_asset"].get("names", [])
    return found


def test_sixteen_who_add_to_what_they_read_and_try_again_when_refused_lose_nothing(
    rosa: Caller, card: str
) -> None:
    def add(number: int) -> list[int]:
        caller, statuses = Caller(rosa.user), []
        while True:
            read = caller.get(card)
            body = with_names([*names_of(read.json()), number])
            tried = caller.send("PATCH", card, body, headers={"If-Match": read["ETag"]})
            statuses.append(tried.status_code)
            if tried.status_code != 412:
                return statuses

    tries = at_once(WRITERS, add)
    assert all(statuses[-1] == 200 for statuses in tries)
    assert {status for statuses in tries for status in statuses[:-1]} <= {412}
    asset = Asset.objects.get()
    assert sorted(asset.entity["data_asset"]["names"]) == list(range(WRITERS))
    assert asset.version == 1 + WRITERS


def test_of_sixteen_who_name_the_same_version_one_writes(rosa: Caller, card: str) -> None:
    tag = rosa.get(card)["ETag"]

    def write(number: int) -> Any:
        caller = Caller(rosa.user)
        return caller.send("PATCH", card, with_names([number]), headers={"If-Match": tag})

    answers = at_once(WRITERS, write)
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (WRITERS - 1)
    [written] = [answer for answer in answers if answer.status_code == 200]
    assert rosa.get(card).json()["entity"] == written.json()["entity"]
    refused = next(answer for answer in answers if answer.status_code == 412)
    assert refused.json()["errors"][0]["code"] == "precondition_failed"
    assert targets(refused) == ["If-Match"]


def test_without_if_match_changes_of_different_members_are_all_kept(
    rosa: Caller, card: str
) -> None:
    operations: list[dict[str, Any]] = [
        {"op": "replace", "path": "/metadata/name", "value": "B"},
        {"op": "add", "path": "/metadata/description", "value": "About B."},
        {"op": "add", "path": "/metadata/tags", "value": ["b"]},
        *({"op": "add", "path": f"/entity/data_asset/n{n}", "value": n} for n in range(13)),
    ]

    def change(number: int) -> int:
        return int(Caller(rosa.user).patch(card, [operations[number]]).status_code)

    assert at_once(len(operations), change) == [200] * len(operations)
    asset = Asset.objects.get()
    assert (asset.name, asset.description, asset.tags) == ("B", "About B.", ["b"])
    assert asset.entity["data_asset"] == {f"n{n}": n for n in range(13)}


def test_a_change_and_a_deletion_that_name_one_version_do_not_both_happen(
    rosa: Caller, card: str
) -> None:
    for _ in range(5):
        tag = rosa.get(card)["ETag"]

        def act(number: int, tag: str = tag) -> int:
            caller, headers = Caller(rosa.user), {"If-Match": tag}
            if number:
                return int(caller.send("DELETE", card, headers=headers).status_code)
            return int(caller.send("PATCH", card, with_names([1]), headers=headers).status_code)

        changed, deleted = at_once(2, act)
        assert (changed, deleted) in [(200, 412), (404, 204)]
        Asset.objects.update(deleted_at=None, entity={"data_asset": {}})


def test_the_tag_is_strong_and_the_same_for_a_card_and_its_parts(rosa: Caller, query: str) -> None:
    asset_id, body = attached(rosa, query)
    below = f"/v2/assets/{asset_id}"
    made = rosa.post(f"{below}/attachments{query}", body).json()["attachment_id"]
    tags = {
        rosa.get(f"{below}{part}{query}")["ETag"]
        for part in ("", "/attributes", "/attributes/data_asset", f"/attachments/{made}")
    }
    assert tags == {'"2"'}


def test_each_change_of_what_belongs_to_a_card_makes_another_tag_and_a_look_does_not(
    rosa: Caller, catalog: Container, query: str
) -> None:
    asset_id, body = attached(rosa, query)
    ida = create_user(username="ida", password="a long password")
    Membership.objects.create(container=catalog, user=ida, role="viewer")
    below = f"/v2/assets/{asset_id}"
    seen = [rosa.get(f"{below}{query}")["ETag"]]

    def act(method: str, part: str, body: Any = None, *, same: bool = False) -> Any:
        answer = rosa.send(method, f"{below}{part}{query}", body)
        assert answer.status_code in (200, 201, 204), answer.content
        tag = rosa.get(f"{below}{query}")["ETag"]
        assert (tag == seen[-1]) is same, (method, part)
        assert same or tag not in seen
        if "ETag" in answer.headers and method != "GET":
            assert answer["ETag"] == tag
        seen.append(tag)
        return answer

    act("PATCH", "", with_names([1]))
    act("PATCH", "", with_names([1]), same=True)  # nothing changes
    act("PUT", "/perms", {"mode": 8})
    act("PATCH", "/collaborators", shared_with(ida))
    made = act("POST", "/attachments", body).json()["attachment_id"]
    act("PATCH", f"/attachments/{made}", [{"op": "add", "path": "/name", "value": "x"}])
    act("POST", "/attributes", {"name": "column_info", "entity": {}})
    act("POST", "/ratings", {"rating": 4}, same=True)
    act("GET", f"/attachments/{made}", same=True)
    act("DELETE", f"/attachments/{made}")
    act("DELETE", "/attributes/column_info")


def test_any_version_is_named_by_a_star(rosa: Caller, card: str) -> None:
    for tags in ("*", " * "):
        changed = rosa.send("PATCH", card, with_names([1]), headers={"If-Match": tags})
        assert changed.status_code == 200
    assert rosa.send("DELETE", card, headers={"If-Match": "*"}).status_code == 204


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_weak_tag_matches_no_change_and_many_tags_match_by_one(
    rosa: Caller, card: str, method: str
) -> None:
    body = with_names([1]) if method == "PATCH" else None
    for tags in ('W/"1"', '"0", W/"1"', '""', '"1x"'):
        refused = rosa.send(method, card, body, headers={"If-Match": tags})
        assert (refused.status_code, targets(refused)) == (412, ["If-Match"]), tags
    tags = '"7" ,W/"1", "1","9"'
    assert rosa.send(method, card, body, headers={"If-Match": tags}).status_code in (200, 204)


@pytest.mark.parametrize("tags", ["1", '"1', "", ",", "*, *", '"1" "2"', "'1'", 'w/"1"', "\\"])
def test_a_header_that_can_not_be_read_is_refused_and_changes_nothing(
    rosa: Caller, card: str, tags: str
) -> None:
    headers = {"If-Match": tags}
    refused = rosa.send("PATCH", card, with_names([1]), headers=headers)
    assert (refused.status_code, targets(refused)) == (400, ["If-Match"])
    refused = rosa.send("GET", card, headers={"If-None-Match": tags})
    assert (refused.status_code, targets(refused)) == (400, ["If-None-Match"])
    assert Asset.objects.get().version == 1


def test_who_may_not_see_or_change_a_card_learns_nothing_by_naming_versions(
    rosa: Caller, stranger: Caller, catalog: Container, card: str
) -> None:
    reader = Caller(create_user(username="reader", password="a long password"))
    Membership.objects.create(container=catalog, user=reader.user, role="viewer")
    for tags in ("*", '"1"', '"2"'):
        headers = {"If-Match": tags}
        assert stranger.send("PATCH", card, with_names([1]), headers=headers).status_code == 404
        assert reader.send("PATCH", card, with_names([1]), headers=headers).status_code == 403
        headers = {"If-None-Match": tags}
        assert stranger.send("GET", card, headers=headers).status_code == 404
