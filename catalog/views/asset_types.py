"""Asset types: ``/v2/asset_types``."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import AssetType, Container
from catalog.serializers.asset_types import (
    AssetTypeDefinitionSerializer,
    AssetTypeListSerializer,
    AssetTypeSerializer,
    NewAssetTypeSerializer,
    asset_type_document,
)
from catalog.services import asset_types
from catalog.shared.errors import BadRequest, NotFound
from catalog.shared.schema import CONTAINER, operation
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.parameters import container_parameter, signed_in

TAG = "Asset Types"


def _definition(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise BadRequest("An object is required.")
    return request.data


def _type_named(container: Container, name: str) -> AssetType:
    found = AssetType.objects.known_in(container.pk).filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no asset type '{name[:100]}' in this {container.kind}.")
    return found


class AssetTypesView(APIView):
    @operation(
        "getAssetTypes",
        "List the asset types that a container knows",
        tag=TAG,
        parameters=CONTAINER,
        answers={200: AssetTypeListSerializer},
        errors=(400, 401, 403, 404),
        examples=[("Get Asset Types", None, {"resources": [examples.BOOK_TYPE]})],
    )
    def get(self, request: Request) -> Response:
        container = container_parameter(request).resolve(signed_in(request))
        known = AssetType.objects.known_in(container.pk).order_by("name", "pk")
        return Response({"resources": [asset_type_document(asset_type) for asset_type in known]})

    @operation(
        "createAssetType",
        "Create an asset type",
        tag=TAG,
        parameters=CONTAINER,
        request=NewAssetTypeSerializer,
        answers={201: AssetTypeSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[("Create Asset Type: book", examples.NEW_BOOK_TYPE, examples.BOOK_TYPE)],
    )
    def post(self, request: Request) -> Response:
        container = container_parameter(request).resolve(signed_in(request), role="editor")
        created = asset_types.create_asset_type(container=container, body=_definition(request))
        return Response(asset_type_document(created, is_echo=True), status=201)


class AssetTypeView(APIView):
    @operation(
        "getAssetType",
        "Get an asset type",
        tag=TAG,
        parameters=CONTAINER,
        answers={200: AssetTypeSerializer},
        errors=(400, 401, 403, 404),
        examples=[("Get Asset Type", None, examples.BOOK_TYPE)],
    )
    def get(self, request: Request, type_name: str) -> Response:
        container = container_parameter(request).resolve(signed_in(request))
        return Response(asset_type_document(_type_named(container, type_name)))

    @operation(
        "replaceAssetType",
        "Replace an asset type by its next version, or create it",
        tag=TAG,
        parameters=CONTAINER,
        request=AssetTypeDefinitionSerializer,
        answers={200: AssetTypeSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[
            ("A new version", {"fields": examples.NEW_BOOK_TYPE["fields"]}, examples.BOOK_TYPE)
        ],
    )
    def put(self, request: Request, type_name: str) -> Response:
        container = container_parameter(request).resolve(signed_in(request), role="editor")
        replaced = asset_types.replace_asset_type(
            container=container, name=type_name, body=_definition(request)
        )
        return Response(asset_type_document(replaced, is_echo=True))

    @operation(
        "deleteAssetType",
        "Delete an asset type that no card uses",
        tag=TAG,
        parameters=CONTAINER,
        answers={204: None},
        errors=(400, 401, 403, 404, 409),
    )
    def delete(self, request: Request, type_name: str) -> Response:
        container = container_parameter(request).resolve(signed_in(request), role="editor")
        asset_types.delete_asset_type(asset_type=_type_named(container, type_name))
        return Response(status=204)
