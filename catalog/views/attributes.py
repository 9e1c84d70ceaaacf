"""Attributes of a card: ``/v2/assets/{asset_id}/attributes``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Asset
from catalog.selectors.cards import asset_href
from catalog.serializers.assets import (
    AttributeListSerializer,
    AttributeSerializer,
    NewAttributeSerializer,
    PatchSerializer,
)
from catalog.services import attributes
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.schema import CONTAINER, REVISION, operation
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.conditional import shown, tagged
from catalog.views.parameters import card_to_read, held

TAG = "Asset Attributes"


def _document(asset: Asset, name: str, revision: int | None = None) -> dict[str, Any]:
    return {
        "asset_id": str(asset.pk),
        "name": name,
        "entity": attributes.attribute_of(asset, name),
        "href": asset_href(asset, f"/attributes/{name}", revision),
    }


class AttributesView(APIView):
    @operation(
        "getAssetAttributes",
        "List the attributes of a card",
        tag=TAG,
        parameters=[*CONTAINER, REVISION],
        answers={200: AttributeListSerializer},
        errors=(400, 401, 403, 404),
        examples=[("Attributes", None, {"resources": [examples.ATTRIBUTE]})],
    )
    def get(self, request: Request, asset_id: UUID) -> Response:
        asset, revision = card_to_read(request, asset_id)
        names = asset.asset_attributes
        document = {"resources": [_document(asset, name, revision) for name in names]}
        return Response(document) if revision else shown(request, asset.version, document)

    @operation(
        "createAssetAttribute",
        "Add an attribute to a card",
        tag=TAG,
        parameters=CONTAINER,
        request=NewAttributeSerializer,
        answers={201: AttributeSerializer},
        errors=(400, 401, 403, 404, 409, 412),
        examples=[("Add a profile", examples.NEW_ATTRIBUTE, examples.ATTRIBUTE)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            name = attributes.add_attribute(actor=actor, asset=asset, body=request.data)
        return tagged(Response(_document(asset, name), status=201), asset.version)


class AttributeView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "getAssetAttribute",
        "Get an attribute of a card",
        tag=TAG,
        parameters=[*CONTAINER, REVISION],
        answers={200: AttributeSerializer},
        errors=(400, 401, 403, 404),
        examples=[("An attribute", None, examples.ATTRIBUTE)],
    )
    def get(self, request: Request, asset_id: UUID, attribute_key: str) -> Response:
        asset, revision = card_to_read(request, asset_id)
        document = _document(asset, attribute_key, revision)
        return Response(document) if revision else shown(request, asset.version, document)

    @operation(
        "updateAssetAttribute",
        "Change an attribute by JSON Patch; paths begin at the attribute",
        tag=TAG,
        parameters=CONTAINER,
        request={media: PatchSerializer(many=True) for media in examples.PATCH_MEDIA},
        answers={200: AttributeSerializer},
        errors=(400, 401, 403, 404, 412),
        examples=[("Change the classes", examples.PATCH_OF_ATTRIBUTE, examples.ATTRIBUTE)],
    )
    def patch(self, request: Request, asset_id: UUID, attribute_key: str) -> Response:
        with held(request, asset_id) as (actor, asset):
            attributes.patch_attribute(
                actor=actor, asset=asset, name=attribute_key, operations=request.data
            )
        return tagged(Response(_document(asset, attribute_key)), asset.version)

    @operation(
        "deleteAssetAttribute",
        "Remove an attribute from a card",
        tag=TAG,
        parameters=CONTAINER,
        answers={204: None},
        errors=(400, 401, 403, 404, 412),
    )
    def delete(self, request: Request, asset_id: UUID, attribute_key: str) -> Response:
        with held(request, asset_id) as (actor, asset):
            attributes.remove_attribute(actor=actor, asset=asset, name=attribute_key)
        return Response(status=204)
