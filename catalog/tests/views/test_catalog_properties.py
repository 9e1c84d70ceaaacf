"""Properties of a catalog over REST."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Container
from catalog.tests.conftest import Caller, targets
from catalog.tests.places import member


@pytest.fixture
def where(catalog: Container) -> str:
    return f"/v2/catalogs/{catalog.pk}/properties"


def add(key: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": f"/{key}", "value": value}


def test_properties_hold_what_clients_make_of_them(rosa: Caller, where: str) -> None:
    assert rosa.get(where).json() == {}
    values = {"a": 1.5, "b": None, "c": [{"d": True}], "Grün 🌿": {"e": "f"}, "x/y": "z"}
    operations = [add(key.replace("/", "~1"), value) for key, value in values.items()]
    answer = rosa.patch(where, operations)
    assert (answer.status_code, answer.json()) == (200, values)
    assert rosa.get(where).json() == values
    assert rosa.get(f"{where}/a").json() == {"a": 1.5}
    assert rosa.get(f"{where}/b").json() == {"b": None}
    assert rosa.get(f"{where}/Gr%C3%BCn%20%F0%9F%8C%BF").json() == {"Grün 🌿": {"e": "f"}}
    assert rosa.patch(where, [{"op": "remove", "path": f"/{k}"} for k in "abc"]).status_code == 200
    assert set(rosa.get(where).json()) == {"Grün 🌿", "x/y"}


def test_a_property_that_there_is_not_answers_404(rosa: Caller, where: str) -> None:
    assert rosa.get(f"{where}/nothing").status_code == 404


def test_the_catalog_itself_shows_none_of_it(rosa: Caller, where: str, catalog: Container) -> None:
    before = rosa.get(f"/v2/catalogs/{catalog.pk}").json()
    rosa.patch(where, [add("a", 1)])
    assert rosa.get(f"/v2/catalogs/{catalog.pk}").json() == before


@pytest.mark.parametrize(
    ("operations", "target"),
    [
        ([add("", 1)], []),
        ([add(" ", 1)], [" "]),
        ([add("k" * 256, 1)], ["k" * 100]),
        ([{"op": "remove", "path": "/nothing"}], ["[0].path"]),
        ([{"op": "replace", "path": "", "value": []}], []),
        ([5], ["[0]"]),
        ({"a": 1}, []),
        ([add("a", "x" * 1_048_576)], []),
    ],
)
def test_a_bad_patch_is_refused_and_nothing_changes(
    rosa: Caller, where: str, operations: Any, target: list[str]
) -> None:
    rosa.patch(where, [add("kept", 1)])
    answer = rosa.patch(where, operations)
    assert (answer.status_code, targets(answer)) == (400, target)
    assert rosa.get(where).json() == {"kept": 1}


def test_a_test_that_fails_is_a_conflict(rosa: Caller, where: str, catalog: Container) -> None:
    rosa.patch(where, [add("a", 1)])
    answer = rosa.patch(where, [{"op": "test", "path": "/a", "value": 2}, add("b", 1)])
    assert (answer.status_code, targets(answer)) == (409, ["[0].value"])
    assert rosa.get(where).json() == {"a": 1}
    test = [{"op": "test", "path": "/entity/name", "value": "Other"}]
    answer = rosa.patch(f"/v2/catalogs/{catalog.pk}", test)
    assert (answer.status_code, targets(answer)) == (409, ["[0].value"])


def test_members_read_and_admins_write(
    rosa: Caller, stranger: Caller, nobody: Caller, where: str, catalog: Container
) -> None:
    rosa.patch(where, [add("a", 1)])
    viewer, editor = member("vera", viewer=catalog), member("edda", editor=catalog)
    calls: list[tuple[str, str, Any, int]] = [
        ("GET", where, None, 200),
        ("GET", f"{where}/a", None, 200),
        ("PATCH", where, [add("b", 1)], 403),
    ]
    for method, path, body, status in calls:
        assert nobody.send(method, path, body).status_code == 401
        assert stranger.send(method, path, body).status_code == 404
        for caller in (viewer, editor):
            assert caller.send(method, path, body).status_code == status


def test_a_project_has_no_properties(rosa: Caller, project: Container) -> None:
    assert rosa.get(f"/v2/catalogs/{project.pk}/properties").status_code == 404
