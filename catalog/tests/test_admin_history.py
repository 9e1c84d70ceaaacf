"""The history of a card as a page: what it says, to whom, and the way back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from catalog.admin.card_changes import ABSENT, Change, card_changes
from catalog.admin.change_marks import drawn
from catalog.models import Asset, AssetEvent, Container, User
from catalog.services.assets import delete_asset, held_card, patch_asset
from catalog.services.card_rights import share_card
from catalog.tests.admin_pages import (
    address,
    administrator,
    browser,
    queries_of,
    steward,
    text_of,
)
from catalog.tests.factories import CardFactory, CatalogFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def member(role: str, container: Container | None = None) -> tuple[User, Container]:
    """A new steward with that role in a catalog."""
    user, place = steward(), container or CatalogFactory.create()
    MembershipFactory.create(user=user, container=place, role=role)
    return user, place


def page(card: Asset) -> str:
    return address("asset", "history", card.pk)


def held(card: Asset, actor: User) -> Asset:
    where: dict[str, Any] = {"kind": "catalog", "container_id": card.container_id}
    return held_card(actor=actor, asset_id=card.pk, **where)


def change(card: Asset, actor: User, **metadata: Any) -> None:
    operations = [
        {"op": "add", "path": f"/metadata/{name}", "value": value}
        for name, value in metadata.items()
    ]
    patch_asset(actor=actor, asset=held(card, actor), operations=operations)


def plain(html: str) -> str:
    """Only the words and the marks of a piece of a page."""
    return " ".join(re.sub(r"<(?!/?(?:ins|del)\b)[^>]*>", " ", html).split())


def test_the_page_tells_who_changed_what_with_old_and_new_marked() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog, name="Sales 2025", tags=["old", "kept"])
    change(card, user, name="Sales 2026", tags=["kept", "new"])
    share_card(actor=catalog.creator, asset=held(card, catalog.creator), uids=[user.uid])
    text = text_of(browser(user).get(page(card)))
    assert re.search(rf"<strong>{user.username}</strong>\s*changed the card", text)
    assert "made the card" in text
    said = plain(text)
    assert "Sales <del>2025</del><ins>2026</ins>" in said
    assert '<del class="cw-chip">old</del> kept <ins class="cw-chip">new</ins>' in said
    assert f'shared with <ins class="cw-chip">{user.username}</ins>' in said
    assert text.index("version 3") < text.index("version 2") < text.index("version 1")


def test_only_who_finds_a_card_finds_its_history() -> None:
    user, catalog = member("admin")
    hidden = CardFactory.create(container=catalog, name="Salaries", rov_mode=8)
    elsewhere = CardFactory.create(name="Elsewhere")
    for card in (hidden, elsewhere):
        client = browser(user)
        for path in (page(card), page(card) + "?restore=1"):
            assert client.get(path).status_code == 302
            assert client.post(path, {"version": "1", "seen": "1"}).status_code == 302
        assert card.name not in client.get("/admin/").content.decode()
    assert "Salaries" in text_of(browser(administrator()).get(page(hidden)))


def test_the_history_of_a_card_in_the_trash_is_for_admins_and_offers_no_way_back() -> None:
    editor, catalog = member("editor")
    boss, _ = member("admin", catalog)
    card = CardFactory.create(container=catalog, name="Thrown away")
    change(card, editor, name="Thrown")
    delete_asset(actor=editor, asset=held(card, editor))
    assert browser(editor).get(page(card)).status_code == 302
    text = text_of(browser(boss).get(page(card)))
    assert "moved the card to the trash" in text
    assert "?restore=" not in text
    assert browser(boss).post(page(card), {"version": "1", "seen": "3"}).status_code == 403


def test_an_editor_restores_a_version_after_seeing_what_it_changes() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog, name="First")
    change(card, user, name="Second", description="said")
    client = browser(user)
    text = text_of(client.get(page(card)))
    assert "?restore=1" in text
    assert "?restore=2" not in text  # it is that already
    question = text_of(client.get(page(card) + "?restore=1"))
    assert "<del>Second</del> <ins>First</ins>" in plain(question)
    assert Asset.objects.get(pk=card.pk).name == "Second"
    fields = dict(re.findall(r'name="(version|seen)" value="(\d+)"', question))
    answer = client.post(page(card), fields)
    assert answer.headers["Location"] == address("asset", "change", card.pk)
    card.refresh_from_db()
    assert (card.name, card.description, card.version) == ("First", "", 3)
    assert "again" in text_of(client.get(address("asset", "change", card.pk)))
    again = text_of(client.get(page(card) + "?restore=1"))
    assert "nothing would change" in again
    assert "Yes, restore it" not in again


def test_a_card_that_somebody_changed_meanwhile_is_not_restored() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog, name="First")
    change(card, user, name="Second")
    change(card, user, name="Third")
    answer = browser(user).post(page(card), {"version": "1", "seen": "2"}, follow=True)
    assert "meanwhile" in answer.content.decode()
    assert Asset.objects.get(pk=card.pk).name == "Third"


@pytest.mark.parametrize("version", ["", "0", "99", "x", "²", "-1", "9" * 30, "1 OR 1"])
def test_an_odd_version_is_like_an_unknown_one(version: str) -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog)
    client = browser(user)
    for answer in (
        client.get(page(card), {"restore": version}, follow=True),
        client.post(page(card), {"version": version, "seen": "1"}, follow=True),
    ):
        assert "no such version" in text_of(answer) or "has no version" in text_of(answer)
    assert AssetEvent.objects.filter(pgh_obj_id=card.pk).count() == 1


def test_a_viewer_reads_and_restores_nothing() -> None:
    user, catalog = member("viewer")
    card = CardFactory.create(container=catalog, name="First")
    change(card, catalog.creator, name="Second")
    client = browser(user)
    assert "?restore=" not in text_of(client.get(page(card)))
    assert client.get(page(card) + "?restore=1").status_code == 403
    assert client.post(page(card), {"version": "1", "seen": "2"}).status_code == 403
    assert Asset.objects.get(pk=card.pk).name == "Second"


def test_a_long_history_comes_in_pages() -> None:
    user, catalog = member("editor")
    card = CardFactory.create(container=catalog)
    for number in range(45):
        change(card, user, description=f"number {number}")
    client, queries, found = browser(user), [""], []
    for query in queries:
        text = text_of(client.get(page(card) + query))
        found += [int(number) for number in re.findall(r'id="version-(\d+)"', text)]
        queries += re.findall(r'href="(\?start=[^"]+)">Older', text)
    assert found == list(range(46, 0, -1))
    assert "version 46" in text_of(client.get(page(card) + "?start=nonsense"))


def test_the_page_takes_as_many_queries_for_20_versions_as_for_2() -> None:
    user, catalog = member("editor")
    counts = []
    for number in (2, 18):
        card = CardFactory.create(container=catalog)
        for step in range(number):
            change(card, user, description=f"number {step}")
        counts.append(queries_of(browser(user), page(card)))
    assert counts[0] == counts[1]


def test_what_a_version_says_is_escaped() -> None:
    script = "<script>alert(1)</script>"
    user, catalog = member("editor")
    card = CardFactory.create(
        container=catalog, owner=UserFactory.create(), name=script, tags=[script],
        entity={"data_asset": {script: script, "list": [{script: script}]}},
    )  # fmt: skip
    change(card, user, name=script + "!", tags=[], source_system={script: [script]})
    for query in ("", "?restore=1"):
        text = text_of(browser(user).get(page(card) + query))
        assert script not in text
        assert "&lt;script&gt;" in text


def changed(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """The changes of an attribute."""
    found = card_changes({"entity": {"a": before}}, {"entity": {"a": after}})
    return [(each.label, each.old, each.new) for each in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"n": 1}, {"n": True}, [("a › n", 1, True)]),
        ({"n": 1}, {"n": 1.0}, [("a › n", 1, 1.0)]),
        ({"n": None}, {}, [("a › n", None, ABSENT)]),
        ({}, {"n": {}}, [("a › n", ABSENT, {})]),
        ({"l": ["x"]}, {"l": ["x", "y"]}, [("a › l", ["x"], ["x", "y"])]),
        (
            {"c": [{"name": "ID", "t": 1}, {"name": "OLD"}]},
            {"c": [{"name": "NEW"}, {"name": "ID", "t": 2}]},
            [
                ("a › c[NEW]", ABSENT, {"name": "NEW"}),
                ("a › c[ID] › t", 1, 2),
                ("a › c[OLD]", {"name": "OLD"}, ABSENT),
            ],
        ),
        (
            {"c": [{"name": "A"}, {"name": "B"}]},
            {"c": [{"name": "B"}, {"name": "A"}]},
            [("a › c, order", ["A", "B"], ["B", "A"])],
        ),
        (
            {"c": [[1], [2], [3]]},
            {"c": [[2], [3], [4]]},
            [("a › c[0]", [1], ABSENT), ("a › c[2]", ABSENT, [4])],
        ),
        ({"c": [1, [2]]}, {"c": "x"}, [("a › c", [1, [2]], "x")]),
    ],
)
def test_a_change_is_told_field_by_field(before: Any, after: Any, expected: Any) -> None:
    assert changed(before, after) == expected


def test_a_texts_changes_are_marked_by_words_and_a_long_one_as_a_whole() -> None:
    def marked(old: Any, new: Any) -> str:
        return plain(str(drawn(Change("x", old, new), {})))

    assert marked("a b c", "a X c") == "a <del>b</del><ins>X</ins> c"
    assert marked("yes", "entirely other") == "<del>yes</del> <ins>entirely other</ins>"
    assert marked("", "new") == "<ins>new</ins>"
    assert marked(1, None) == "<del>1</del> → <ins>none</ins>"
    assert marked(ABSENT, False) == "<ins>no</ins>"
    assert marked({"a": 1}, ABSENT).startswith("a 1")
    long = marked("x" * 6000, "y" * 6000)
    assert "<del>xxx" in long
    assert len(long) < 5000
