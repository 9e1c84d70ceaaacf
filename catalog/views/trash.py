"""Deleted cards: ``/v2/trashed_assets``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.cards import card_document
from catalog.selectors.trash import trashed_card, trashed_cards
from catalog.serializers.assets import CardSerializer
from catalog.serializers.trash import TrashedCardListSerializer, TrashedCardSerializer
from catalog.services import assets, trash
from catalog.shared.paging import Bookmarks, moment, page_limit
from catalog.shared.schema import CONTAINER, limit_parameter, operation, query
from catalog.views import card_examples, examples
from catalog.views.base import APIView
from catalog.views.conditional import shown, tagged
from catalog.views.parameters import container_parameter, held_in_trash, repeated, signed_in

TAG = "Asset Trash"
DEFAULT_PAGE = 200


class TrashView(APIView):
    @operation(
        "listTrash",
        "List deleted cards, the last first",
        tag=TAG,
        parameters=[
            *CONTAINER,
            query("older_than", "Only cards deleted before that time, ISO 8601 or milliseconds."),
            query("newer_than", "Only cards deleted after that time, ISO 8601 or milliseconds."),
            limit_parameter(DEFAULT_PAGE),
            query("bookmark", "The bookmark of the page before."),
        ],
        answers={200: TrashedCardListSerializer},
        errors=(400, 401, 404),
        examples=[("Trash", None, card_examples.TRASH)],
    )
    def get(self, request: Request) -> Response:
        params, user = request.query_params, signed_in(request)
        container = container_parameter(request).resolve(user)
        limit = page_limit(params, default=DEFAULT_PAGE)
        span = {name: moment(params, name) for name in ("older_than", "newer_than")}
        bookmarks = Bookmarks("trash", container.pk, *span.values())
        page = trashed_cards(
            user=user,
            container=container,
            after=bookmarks.read(params.get("bookmark", "")),
            limit=limit,
            **span,
        )
        bookmark = bookmarks.write(page.place) if page.place else ""
        answer: dict[str, Any] = {
            "resources": [card_document(card) for card in page.cards],
            "total_rows": page.total,
            "bookmark": bookmark,
        }
        if page.has_more:
            answer["next"] = {"href": repeated(request, bookmark=bookmark)}
        return Response(answer)


class TrashedCardView(APIView):
    @operation(
        "getTrashedAsset",
        "Get a deleted card",
        tag=TAG,
        parameters=CONTAINER,
        answers={200: TrashedCardSerializer},
        errors=(400, 401, 404),
        examples=[("A deleted card", None, card_examples.TRASHED)],
    )
    def get(self, request: Request, asset_id: UUID) -> Response:
        where = container_parameter(request)
        card = trashed_card(user=signed_in(request), asset_id=asset_id, **where.words)
        return shown(request, card.version, card_document(card))

    @operation(
        "purgeAsset",
        "Delete a card from the trash, for good",
        tag=TAG,
        parameters=CONTAINER,
        answers={204: None},
        errors=(400, 401, 403, 404, 412),
    )
    def delete(self, request: Request, asset_id: UUID) -> Response:
        with held_in_trash(request, asset_id) as (actor, asset):
            assets.delete_asset(actor=actor, asset=asset, purge=True)
        return Response(status=204)


class RestoreView(APIView):
    @operation(
        "restoreAsset",
        "Take a card out of the trash",
        tag=TAG,
        parameters=CONTAINER,
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404, 412),
        examples=[("The restored card", None, examples.BOOK)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        with held_in_trash(request, asset_id) as (actor, asset):
            asset = trash.restore_asset(actor=actor, asset=asset)
        return tagged(Response(card_document(asset)), asset.version)
