"""One card, for somebody who may see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet

from catalog.models import Asset, User
from catalog.selectors.cards import CONTAINER_PARAMETERS, Card
from catalog.shared.errors import NotFound, Target
from catalog.shared.prepared import PreparedRead


def _visible(user: User, kind: str, container_id: UUID) -> QuerySet[Asset]:
    cards = Asset.objects.live().in_container(container_id, kind).visible_to(user)
    return cards.with_card().order_by()


def _card_rows(
    *, is_superuser: bool, kind: str, container_id: UUID, asset_id: UUID, user_id: int = 0
) -> QuerySet[Asset, Any]:
    user = User(pk=user_id, is_superuser=is_superuser)
    return _visible(user, kind, container_id).filter(pk=asset_id).values_list(*Card._fields)


_SAMPLES = {"kind": "a kind", "container_id": uuid4(), "asset_id": uuid4()}
_READS = {
    False: PreparedRead(lambda **v: _card_rows(is_superuser=False, **v), user_id=-404, **_SAMPLES),
    True: PreparedRead(lambda **v: _card_rows(is_superuser=True, **v), **_SAMPLES),
}


def visible_card(*, user: User, kind: str, container_id: UUID, asset_id: UUID) -> Card:
    """The live card with all that it shows, in one query. Raises NotFound."""
    row = _READS[user.is_superuser].first(
        user_id=user.pk, kind=kind, container_id=container_id, asset_id=asset_id
    )
    if row is None:
        raise missing(kind, container_id, asset_id)
    return Card._make(row)


def whole_card(*, user: User, kind: str, container_id: UUID, asset_id: UUID) -> Asset:
    """The same as an ``Asset``, with its entity and container to work on. Raises NotFound."""
    found = (
        _visible(user, kind, container_id).select_related("container").filter(pk=asset_id).first()
    )
    if found is None:
        raise missing(kind, container_id, asset_id)
    return found


def require_visible(*, user: User, kind: str, container_id: UUID, asset_id: UUID) -> None:
    """Raise NotFound unless ``user`` sees that live card."""
    cards = Asset.objects.live().in_container(container_id, kind).visible_to(user)
    if not cards.filter(pk=asset_id).exists():
        raise missing(kind, container_id, asset_id)


def _lock_rows(
    *, trashed: bool, is_superuser: bool, container_id: UUID, asset_id: UUID, user_id: int = 0
) -> QuerySet[Asset, Any]:
    user = User(pk=user_id, is_superuser=is_superuser)
    cards = Asset.objects.trashed() if trashed else Asset.objects.live()
    cards = cards.filter(container_id=container_id, pk=asset_id).visible_to(user)
    return cards.select_for_update(of=("self",)).order_by().values_list("pk")


def _locks(*, trashed: bool) -> dict[bool, PreparedRead]:
    samples = {"container_id": uuid4(), "asset_id": uuid4()}
    return {
        False: PreparedRead(
            lambda **v: _lock_rows(trashed=trashed, is_superuser=False, **v),
            user_id=-404,
            **samples,
        ),
        True: PreparedRead(
            lambda **v: _lock_rows(trashed=trashed, is_superuser=True, **v), **samples
        ),
    }


_LOCKS = {trashed: _locks(trashed=trashed) for trashed in (False, True)}


def lock_card(*, user: User, container_id: UUID, asset_id: UUID, trashed: bool = False) -> bool:
    """Lock the row of a live card, or of one in the trash, until the transaction ends; False for a
    card that ``user`` does not see.
    """
    read = _LOCKS[trashed][user.is_superuser]
    row = read.first(user_id=user.pk, container_id=container_id, asset_id=asset_id)
    return row is not None


_COLUMNS = [field.attname for field in Asset._meta.concrete_fields]
_BESIDE = [name for name in Card._fields if name not in (*_COLUMNS, "pk")]


def _locked_rows(*, is_superuser: bool, asset_id: UUID, user_id: int = 0) -> QuerySet[Asset, Any]:
    user = User(pk=user_id, is_superuser=is_superuser)
    cards = Asset.objects.filter(pk=asset_id).visible_to(user).with_card()
    return cards.order_by().values_list(*_COLUMNS, *_BESIDE)


_LOCKED = {
    False: PreparedRead(
        lambda **v: _locked_rows(is_superuser=False, **v), user_id=-404, asset_id=uuid4()
    ),
    True: PreparedRead(lambda **v: _locked_rows(is_superuser=True, **v), asset_id=uuid4()),
}


def locked_card(*, user: User, asset_id: UUID) -> Asset | None:
    """The card whose row the caller locked, with all that it shows, to work on; None when ``user``
    lost sight of it while the caller waited for the lock.
    """
    row = _LOCKED[user.is_superuser].first(user_id=user.pk, asset_id=asset_id)
    if row is None:
        return None
    asset = Asset.from_db("default", _COLUMNS, row[: len(_COLUMNS)])
    for name, value in zip(_BESIDE, row[len(_COLUMNS) :], strict=True):
        setattr(asset, name, value)
    return asset


def missing(kind: str, container_id: UUID, asset_id: UUID) -> NotFound:
    """The refusal for a card that there is not, or not for the caller; it does not tell which."""
    target = Target(CONTAINER_PARAMETERS[kind], "parameter")
    return NotFound(f"There is no asset {asset_id} in {kind} {container_id}.", target=target)
