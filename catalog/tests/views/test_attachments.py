"""Attachments over REST: the operations that few need."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from catalog.models import Asset, Collaborator, Container, Membership, Revision
from catalog.services.users import create_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.factories import CardFactory

pytestmark = pytest.mark.django_db
LEFTOVERS = [("PATCH", "datasource_type"), ("GET", "resources"), ("PUT", "resources")]


@pytest.fixture
def where(rosa: Caller, catalog: Container) -> str:
    """The path of an operation on an attachment: ``where.format("/complete")``."""
    query = f"?catalog_id={catalog.pk}"
    body: dict[str, Any] = {
        "metadata": {"name": "C", "asset_type": "connection"},
        "entity": {"connection": {"datasource_type": "a-type"}},
    }
    connection_id = rosa.post(f"/v2/assets{query}", body).json()["asset_id"]
    body = {
        "metadata": {"name": "A", "asset_type": "data_asset"},
        "entity": {"data_asset": {}},
        "attachments": [
            {"asset_type": "data_asset", "connection_id": connection_id, "connection_path": "/p"}
        ],
    }
    card = rosa.post(f"/v2/assets{query}", body).json()
    return f"/v2/assets/{card['asset_id']}/attachments/{card['attachments'][0]['id']}{{}}{query}"


def test_the_type_of_datasource_is_always_the_connections(
    rosa: Caller, catalog: Container, where: str
) -> None:
    connection = Asset.objects.get(name="C")
    entity = {"connection": {"datasource_type": "another"}}
    Asset.objects.filter(pk=connection.pk).update(entity=entity)
    answer = rosa.send("PATCH", where.format("/datasource_type"))
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert answer.json()["datasource_type"] == "another"
    assert answer.json() == rosa.get(where.format("")).json()
    Asset.objects.filter(pk=connection.pk).update(entity={"connection": {}})
    assert rosa.send("PATCH", where.format("/datasource_type")).status_code == 409
    rosa.delete(f"/v2/assets/{connection.pk}?catalog_id={catalog.pk}&purge_on_delete=true")
    answer = rosa.send("PATCH", where.format("/datasource_type"))
    assert answer.status_code == 409
    assert str(connection.pk) in answer.json()["errors"][0]["message"]


def test_a_connection_out_of_sight_tells_no_type(
    rosa: Caller, catalog: Container, where: str
) -> None:
    Asset.objects.filter(name="C").update(rov_mode=8)
    user = create_user(username="editor-member", password="a long password")
    Membership.objects.create(container=catalog, user=user, role="editor")
    answer = Caller(user).send("PATCH", where.format("/datasource_type"))
    assert answer.status_code == 409
    assert "a-type" not in answer.content.decode()


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_remote_attachment_has_no_resources(rosa: Caller, where: str, method: str) -> None:
    body = {"data_partitions": 5, "private_url": False} if method == "PUT" else None
    answer = rosa.send(method, where.format("/resources"), body)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["code"] == "unable_to_perform"
    assert error["message"].startswith("ATTSV3041E: Referenced or remote attachment")


@pytest.mark.parametrize("is_private", [False, True])
@pytest.mark.parametrize(("method", "below"), LEFTOVERS)
def test_who_may_use_them(
    rosa: Caller,
    stranger: Caller,
    nobody: Caller,
    admin: Caller,
    catalog: Container,
    where: str,
    is_private: bool,
    method: str,
    below: str,
) -> None:
    Asset.objects.filter(name="A").update(rov_mode=8 if is_private else 0)
    people = {"owner": rosa, "stranger": stranger, "nobody": nobody, "administrator": admin}
    for role in ("viewer", "editor", "admin"):
        user = create_user(username=f"{role}-member", password="a long password")
        Membership.objects.create(container=catalog, user=user, role=role)
        people[role] = Caller(user)
    collaborator = create_user(username="collaborator", password="a long password")
    Membership.objects.create(container=catalog, user=collaborator, role="viewer")
    Collaborator.objects.create(asset=Asset.objects.get(name="A"), user=collaborator)
    people["collaborator"] = Caller(collaborator)
    done = 200 if below == "datasource_type" else 400
    only_read = done if method == "GET" else 403
    expected = {"owner": done, "administrator": done, "stranger": 404, "nobody": 401}
    expected |= {"viewer": only_read, "editor": done, "admin": done}
    if is_private:
        expected |= dict.fromkeys(("viewer", "editor", "admin"), 404)
    expected |= {"collaborator": only_read}
    sent = {who: caller.send(method, where.format(f"/{below}")) for who, caller in people.items()}
    assert {who: answer.status_code for who, answer in sent.items()} == expected


@pytest.mark.parametrize(("method", "below"), LEFTOVERS)
def test_an_attachment_that_there_is_not(
    rosa: Caller, catalog: Container, where: str, method: str, below: str
) -> None:
    other = CardFactory.create(container=catalog)
    asset_id, attachment_id = where.split("/")[3], where.split("/")[5].partition("{")[0]
    for wrong in (
        where.replace(asset_id, str(uuid4())),
        where.replace(asset_id, str(other.pk)),
        where.replace(attachment_id, str(uuid4())),
        where.replace("catalog_id", "space_id"),
    ):
        assert rosa.send(method, wrong.format(f"/{below}")).status_code == 404
    assert rosa.send(method, where.partition("{")[0] + f"/{below}").status_code == 400


def test_the_resources_of_a_revision_have_to_be_of_one(
    rosa: Caller, catalog: Container, where: str
) -> None:
    assert rosa.user
    Container.objects.filter(pk=catalog.pk).update(kind="project")
    path = where.replace("catalog_id", "project_id").format("/resources")
    assert rosa.get(f"{path}&revision_id=1").status_code == 404
    card = Asset.objects.get(name="A")
    shown = rosa.get(f"/v2/assets/{card.pk}?project_id={catalog.pk}")
    document = {**shown.json(), "attachments": Asset.attachments_of(card.pk).as_rows()}
    Revision.objects.create(asset=card, number=1, committer=rosa.user, document=document)
    answer = rosa.get(f"{path}&revision_id=1")
    assert answer.json()["errors"][0]["code"] == "unable_to_perform"


@pytest.mark.parametrize(("method", "below"), [LEFTOVERS[0], LEFTOVERS[2]])
def test_they_honour_if_match(rosa: Caller, where: str, method: str, below: str) -> None:
    path = where.format(f"/{below}")
    stale = rosa.send(method, path, headers={"If-Match": '"7"'})
    assert (stale.status_code, targets(stale)) == (412, ["If-Match"])
    assert rosa.send(method, path, headers={"If-Match": '"1"'}).status_code != 412
