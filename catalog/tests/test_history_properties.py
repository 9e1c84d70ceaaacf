"""Whatever happens to a card: any two instants, and the difference between them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import jsonpatch
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.card_files.entries import CardEntry
from catalog.models import Asset, Container, User
from catalog.selectors.assets import visible_card
from catalog.selectors.card_export import exported_document
from catalog.selectors.card_states import patch_between, state_document
from catalog.selectors.card_versions import versions_page
from catalog.selectors.history import Point, visible_past
from catalog.services.assets import create_asset, delete_asset, held_card, patch_asset
from catalog.services.attachments import add_attachment, patch_attachment, remove_attachment
from catalog.services.attributes import add_attribute, remove_attribute
from catalog.services.card_import import import_cards
from catalog.services.card_rights import give_card, set_visibility, share_card
from catalog.services.history import restore_card
from catalog.services.trash import restore_asset
from catalog.shared.errors import ApiError, Target
from catalog.tests.factories import CatalogFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
TARGET = Target("version")

names = st.sampled_from(["a", "a/b", "~", "~1", "", "ä", "0", "-", "list", "Very long name " * 20])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([1.0, 0.5, -0.0, 1e23, 10**30, 2**63])
    | texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
attributes = st.dictionaries(names, values, max_size=4)


class Life:
    """A card, the people around it, and what was seen of it when."""

    def __init__(self) -> None:
        # Somebody who never loses sight of the card.
        self.actor: User = UserFactory.create(is_superuser=True)
        self.catalog: Container = CatalogFactory.create(creator=self.actor)
        self.people: list[User] = UserFactory.create_batch(3)
        for user in self.people:
            MembershipFactory.create(container=self.catalog, user=user, role="editor")
        self.connection = self._create("connection", {"connection": {}})
        self.card = self._create("data_asset", {"data_asset": {}})
        self.where: dict[str, Any] = {
            "kind": "catalog",
            "container_id": self.catalog.pk,
            "asset_id": self.card.pk,
        }
        #: Each instant with the card's state then; None while it was in the trash.
        self.seen: list[tuple[datetime, Any]] = []
        self.look()

    def _create(self, asset_type: str, entity: Any) -> Asset:
        body = {"metadata": {"name": "Card", "asset_type": asset_type}, "entity": entity}
        return create_asset(actor=self.actor, container=self.catalog, body=body)

    def held(self, *, trashed: bool = False) -> Asset:
        return held_card(actor=self.actor, trashed=trashed, **self.where)

    @property
    def is_trashed(self) -> bool:
        return Asset.objects.filter(pk=self.card.pk, deleted_at__isnull=False).exists()

    def look(self) -> None:
        state = None
        if not self.is_trashed:
            state = state_document(visible_card(user=self.actor, **self.where))
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            self.seen.append((cursor.fetchone()[0], state))

    def do(self, act: Callable[[Life], None]) -> None:
        if self.is_trashed and act is not restore:
            return
        with suppress(ApiError):  # such as an attribute that is there
            act(self)
        self.look()

    def at(self, point: Point) -> Any:
        past = visible_past(user=self.actor, point=point, target=TARGET, **self.where)
        return state_document(past.card)


def patching(path: str, value: Any) -> Callable[[Life], None]:
    def act(life: Life) -> None:
        operations = [{"op": "add", "path": path, "value": value}]
        patch_asset(actor=life.actor, asset=life.held(), operations=operations)

    return act


def attribute(value: Any) -> Callable[[Life], None]:
    def act(life: Life) -> None:
        if value is None:
            remove_attribute(actor=life.actor, asset=life.held(), name="data_profile")
        else:
            body = {"name": "data_profile", "entity": value}
            add_attribute(actor=life.actor, asset=life.held(), body=body)

    return act


def attachment(path: str, value: Any, place: int) -> Callable[[Life], None]:
    """One is added, or the one at that place is changed or removed."""

    def act(life: Life) -> None:
        asset = life.held()
        present = list(asset.attachments.order_by("pk"))
        if place >= len(present):
            body = {
                "asset_type": "data_profile" if place % 2 else "data_asset",
                "connection_id": str(life.connection.pk),
                "connection_path": f"/{path}",
                "user_data": value,
            }
            add_attachment(actor=life.actor, asset=asset, body=body)
        elif place % 2:
            remove_attachment(actor=life.actor, asset=asset, attachment=present[place])
        else:
            operations = [
                {"op": "add", "path": "/name", "value": path},
                {"op": "add", "path": "/user_data", "value": value},
            ]
            patch_attachment(
                actor=life.actor, asset=asset, attachment=present[place], operations=operations
            )

    return act


def rights(people: set[int], mode: int) -> Callable[[Life], None]:
    def act(life: Life) -> None:
        uids = [life.people[number].uid for number in people]
        share_card(actor=life.actor, asset=life.held(), uids=uids)
        set_visibility(actor=life.actor, asset=life.held(), mode=mode)
        owner = life.people[0] if people else life.actor
        give_card(actor=life.actor, asset=life.held(), owner_id=owner.uid, owner=None)

    return act


def imported(description: str, value: Any, people: set[int]) -> Callable[[Life], None]:
    def act(life: Life) -> None:
        asset = Asset.objects.with_card().get(pk=life.card.pk)
        body = exported_document(asset) | {"entity": asset.entity}
        uids = [life.people[number].uid for number in people]
        body["metadata"]["description"] = description
        body["metadata"]["rov"]["collaborator_ids"] = {uid: {"user_iam_id": uid} for uid in uids}
        body["entity"]["data_asset"] = value
        body["attachments"] = body.get("attachments", [])[1:]
        entry = CardEntry(1, body, is_whole=True)
        outcomes = list(import_cards([entry], container=life.catalog, owner=life.actor))
        assert sum(outcome.refused for outcome in outcomes) == 0

    return act


def trash(life: Life) -> None:
    delete_asset(actor=life.actor, asset=life.held())


def restore(life: Life) -> None:
    if life.is_trashed:
        restore_asset(actor=life.actor, asset=life.held(trashed=True))


def back_to(share: float) -> Callable[[Life], None]:
    def act(life: Life) -> None:
        asset = life.held()
        point = Point(version=1 + int(share * (asset.version - 1)))
        restore_card(actor=life.actor, asset=asset, point=point, target=TARGET)

    return act


places, some = st.integers(0, 4), st.sets(st.integers(0, 2))
acts = st.one_of(
    st.builds(patching, st.sampled_from(["/metadata/name", "/metadata/description"]), texts),
    st.builds(patching, st.just("/metadata/tags"), st.lists(st.sampled_from(["x", "y", "z"]))),
    st.builds(patching, st.just("/metadata/source_system"), attributes),
    st.builds(patching, st.just("/metadata/resource_key"), st.none() | texts),
    st.builds(patching, st.just("/entity/data_asset"), attributes),
    st.builds(attribute, st.none() | attributes),
    st.builds(attachment, texts, attributes, places),
    st.builds(attachment, texts, attributes, places),
    st.builds(rights, some, st.sampled_from([-1, 0, 8])),
    st.builds(imported, texts, attributes, some),
    st.just(trash),
    st.just(restore),
    st.builds(back_to, st.floats(0, 1)),
)


def exact(state: Any) -> str:
    """So that 1, 1.0 and true are three."""
    return json.dumps(state, sort_keys=True)


def applied(patch: list[Any], state: Any) -> Any:
    return jsonpatch.JsonPatch(patch).apply(state)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(acts, min_size=2, max_size=14), limit=st.integers(1, 9))
def test_the_difference_of_any_two_instants_makes_the_one_of_the_other(
    acts: list[Callable[[Life], None]], limit: int
) -> None:
    """As seen by those who looked then, as shown by the past, and by the history's own steps."""
    life = Life()
    for act in acts:
        life.do(act)
    life.do(restore)
    states = [life.at(Point(moment=moment)) for moment, _ in life.seen]
    for (_, seen), state in zip(life.seen, states, strict=True):
        if seen is None:
            assert state["metadata"]["asset_state"] == "deleted"
        else:
            assert exact(state) == exact(seen)
    for before in states:
        for after in states:
            assert exact(applied(patch_between(before, after), before)) == exact(after)
    _check_steps(life, limit)


def _check_steps(life: Life, limit: int) -> None:
    versions, place = [], None
    while True:
        page = versions_page(
            asset_id=life.card.pk,
            kind="catalog",
            limit=limit,
            place=place,
            describe=patch_between,
        )
        versions += page.versions
        place = page.next
        if place is None:
            break
    state: Any = {}
    steps = [exact(state)]
    for number, version in enumerate(reversed(versions), 1):
        assert version.number == number
        state = applied(version.changes, state)
        assert exact(state) == exact(life.at(Point(version=number)))
        assert exact(state) == exact(life.at(Point(moment=version.changed_at)))
        steps.append(exact(state))
    for moment, _ in life.seen:
        past = visible_past(
            user=life.actor, point=Point(moment=moment), target=TARGET, **life.where
        )
        assert exact(state_document(past.card)) == steps[past.card.version]


def test_a_card_of_nobodys_business_has_no_past() -> None:
    life = Life()
    with pytest.raises(ApiError):
        visible_past(
            user=life.actor,
            point=Point(version=1),
            target=TARGET,
            **life.where | {"asset_id": uuid4()},
        )
