"""Cards: ``/v2/assets``."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.assets import visible_card
from catalog.selectors.cards import card_document
from catalog.selectors.history import Point, past_document, visible_past
from catalog.selectors.revisions import revision_document, revision_of
from catalog.serializers.assets import CardSerializer, NewCardSerializer, PatchSerializer
from catalog.services import assets
from catalog.services.duplicates import create_card
from catalog.services.usage import count_card_read
from catalog.shared.errors import BadRequest, Target
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.paging import flag, moment
from catalog.shared.schema import CONTAINER, REVISION, operation, query
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.conditional import is_known, shown, tagged
from catalog.views.parameters import (
    DUPLICATE_ACTION,
    container_parameter,
    duplicate_action,
    held,
    revision_parameter,
    signed_in,
)
from catalog.views.usage import counted

TAG = "Assets"
AS_OF = query("as_of", "The card as it was at that time: ISO 8601, or milliseconds since 1970.")


def _as_of(request: Request) -> Point | None:
    """The time that the request asks for; None for the present."""
    time = moment(request.query_params, "as_of")
    if time is None:
        return None
    if request.query_params.get("revision_id"):
        raise BadRequest("Give either as_of or revision_id.", target=Target("as_of", "parameter"))
    return Point(moment=time)


class AssetsView(APIView):
    @operation(
        "createAsset",
        "Create a card",
        tag=TAG,
        parameters=[*CONTAINER, DUPLICATE_ACTION],
        request=NewCardSerializer,
        answers={200: CardSerializer, 201: CardSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[
            (
                "Create Asset: book",
                examples.NEW_BOOK,
                examples.BOOK | {"asset_id": examples.ASSET_ID},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        container = container_parameter(request).resolve(signed_in(request), role="editor")
        asset, is_new = create_card(
            actor=signed_in(request),
            container=container,
            body=request.data,
            duplicate_action=duplicate_action(request),
        )
        document = card_document(asset, is_new=True)
        return tagged(Response(document, status=201 if is_new else 200), asset.version)


class AssetView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "getAsset",
        "Get a card",
        tag=TAG,
        parameters=[*CONTAINER, REVISION, AS_OF],
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404),
        examples=[("Getting an Asset", None, examples.BOOK)],
    )
    @counted(count_card_read, "asset_id")
    def get(self, request: Request, asset_id: UUID) -> Response:
        where = container_parameter(request)
        if point := _as_of(request):
            target, user = Target("as_of", "parameter"), signed_in(request)
            past = visible_past(
                user=user, asset_id=asset_id, point=point, target=target, **where.words
            )
            return shown(request, past.card.version, past_document(past.card))
        revision = revision_parameter(request, where)
        asset = visible_card(user=signed_in(request), asset_id=asset_id, **where.words)
        if revision is not None:
            return Response(revision_document(asset, revision_of(asset.pk, revision)))
        if is_known(request, asset.version):
            return tagged(Response(status=304), asset.version)
        return tagged(Response(card_document(asset)), asset.version)

    @operation(
        "updateAsset",
        "Change a card by JSON Patch",
        tag=TAG,
        parameters=CONTAINER,
        request={media: PatchSerializer(many=True) for media in examples.PATCH_MEDIA},
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404, 412),
        examples=[("Change the description", examples.PATCH, examples.BOOK)],
    )
    def patch(self, request: Request, asset_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            asset = assets.patch_asset(actor=actor, asset=asset, operations=request.data)
        return tagged(Response(card_document(asset)), asset.version)

    @operation(
        "deleteAsset",
        "Delete a card",
        tag=TAG,
        parameters=[
            *CONTAINER,
            query("purge_on_delete", "Delete for good, past the trash.", bool, default=False),
        ],
        answers={204: None},
        errors=(400, 401, 403, 404, 412),
    )
    def delete(self, request: Request, asset_id: UUID) -> Response:
        purge = flag(request.query_params, "purge_on_delete")
        with held(request, asset_id) as (actor, asset):
            assets.delete_asset(actor=actor, asset=asset, purge=purge)
        return Response(status=204)
