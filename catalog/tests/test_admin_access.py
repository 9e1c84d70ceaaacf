"""Who may open which page of the admin, and that no page needs another host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from catalog.admin.groups import GroupAdmin
from catalog.models import ApiKey, Asset, AssetType, Container, User
from catalog.services.api_keys import create_api_key
from catalog.tests.admin_pages import address, administrator, browser, steward, text_of
from catalog.tests.factories import AssetTypeFactory, CardFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
MODELS = ["asset", "container", "assettype", "user", "apikey"]
URL = re.compile(r"""\b(?:src|href|action|srcset|data-src)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


def objects_of(user: User) -> dict[str, Any]:
    """One object of each model that ``user`` may look at."""
    catalog = MembershipFactory.create(user=user, role="admin").container
    key, _ = create_api_key(user=user, name="mine")
    return {
        "asset": CardFactory.create(container=catalog).pk,
        "container": catalog.pk,
        "assettype": AssetTypeFactory.create(container=catalog).pk,
        "user": UserFactory.create().pk,
        "apikey": key.pk,
    }


def pages_of(model: str, pk: Any) -> list[str]:
    pages = [address(model), address(model, "add"), address(model, "change", pk)]
    return [*pages, address(model, "history", pk)]


def test_the_admin_shows_our_models_and_groups_in_our_manner() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label == "catalog"}
    assert ours == {Asset, Container, AssetType, User, ApiKey}
    assert isinstance(admin.site._registry[Group], GroupAdmin)


@pytest.mark.parametrize("model", MODELS)
def test_an_administrator_opens_every_page(model: str) -> None:
    user = administrator()
    pk = objects_of(user)[model]
    for path in pages_of(model, pk):
        assert browser(user).get(path).status_code == 200, path
    if model != "apikey":  # revoked, not deleted
        assert browser(user).get(address(model, "delete", pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_steward_opens_every_page_but_those_of_users(model: str) -> None:
    user = steward()
    expected = {200} if model != "user" else {403, 302}
    for path in pages_of(model, objects_of(user)[model]):
        assert browser(user).get(path).status_code in expected, path


@pytest.mark.parametrize("model", MODELS)
def test_who_is_not_of_the_staff_is_sent_to_sign_in(model: str) -> None:
    user = UserFactory.create()
    for path in [reverse("admin:index"), *pages_of(model, objects_of(user)[model])]:
        response = browser(user).get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")


def test_pages_of_all_other_apps_open_for_an_administrator() -> None:
    client = browser(administrator())
    for model in admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(path).status_code == 200, path
    for label in {model._meta.app_label for model in admin.site._registry}:
        assert client.get(reverse("admin:app_list", args=[label])).status_code == 200


def test_the_menu_offers_users_and_groups_to_administrators_only() -> None:
    index = reverse("admin:index")
    for page in (address("user"), reverse("admin:auth_group_changelist")):
        assert f'href="{page}"' in text_of(browser(administrator()).get(index))
        assert f'href="{page}"' not in text_of(browser(steward()).get(index))


def test_pages_load_nothing_from_another_host() -> None:
    user = administrator()
    client = browser(user)
    objects = objects_of(user)
    paths = [reverse("admin:index"), "/admin/login/", "/admin/password_change/"]
    paths += [path for model in MODELS for path in pages_of(model, objects[model])]
    paths += [address("asset", "change", objects["asset"]) + "?edit=1"]
    for path in paths:
        found = URL.findall(
            (browser(user) if "login" not in path else type(client)()).get(path).content.decode()
        )
        assert found, path
        assert [url for url in found if re.match(r"(?:[a-z]+:)?//", url)] == [], path


@pytest.mark.parametrize(
    "query",
    [
        "p=99999", "p=x", "o=77", "o=1.-1.x", "all=", "q=%27%22%3B", "catalog=nonsense", "type=no",
        "created_at__year=x", "created_at__year=99999999999", "created_at__year=0",
        "created_at__year=2024&created_at__month=13", "created_at__month=2",
        "created_at__year=2024&created_at__month=2&created_at__day=31", "state=other", "e=1",
        "entity__x=1", "name__regex=%28", "_facets=1", "_popup=1", "_to_field=name",
        "owner__password__startswith=a", "created_at__regex=%28", "tag=" + "x" * 3000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", ["asset", "apikey", "user"])
def test_an_odd_address_of_a_list_is_no_fault(model: str, query: str) -> None:
    client = browser(administrator())
    client.raise_request_exception = False
    assert client.get(f"{address(model)}?{query}").status_code in (200, 302, 400)


@pytest.mark.parametrize("pk", ["nonsense", "999999999999999999999", "1'--", "%00"])
@pytest.mark.parametrize("model", MODELS)
def test_an_odd_id_is_like_an_unknown_one(model: str, pk: str) -> None:
    client = browser(administrator())
    client.raise_request_exception = False
    for page in ("change", "delete", "history"):
        path = address(model, page, 1 if model not in ("asset", "container") else "x")
        path = re.sub(r"/(?:1|x)/(?=change|delete|history)", f"/{pk}/", path)
        assert client.get(path).status_code in (302, 400, 403, 404), path


def test_the_search_of_the_menu_takes_any_page_number() -> None:
    client = browser(steward())
    assert client.get("/admin/search/?s=cards&page=x").status_code == 200
    assert client.get("/admin/search/?s=cards&page=99").status_code == 200
    assert "Users" not in text_of(client.get("/admin/search/?s=users"))
