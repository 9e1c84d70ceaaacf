"""The history of a container as a page: its own changes and those of its members."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group

from catalog.models import Membership, User
from catalog.services.containers import update_container
from catalog.shared.history import changes_by
from catalog.tests.admin_pages import address, browser, queries_of, steward, text_of
from catalog.tests.factories import CatalogFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def plain(html: str) -> str:
    """Only the words and the marks of a page."""
    return " ".join(re.sub(r"<(?!/?(?:ins|del)\b)[^>]*>", " ", html).split())


def viewer_of(catalog: object) -> User:
    user = steward()
    MembershipFactory.create(container=catalog, user=user, role="viewer")
    return user


def test_the_page_tells_of_the_container_and_of_its_members() -> None:
    catalog = CatalogFactory.create(name="Library")
    user = viewer_of(catalog)
    with changes_by(user_id=user.pk, route="manage.py a_test"):
        update_container(container=catalog, changes={"name": "Archive", "is_governed": True})
        membership = MembershipFactory.create(
            container=catalog, user=UserFactory.create(username="ida"), role="viewer"
        )
        membership.role = "editor"
        membership.save()
        membership.delete()
        group = Group.objects.create(name="Analysts")
        Membership.objects.create(container=catalog, group=group, role="viewer")
    said = plain(text_of(browser(user).get(address("container", "history", catalog.pk))))
    told = [
        f"{user.username} made the group Analysts a member",
        f"{user.username} removed ida from the members",
        f"{user.username} changed what ida may do",
        f"{user.username} made ida a member",
        f"{user.username} changed the catalog",
        f"Somebody unknown made {user.username} a member",
        "Somebody unknown made the catalog",
    ]
    places = [said.index(words) for words in told]
    assert places == sorted(places)
    assert "role <del>viewer</del> <ins>editor</ins>" in said
    assert "name <del>Library</del> <ins>Archive</ins>" in said
    assert "is governed <del>no</del> → <ins>yes</ins>" in said
    assert "through manage.py a_test" in said


def test_only_members_of_the_container_find_its_history() -> None:
    catalog = CatalogFactory.create(name="Library")
    answer = browser(steward()).get(address("container", "history", catalog.pk))
    assert answer.status_code == 302
    assert browser(viewer_of(catalog)).get(
        address("container", "history", catalog.pk)
    ).status_code == 200  # fmt: skip


def test_a_long_history_comes_in_pages_with_each_change_once() -> None:
    catalog = CatalogFactory.create(name="0", account_id="own")
    user = viewer_of(catalog)
    for number in range(1, 25):
        update_container(container=catalog, changes={"name": str(number)})
        MembershipFactory.create(container=catalog, user=UserFactory.create(username=f"m{number}"))
    client, queries, found = browser(user), [""], []
    for query in queries:
        text = text_of(client.get(address("container", "history", catalog.pk) + query))
        found += re.findall(r"made (m\d+) a member|<ins>(\d+)</ins>", text)
        queries += re.findall(r'href="(\?start=[^"]+)">Older', text)
    expected = [pair for n in range(24, 0, -1) for pair in ((f"m{n}", ""), ("", str(n)))]
    assert found == [*expected, ("", "0")]
    assert len(queries) == 3
    assert "Older" in text_of(client.get(address("container", "history", catalog.pk) + "?start=x"))


def test_the_page_takes_as_many_queries_for_20_changes_as_for_2() -> None:
    counts = []
    for number in (2, 18):
        catalog = CatalogFactory.create()
        user = viewer_of(catalog)
        for step in range(number):
            update_container(container=catalog, changes={"description": f"number {step}"})
            MembershipFactory.create(container=catalog)
        counts.append(queries_of(browser(user), address("container", "history", catalog.pk)))
    assert counts[0] == counts[1]


def test_what_a_change_says_is_escaped() -> None:
    script = "<script>alert(1)</script>"
    catalog = CatalogFactory.create(name=script, details={script: script}, tags=[script])
    text = text_of(browser(viewer_of(catalog)).get(address("container", "history", catalog.pk)))
    assert script not in text
    assert "&lt;script&gt;" in text
