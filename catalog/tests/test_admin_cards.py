"""Cards in the admin: who finds which, and what a page says."""

from __future__ import annotations

import pytest

from catalog.models import Asset, Collaborator, Container, User
from catalog.services.assets import delete_asset, held_card
from catalog.tests.admin_pages import (
    address,
    administrator,
    browser,
    queries_of,
    steward,
    text_of,
)
from catalog.tests.factories import (
    AssetTypeFactory,
    CardFactory,
    CatalogFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/asset/"


def member(role: str, container: Container | None = None) -> tuple[User, Container]:
    """A new steward with that role in a catalog."""
    user = steward()
    place = container or CatalogFactory.create()
    MembershipFactory.create(user=user, container=place, role=role)
    return user, place


def page(card: Asset) -> str:
    return address("asset", "change", card.pk)


def trash(card: Asset) -> None:
    where = {"kind": "catalog", "container_id": card.container_id, "asset_id": card.pk}
    delete_asset(actor=card.owner, asset=held_card(actor=card.owner, **where))  # type: ignore[arg-type]


def test_a_steward_finds_only_cards_of_their_catalogs_and_counts_no_others() -> None:
    user, catalog = member("viewer")
    CardFactory.create(container=catalog, name="Ours")
    for number in range(3):
        CardFactory.create(name=f"Theirs {number}")
    text = text_of(browser(user).get(LIST))
    assert "Ours" in text
    assert "Theirs" not in text
    assert "1 card" in text
    assert "4 cards" in text_of(browser(administrator()).get(LIST))


def test_a_private_card_is_there_for_its_owner_and_collaborators_only() -> None:
    user, catalog = member("admin")
    card = CardFactory.create(container=catalog, name="Salaries", rov_mode=8)
    assert "Salaries" not in text_of(browser(user).get(f"{LIST}?visibility=private"))
    assert "0 cards" in text_of(browser(user).get(LIST))
    Collaborator.objects.create(asset=card, user=user)
    assert "Salaries" in text_of(browser(user).get(f"{LIST}?visibility=private"))
    assert "Salaries" not in text_of(browser(user).get(f"{LIST}?visibility=public"))
    assert ">private</span>" in text_of(browser(user).get(page(card)))


def test_a_card_out_of_sight_answers_as_one_that_there_is_not() -> None:
    user, catalog = member("admin")
    hidden = [CardFactory.create(), CardFactory.create(container=catalog, rov_mode=8)]
    unknown = CardFactory.build(container=catalog, owner=user)
    answers = set()
    for card in [*hidden, unknown]:
        for path in (page(card), address("asset", "delete", card.pk)):
            client = browser(user)
            response = client.get(path)
            shown = client.get(response.headers["Location"]).content.decode()
            assert card.name not in shown
            told = shown.count("doesn’t exist. Perhaps it was deleted?")
            answers.add((response.status_code, response.headers["Location"], told))
            assert client.post(path, {"name": "Mine now"}).status_code in (302, 403)
    assert answers == {(302, "/admin/", 1)}
    assert not Asset.objects.filter(name="Mine now").exists()


def test_search_finds_a_part_of_the_name_among_visible_cards() -> None:
    user, catalog = member("viewer")
    CardFactory.create(container=catalog, name="Quarterly sales")
    CardFactory.create(container=catalog, name="Weather")
    CardFactory.create(name="Sales elsewhere")
    text = text_of(browser(user).get(f"{LIST}?q=SALES"))
    assert "Quarterly sales" in text
    assert "Weather" not in text
    assert "elsewhere" not in text


def test_filters_narrow_the_list_by_catalog_type_tag_owner_and_date() -> None:
    user, catalog = member("viewer")
    other = MembershipFactory.create(user=user).container
    book = AssetTypeFactory.create(container=other, name="book")
    first = CardFactory.create(container=catalog, name="First", tags=["gold", "a, b"])
    CardFactory.create(container=other, name="Second", asset_type=book)
    client = browser(user)
    year = first.created_at.year
    for query, found in {
        f"catalog={catalog.pk}": ["First"],
        f"catalog={CatalogFactory.create().pk}": [],
        "type=book": ["Second"],
        "type=data_asset": ["First"],
        "tag=gold": ["First"],
        "tag=a%2C+b": ["First"],
        "tag=gol": [],
        f"owner={first.owner.username.upper()}": ["First"],
        "owner=somebody": [],
        f"created_at__year={year}&created_at__month={first.created_at.month}": ["First", "Second"],
        f"created_at__year={year - 1}": [],
    }.items():
        text = text_of(client.get(f"{LIST}?{query}"))
        assert [name for name in ("First", "Second") if f">{name}<" in text] == found, query


def test_the_trash_is_for_admins_of_the_container_only() -> None:
    editor, catalog = member("editor")
    boss, _ = member("admin", catalog)
    stranger, _ = member("admin")
    card = CardFactory.create(container=catalog, name="Thrown away")
    trash(card)
    for user, sees in ((editor, False), (boss, True), (stranger, False), (administrator(), True)):
        client = browser(user)
        assert "Thrown away" not in text_of(client.get(LIST))
        assert ("Thrown away" in text_of(client.get(f"{LIST}?state=deleted"))) is sees
        assert client.get(page(card)).status_code == (200 if sees else 302)
    assert "in the trash" not in text_of(browser(editor).get(LIST))
    text = text_of(browser(boss).get(page(card)))
    assert "in the trash" in text
    assert "?edit" not in text
    assert browser(boss).post(page(card), {"name": "Back"}).status_code == 403


def test_the_list_takes_as_many_queries_for_20_cards_as_for_2() -> None:
    user, catalog = member("viewer")
    counts = []
    for number in (2, 18):
        for _ in range(number):
            CardFactory.create(container=catalog, owner=UserFactory.create(), tags=["a", "b"])
        counts.append([queries_of(browser(each), LIST) for each in (user, administrator())])
    assert counts[0] == counts[1]


def test_a_card_shows_its_metadata_attributes_attachments_and_the_whole_as_json() -> None:
    user, catalog = member("viewer")
    entity = {
        "data_asset": {"columns": [{"name": "ID"}, {"name": "CITY"}]},
        "asset_terms": {"list": []},
    }
    card = CardFactory.create(
        container=catalog, name="Towns", description="All of them", tags=["geo"], entity=entity,
        resource_key="towns|1", classification="Open",
    )  # fmt: skip
    text = text_of(browser(user).get(page(card)))
    for said in ("Towns", "All of them", "geo", "towns|1", "Open", catalog.name, str(card.pk)):
        assert said in text
    assert text.index("data_asset <span") < text.index("asset_terms")
    assert "<th scope='col'>name</th>" in text
    assert '<td><span class="cw-text">CITY</span></td>' in text
    assert "&quot;asset_state&quot;: &quot;available&quot;" in text


@pytest.mark.parametrize("sees_connection", [True, False])
def test_an_attachment_leads_to_its_connection_if_the_viewer_sees_that(
    sees_connection: bool,
) -> None:
    user, catalog = member("viewer")
    boss = catalog.creator
    connection = CardFactory.create(
        container=catalog, name="The warehouse", rov_mode=0 if sees_connection else 8
    )
    card = CardFactory.create(container=catalog)
    card.attachments.create(
        asset_type="data_asset", name="file", connection_id=connection.pk, connection_path="/a.csv",
        creator=boss, last_accessor=boss,
    )  # fmt: skip
    text = text_of(browser(user).get(page(card)))
    assert "/a.csv" in text
    assert ("The warehouse" in text) is sees_connection
    assert (page(connection) in text) is sees_connection


def test_what_a_card_says_is_escaped_everywhere() -> None:
    script = "<script>alert(1)</script>"
    user, catalog = member("admin")
    Container.objects.filter(pk=catalog.pk).update(name=script)
    card = CardFactory.create(
        container=catalog, name=script, description=script, tags=[script], classification=script,
        resource_key=script, source_system={script: script},
        entity={"data_asset": {script: script, "list": [{script: script}], "link": f"http://a/{script}"}},
        owner=UserFactory.create(display_name=script),
    )  # fmt: skip
    client = browser(user)
    paths = [
        LIST,
        page(card),
        page(card) + "?edit=1",
        address("asset", "delete", card.pk),
        "/admin/",
    ]
    for path in [*paths, address("asset", "history", card.pk), address("container")]:
        text = text_of(client.get(path))
        assert script not in text, path
        assert "&lt;script&gt;" in text, path
