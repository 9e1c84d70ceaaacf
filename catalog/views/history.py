"""A card's history: ``/v2/assets/{asset_id}/history``."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.assets import require_visible
from catalog.selectors.card_states import patch_between, state_document
from catalog.selectors.card_versions import Place, Version, versions_page
from catalog.selectors.cards import card_document
from catalog.selectors.history import PastCard, Point, visible_past
from catalog.serializers.assets import CardSerializer
from catalog.serializers.history import (
    CardDifferenceSerializer,
    CardHistorySerializer,
    RestoreSerializer,
)
from catalog.services import history
from catalog.shared.errors import BadRequest, Target
from catalog.shared.paging import Bookmarks, moment, page_limit
from catalog.shared.schema import CONTAINER, limit_parameter, operation, query
from catalog.views import examples, history_examples
from catalog.views.base import APIView
from catalog.views.conditional import tagged
from catalog.views.parameters import container_parameter, held, repeated, signed_in

TAG = "Asset History"
#: A time in milliseconds has more digits since 2001.
VERSION = re.compile("[0-9]{1,12}")


def precise(time: datetime) -> str:
    """``2026-11-20T09:15:00.123456Z``: to the microsecond, so that ``as_of`` finds it again."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class HistoryView(APIView):
    @operation(
        "getAssetHistory",
        "List the versions of a card, newest first, each with what it changed",
        tag=TAG,
        parameters=[
            *CONTAINER,
            limit_parameter(25),
            query("start", "Where to go on: next names the whole request."),
        ],
        answers={200: CardHistorySerializer},
        errors=(400, 401, 404),
        examples=[("A change and how it began", None, history_examples.HISTORY)],
    )
    def get(self, request: Request, asset_id: UUID) -> Response:
        where = container_parameter(request)
        limit = page_limit(request.query_params, default=25)
        bookmarks = Bookmarks("history", asset_id, parameter="start")
        place = bookmarks.read(request.query_params.get("start", ""))
        require_visible(user=signed_in(request), asset_id=asset_id, **where.words)
        page = versions_page(
            asset_id=asset_id,
            kind=where.kind,
            limit=limit,
            place=Place(datetime.fromisoformat(place[0]), place[1]) if place else None,
            describe=patch_between,
        )
        answer: dict[str, Any] = {
            "asset_id": str(asset_id),
            "limit": limit,
            "resources": [_entry(version) for version in page.versions],
            "first": {"href": repeated(request, start=None)},
        }
        if page.next:
            start = bookmarks.write([page.next.changed_at.isoformat(), page.next.pgh_id])
            answer["next"] = {"href": repeated(request, start=start)}
        return Response(answer)


def _entry(version: Version[Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "version": version.number,
        "changed_at": precise(version.changed_at),
        "user_id": None if version.user_id is None else str(version.user_id),
        "user_name": version.user_name,
        "route": version.route,
        "action": version.action,
        "changes": version.changes,
    }
    return entry if version.trace is None else entry | {"trace": version.trace}


class HistoryDifferenceView(APIView):
    @operation(
        "compareAssetVersions",
        "Compare a card at two points of its history",
        tag=TAG,
        parameters=[
            *CONTAINER,
            query("from", "A version, or a time (ISO 8601 or milliseconds).", required=True),
            query("to", "Likewise; the card as it is now when it is left out."),
        ],
        answers={200: CardDifferenceSerializer},
        errors=(400, 401, 404),
        examples=[("Between two versions", None, history_examples.DIFFERENCE)],
    )
    def get(self, request: Request, asset_id: UUID) -> Response:
        where, user = container_parameter(request), signed_in(request)
        points = {"from": _point(request, "from"), "to": _point(request, "to")}
        if points["from"] is None:
            raise BadRequest("A version or a time is required.", target=Target("from", "parameter"))
        found = {
            name: visible_past(
                user=user,
                asset_id=asset_id,
                point=point or Point(moment=datetime.max.replace(tzinfo=UTC)),
                target=Target(name, "parameter"),
                **where.words,
            )
            for name, point in points.items()
        }
        before, after = (state_document(past.card) for past in found.values())
        return Response(
            {
                "asset_id": str(asset_id),
                **{name: _place(past) for name, past in found.items()},
                "changes": patch_between(before, after),
            }
        )


def _point(request: Request, name: str) -> Point | None:
    text = request.query_params.get(name, "").strip()
    if VERSION.fullmatch(text):
        return Point(version=int(text))
    time = moment(request.query_params, name)
    return None if time is None else Point(moment=time)


def _place(past: PastCard) -> dict[str, Any]:
    return {"version": past.card.version, "changed_at": precise(past.changed_at)}


class HistoryRestoreView(APIView):
    @operation(
        "restoreAssetVersion",
        "Bring a card back to what it was",
        tag=TAG,
        parameters=CONTAINER,
        request=RestoreSerializer,
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404, 409, 412),
        examples=[("To a version", {"version": 1}, examples.BOOK)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            body = RestoreSerializer(data=request.data)
            body.is_valid(raise_exception=True)
            asset = history.restore_card(
                actor=actor,
                asset=asset,
                point=body.point,
                target=Target(next(iter(body.validated_data))),
            )
        return tagged(Response(card_document(asset)), asset.version)
