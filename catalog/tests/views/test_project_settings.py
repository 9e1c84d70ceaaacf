"""Settings and integrations of a project over REST."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Container
from catalog.tests.conftest import Caller
from catalog.tests.places import member
from catalog.tests.views.test_projects import reason

ROUTES = {
    "settings/access_restrictions": ("data", True),
    "settings/audit_events": ("enabled", True),
    "integrations/jupyterlab": ("guid", "lab-1"),
}


@pytest.fixture(params=ROUTES)
def route(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def where(route: str, project: Container) -> str:
    return f"/v2/projects/{project.pk}/{route}"


def test_what_is_put_is_given_back(rosa: Caller, where: str, route: str) -> None:
    name, value = ROUTES[route]
    for _ in range(2):
        answer = rosa.send("PUT", where, {name: value})
        assert (answer.status_code, answer.json()) == (200, {name: value})
    assert rosa.get(where).json() == {name: value}


def test_one_group_leaves_the_others_alone(rosa: Caller, project: Container) -> None:
    address = f"/v2/projects/{project.pk}"
    for route, (name, value) in ROUTES.items():
        rosa.send("PUT", f"{address}/{route}", {name: value})
    for route, (name, value) in ROUTES.items():
        assert rosa.get(f"{address}/{route}").json() == {name: value}
    rosa.send("PUT", f"{address}/settings/audit_events", {"enabled": False})
    assert rosa.get(f"{address}/settings/access_restrictions").json() == {"data": True}


def test_settings_are_off_at_first(rosa: Caller, project: Container) -> None:
    address = f"/v2/projects/{project.pk}/settings"
    assert rosa.get(f"{address}/access_restrictions").json() == {"data": False}
    assert rosa.get(f"{address}/audit_events").json() == {"enabled": False}


def test_an_integration_comes_and_goes(rosa: Caller, project: Container) -> None:
    lab = f"/v2/projects/{project.pk}/integrations/jupyterlab"
    for method in ("GET", "DELETE"):
        answer = rosa.send(method, lab)
        assert (answer.status_code, reason(answer)) == (
            404,
            "The project is not integrated with jupyterlab.",
        )
    rosa.send("PUT", lab, {"guid": "1"})
    assert rosa.send("PUT", lab, {"guid": "2"}).json() == {"guid": "2"}
    assert rosa.delete(lab).status_code == 204
    assert rosa.get(lab).status_code == 404


@pytest.mark.parametrize("value", [None, 5, [], {}, "", " ", "true"])
def test_a_bad_value_is_refused_by_name(rosa: Caller, where: str, route: str, value: Any) -> None:
    name, good = ROUTES[route]
    if value == "true" and name == "guid":
        return
    answer = rosa.send("PUT", where, {name: value})
    assert answer.status_code == 400
    assert reason(answer).startswith(f"{name}: ")
    bodies: list[Any] = [{}, {name: good, "colour": "red"}, [], "x"]
    for body in bodies:
        assert rosa.send("PUT", where, body).status_code == 400


def test_members_read_and_admins_write(
    rosa: Caller, stranger: Caller, nobody: Caller, where: str, route: str, project: Container
) -> None:
    name, value = ROUTES[route]
    rosa.send("PUT", where, {name: value})
    viewer, editor = member("vera", viewer=project), member("edda", editor=project)
    calls: list[tuple[str, Any, int]] = [("GET", None, 200), ("PUT", {name: value}, 403)]
    if route.startswith("integrations"):
        calls.append(("DELETE", None, 403))
    for method, body, status in calls:
        assert nobody.send(method, where, body).status_code == 401
        assert stranger.send(method, where, body).status_code == 404
        for caller in (viewer, editor):
            assert caller.send(method, where, body).status_code == status
