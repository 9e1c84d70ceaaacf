"""Cards in catalogs, projects and spaces, and people who are members of them."""

from __future__ import annotations

from typing import Any

from catalog.models import Container, Membership, User
from catalog.services.users import create_user
from catalog.tests.conftest import Caller

CARD: dict[str, Any] = {
    "metadata": {"name": "Sales 2026", "asset_type": "data_asset", "tags": ["sales"]},
    "entity": {"data_asset": {"mime_type": "text/csv"}},
}


def user_of(caller: Caller) -> User:
    assert caller.user
    return caller.user


def where(container: Container) -> str:
    """The query that names a container."""
    return f"?{container.kind}_id={container.pk}"


def created(caller: Caller, container: Container, body: dict[str, Any] | None = None) -> str:
    """The id of a new card."""
    answer = caller.post(f"/v2/assets{where(container)}", body or CARD)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["asset_id"])


def card(name: str, asset_type: str = "data_asset", **metadata: Any) -> dict[str, Any]:
    """A new card of that name."""
    return {
        "metadata": {"name": name, "asset_type": asset_type, **metadata},
        "entity": {asset_type: {}},
    }


def read(caller: Caller, container: Container, asset_id: str) -> Any:
    """A card as it is shown now."""
    answer = caller.get(f"/v2/assets/{asset_id}{where(container)}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def member(name: str, **roles: Container) -> Caller:
    """Somebody new: ``viewer=catalog``, ``editor=project``."""
    user = create_user(username=name, password="a long password")
    Membership.objects.bulk_create(
        Membership(container=container, user=user, role=role) for role, container in roles.items()
    )
    return Caller(user)
