"""Owner, visibility and collaborators of a card: ``/v2/assets/{asset_id}/owner``, ``/perms`` and
``/collaborators``.
"""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.cards import card_document
from catalog.serializers.assets import CardSerializer, PatchSerializer
from catalog.serializers.card_rights import CardOwnerSerializer, CardPermsSerializer
from catalog.services import card_rights
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.schema import CONTAINER, operation
from catalog.views import card_examples, examples
from catalog.views.assets import TAG
from catalog.views.base import APIView
from catalog.views.conditional import tagged
from catalog.views.parameters import held


class CardOwnerView(APIView):
    @operation(
        "updateAssetOwner",
        "Give a card to another owner",
        tag=TAG,
        parameters=CONTAINER,
        request=CardOwnerSerializer,
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404, 412),
        examples=[("A new owner", card_examples.NEW_OWNER, card_examples.GIVEN)],
    )
    def put(self, request: Request, asset_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            card_rights.require_sharing(actor=actor, asset=asset)
            body = CardOwnerSerializer(data=request.data)
            body.is_valid(raise_exception=True)
            asset = card_rights.give_card(actor=actor, asset=asset, **body.validated_data)
        return tagged(Response(card_document(asset)), asset.version)


class CardPermsView(APIView):
    @operation(
        "updateAssetPerms",
        "Make a card public or private",
        tag=TAG,
        parameters=CONTAINER,
        request=CardPermsSerializer,
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404, 412),
        examples=[("Public", {"mode": 0}, examples.BOOK)],
    )
    def put(self, request: Request, asset_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            card_rights.require_sharing(actor=actor, asset=asset)
            body = CardPermsSerializer(data=request.data)
            body.is_valid(raise_exception=True)
            asset = card_rights.set_visibility(actor=actor, asset=asset, **body.validated_data)
        return tagged(Response(card_document(asset)), asset.version)


class CardCollaboratorsView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "updateAssetCollaborators",
        "Share a card, or share it no longer, by JSON Patch",
        tag=TAG,
        parameters=CONTAINER,
        request={media: PatchSerializer(many=True) for media in examples.PATCH_MEDIA},
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404, 412),
        examples=[("A collaborator", card_examples.SHARING, card_examples.SHARED)],
    )
    def patch(self, request: Request, asset_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            asset = card_rights.patch_collaborators(
                actor=actor, asset=asset, operations=request.data
            )
        # The contract shows no attribute in this answer.
        return tagged(Response(card_document(asset) | {"entity": {}}), asset.version)
