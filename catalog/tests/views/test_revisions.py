"""Revisions over REST: what was committed stays, and who may read it now reads it."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import Asset, AssetStatistics, Container, Rating, Revision
from catalog.services.containers import delete_container
from catalog.tests.conftest import Caller, targets
from catalog.tests.places import (
    CARD,
    created,
    member,
    read,
    user_of,
    where,
)
from catalog.tests.test_concurrency import at_once, wait_for_a_lock


def commit(caller: Caller, container: Container, asset_id: str, message: str = "A commit") -> Any:
    answer = caller.post(
        f"/v2/assets/{asset_id}/revisions{where(container)}", {"commit_message": message}
    )
    assert answer.status_code == 201, answer.content
    return answer.json()


def patched(caller: Caller, container: Container, asset_id: str, path: str, value: Any) -> None:
    operation = {"op": "add", "path": path, "value": value}
    answer = caller.patch(f"/v2/assets/{asset_id}{where(container)}", [operation])
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("place", ["project", "space"])
def test_a_commit_gives_back_the_card_with_its_number(
    rosa: Caller, request: pytest.FixtureRequest, place: str
) -> None:
    container: Container = request.getfixturevalue(place)
    asset_id = created(rosa, container)
    before = read(rosa, container, asset_id)
    first = commit(rosa, container, asset_id, "As it went out")
    info = first["metadata"].pop("commit_info")
    assert info.pop("committed_at").endswith("Z")
    assert info == {"commit_message": "As it went out"}
    assert first["metadata"].pop("revision_id") == 1
    assert first.pop("asset_id") == asset_id
    assert first.pop("href") == f"{before.pop('href')}&revision_id=1"
    assert first == before
    assert read(rosa, container, asset_id)["metadata"]["commit_info"] == {"previous_revision": 1}
    second = commit(rosa, container, asset_id)["metadata"]
    assert (second["revision_id"], second["commit_info"]["previous_revision"]) == (2, 1)


def test_a_commit_changes_neither_the_version_nor_when_the_card_changed(
    rosa: Caller,
    project: Container,
) -> None:
    asset_id = created(rosa, project)
    before = Asset.objects.values("version", "updated_at").get(pk=asset_id)
    commit(rosa, project, asset_id)
    assert Asset.objects.values("version", "updated_at").get(pk=asset_id) == before
    answer = rosa.send(
        "POST", f"/v2/assets/{asset_id}/revisions{where(project)}", {}, headers={"If-Match": '"9"'}
    )
    assert (answer.status_code, Revision.objects.count()) == (412, 1)


@pytest.fixture
def changed(rosa: Caller, project: Container) -> tuple[str, Any]:
    """A card that changed in everything since its revision 1, and how it was shown before."""
    connection_id = created(
        rosa,
        project,
        {
            "metadata": {"name": "Lake", "asset_type": "connection"},
            "entity": {"connection": {"datasource_type": "a type"}},
        },
    )
    item = {
        "asset_type": "data_asset",
        "name": "old",
        "connection_id": connection_id,
        "connection_path": "/old.csv",
    }
    asset_id = created(rosa, project, {**CARD, "attachments": [item]})
    user = user_of(rosa)
    Rating.objects.create(asset_id=asset_id, user=user, rating=4)
    AssetStatistics.objects.update_or_create(
        asset_id=asset_id, defaults={"rating_total": 4, "rating_count": 1, "access_count": 7}
    )
    before = read(rosa, project, asset_id)
    commit(rosa, project, asset_id)
    AssetStatistics.objects.update(rating_total=5, rating_count=2, access_count=8)
    patched(rosa, project, asset_id, "/metadata/name", "Renamed")
    patched(rosa, project, asset_id, "/metadata/resource_key", "key")
    patched(rosa, project, asset_id, "/entity", {"data_asset": {"new": 1}, "asset_terms": {}})
    attachment_id = before["attachments"][0]["id"]
    path = f"/v2/assets/{asset_id}/attachments/{attachment_id}{where(project)}"
    assert rosa.delete(path).status_code == 204
    return asset_id, before


@pytest.mark.parametrize("number", ["1", "latest"])
def test_a_revision_is_read_exactly_as_it_was_committed(
    rosa: Caller,
    project: Container,
    changed: tuple[str, Any],
    number: str,
) -> None:
    asset_id, before = changed
    path = f"/v2/assets/{asset_id}{where(project)}&revision_id={number}"
    answer = rosa.get(path)
    assert "ETag" not in answer
    shown = answer.json()
    assert shown["metadata"].pop("revision_id") == 1
    assert shown["metadata"].pop("commit_info")["commit_message"] == "A commit"
    assert shown.pop("href") == f"{before.pop('href')}&revision_id=1"
    assert shown == before
    assert (shown["metadata"]["rating"], shown["metadata"]["usage"]["access_count"]) == (4, 7)
    # Empty: the card as it is.
    now = rosa.get(f"/v2/assets/{asset_id}{where(project)}&revision_id=").json()
    assert now == read(rosa, project, asset_id)
    assert now["metadata"]["name"] == "Renamed"


def test_attributes_and_attachments_of_a_revision_are_read_where_they_were(
    rosa: Caller,
    project: Container,
    changed: tuple[str, Any],
) -> None:
    asset_id, before = changed
    at = f"{where(project)}&revision_id=1"
    attribute: dict[str, Any] = {
        "asset_id": asset_id,
        "name": "data_asset",
        "entity": {"mime_type": "text/csv"},
        "href": f"/v2/assets/{asset_id}/attributes/data_asset{at}",
    }
    assert rosa.get(f"/v2/assets/{asset_id}/attributes{at}").json() == {"resources": [attribute]}
    assert rosa.get(attribute["href"]).json() == attribute
    assert rosa.get(f"/v2/assets/{asset_id}/attributes/asset_terms{at}").status_code == 404
    item = before["attachments"][0]
    href = f"/v2/assets/{asset_id}/attachments/{item['id']}"
    assert rosa.get(href + where(project)).status_code == 404
    shown = rosa.get(href + at).json()
    assert shown["href"] == href + at
    assert (shown["name"], shown["connection_path"]) == ("old", "/old.csv")
    assert shown["creator_id"] == user_of(rosa).uid
    assert shown["datasource_type"] == "a type"
    assert rosa.get(f"/v2/assets/{asset_id}/attachments/{uuid4()}{at}").status_code == 404


def test_an_attachment_of_a_revision_tells_nothing_of_a_connection_that_is_private_now(
    rosa: Caller,
    project: Container,
    changed: tuple[str, Any],
) -> None:
    asset_id, before = changed
    Asset.objects.filter(name="Lake").update(rov_mode=8)
    viewer = member("vera", viewer=project)
    item = before["attachments"][0]
    path = f"/v2/assets/{asset_id}/attachments/{item['id']}{where(project)}&revision_id=1"
    assert "datasource_type" in rosa.get(path).json()
    assert "datasource_type" not in viewer.get(path).json()


def test_present_rights_decide_who_reads_a_revision(
    rosa: Caller,
    project: Container,
    stranger: Caller,
    nobody: Caller,
) -> None:
    asset_id = created(rosa, project)
    commit(rosa, project, asset_id)
    viewer = member("vera", viewer=project)
    paths = [
        f"/v2/assets/{asset_id}{where(project)}&revision_id=1",
        f"/v2/assets/{asset_id}/attributes{where(project)}&revision_id=1",
        f"/v2/assets/{asset_id}/attributes/data_asset{where(project)}&revision_id=1",
        f"/v2/assets/{asset_id}/revisions{where(project)}",
    ]
    for path in paths:
        people = (viewer, stranger, nobody)
        assert [caller.get(path).status_code for caller in people] == [200, 404, 401]
    # Public when it was committed, private now.
    Asset.objects.filter(pk=asset_id).update(rov_mode=8)
    assert [viewer.get(path).status_code for path in paths] == [404] * 4
    assert [rosa.get(path).status_code for path in paths] == [200] * 4
    # In the trash there is nothing to read.
    assert rosa.delete(f"/v2/assets/{asset_id}{where(project)}").status_code == 204
    assert [rosa.get(path).status_code for path in paths] == [404] * 4


def test_only_editors_commit(
    rosa: Caller,
    project: Container,
    stranger: Caller,
    nobody: Caller,
) -> None:
    asset_id = created(rosa, project)
    path = f"/v2/assets/{asset_id}/revisions{where(project)}"
    people = (nobody, stranger, member("vera", viewer=project), member("edda", editor=project))
    assert [caller.post(path, {}).status_code for caller in people] == [401, 404, 403, 201]
    assert rosa.post(f"/v2/assets/{uuid4()}/revisions{where(project)}", {}).status_code == 404


def test_cards_of_catalogs_have_no_revisions(rosa: Caller, catalog: Container) -> None:
    asset_id = created(rosa, catalog)
    path = f"/v2/assets/{asset_id}/revisions{where(catalog)}"
    for answer in (rosa.get(path), rosa.post(path, {"commit_message": "x"})):
        assert (answer.status_code, targets(answer)) == (400, ["catalog_id"])
    answer = rosa.get(f"/v2/assets/{asset_id}{where(catalog)}&revision_id=1")
    assert (answer.status_code, targets(answer)) == (400, ["catalog_id"])
    assert not Revision.objects.exists()


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.0", "9" * 30, "LATEST", "1 "])
def test_what_is_no_revision_is_refused_by_name(
    rosa: Caller,
    project: Container,
    number: str,
) -> None:
    asset_id = created(rosa, project)
    for below, parameter in (("", "revision_id"), ("/revisions", "start")):
        answer = rosa.get(f"/v2/assets/{asset_id}{below}{where(project)}&{parameter}={number}")
        assert (answer.status_code, targets(answer)) == (400, [parameter])


@pytest.mark.parametrize("number", ["2", "latest"])
def test_an_unknown_revision_is_not_found(
    rosa: Caller,
    project: Container,
    number: str,
) -> None:
    asset_id = created(rosa, project)
    if number == "2":
        commit(rosa, project, asset_id)
    at = f"{where(project)}&revision_id={number}"
    for below in ("", "/attributes", "/attributes/data_asset", f"/attachments/{uuid4()}"):
        answer = rosa.get(f"/v2/assets/{asset_id}{below}{at}")
        assert (answer.status_code, targets(answer)) == (404, ["revision_id"])


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ([], None),
        ("text", None),
        ({"commit_message": 5}, "commit_message"),
        ({"commit_message": ["x"]}, "commit_message"),
        ({"commit_message": "m" * 100_001}, "commit_message"),
        ({"commit_message": "a\x00b"}, "commit_message"),
        ({"message": "x"}, "message"),
    ],
)
def test_a_bad_commit_is_refused_by_name(
    rosa: Caller,
    project: Container,
    body: Any,
    target: str | None,
) -> None:
    asset_id = created(rosa, project)
    answer = rosa.post(f"/v2/assets/{asset_id}/revisions{where(project)}", body)
    assert answer.status_code == 400, answer.content
    assert target is None or targets(answer) == [target]
    assert not Revision.objects.exists()


@pytest.mark.parametrize("body", [None, {}, {"commit_message": None}, {"commit_message": ""}])
def test_a_commit_needs_no_message(
    rosa: Caller,
    project: Container,
    body: Any,
) -> None:
    asset_id = created(rosa, project)
    answer = rosa.post(f"/v2/assets/{asset_id}/revisions{where(project)}", body)
    assert answer.status_code == 201
    assert answer.json()["metadata"]["commit_info"]["commit_message"] == ""


def test_committing_again_without_a_change_makes_the_next_revision(
    rosa: Caller,
    project: Container,
) -> None:
    asset_id = created(rosa, project)
    numbers = [commit(rosa, project, asset_id)["metadata"]["revision_id"] for _ in range(3)]
    assert numbers == [1, 2, 3]


def test_revisions_are_listed_from_the_latest_with_links_that_work(
    rosa: Caller,
    project: Container,
) -> None:
    asset_id = created(rosa, project)
    whole = [commit(rosa, project, asset_id, f"{n} ü") for n in range(1, 6)][::-1]
    expected = [{"metadata": each["metadata"], "href": each["href"]} for each in whole]
    path = f"/v2/assets/{asset_id}/revisions{where(project)}"
    everything = rosa.get(path).json()
    assert everything == {"results": expected, "limit": 25, "first": {"href": path}}
    assert rosa.get(expected[0]["href"]).json()["metadata"] == expected[0]["metadata"]
    page, found = rosa.get(f"{path}&limit=2").json(), []
    first = page["first"]["href"]
    while True:
        found += page["results"]
        assert page["first"]["href"] == first
        if "next" not in page:
            break
        page = rosa.get(page["next"]["href"]).json()
    assert found == expected
    assert rosa.get(first).json()["results"] == expected[:2]
    for start, results in (("3", expected[2:]), ("latest", expected), ("99", expected)):
        assert rosa.get(f"{path}&start={start}").json()["results"] == results
    empty = rosa.get(f"/v2/assets/{created(rosa, project)}/revisions{where(project)}").json()
    assert (empty["results"], "next" in empty) == ([], False)
    for limit in ("0", "-1", "x", "201", "9" * 25):
        assert targets(rosa.get(f"{path}&limit={limit}")) == ["limit"]


def test_a_list_of_twenty_takes_no_more_queries_than_one_of_two(
    rosa: Caller,
    project: Container,
) -> None:
    counts = []
    for number in (2, 20):
        asset_id = created(rosa, project)
        for _ in range(number):
            commit(rosa, project, asset_id)
        with CaptureQueriesContext(connection) as queries:
            page = rosa.get(f"/v2/assets/{asset_id}/revisions{where(project)}").json()
        assert len(page["results"]) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_revisions_go_with_a_card_that_is_purged_and_with_its_container(
    rosa: Caller,
    project: Container,
) -> None:
    purged, kept = created(rosa, project), created(rosa, project)
    for asset_id in (purged, kept):
        commit(rosa, project, asset_id)
    path = f"/v2/assets/{purged}{where(project)}&purge_on_delete=true"
    assert rosa.delete(path).status_code == 204
    assert [str(each.asset_id) for each in Revision.objects.all()] == [kept]
    delete_container(container=project)
    assert not Revision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_commits_that_come_at_once_are_numbered_without_a_gap(
    rosa: Caller,
    project: Container,
) -> None:
    asset_id = created(rosa, project)
    path = f"/v2/assets/{asset_id}/revisions{where(project)}"

    def act(number: int) -> int:
        answer = Caller(rosa.user).post(path, {"commit_message": str(number)})
        return int(answer.json()["metadata"]["revision_id"])

    assert sorted(at_once(8, act)) == list(range(1, 9))
    assert AssetStatistics.objects.get().last_revision == 8


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_waits_keeps_what_it_waited_for(
    rosa: Caller,
    project: Container,
) -> None:
    asset_id = created(rosa, project)
    answers: list[Any] = []

    def act() -> None:
        answers.append(commit(Caller(rosa.user), project, asset_id))
        connection.close()

    waiting = threading.Thread(target=act)
    with transaction.atomic():
        patched(rosa, project, asset_id, "/metadata/name", "Renamed")
        waiting.start()
        wait_for_a_lock()
    waiting.join(30)
    assert answers[0]["metadata"]["name"] == "Renamed"


@pytest.mark.django_db(transaction=True)
def test_a_commit_is_in_conflict_with_itself_while_it_is_under_way(
    rosa: Caller,
    project: Container,
) -> None:
    asset_id = created(rosa, project)
    path = f"/v2/assets/{asset_id}/revisions{where(project)}"
    answers: list[int] = []

    def act() -> None:
        key = {"Idempotency-Key": "k"}
        answers.append(Caller(rosa.user).send("POST", path, {}, headers=key).status_code)
        connection.close()

    threads = [threading.Thread(target=act), threading.Thread(target=act)]
    with transaction.atomic():
        patched(rosa, project, asset_id, "/metadata/name", "Renamed")
        threads[0].start()
        wait_for_a_lock()
        threads[1].start()
        threads[1].join(30)
        assert answers == [409]
    threads[0].join(30)
    assert (answers, Revision.objects.count()) == ([409, 201], 1)
