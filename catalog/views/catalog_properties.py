"""Properties of a catalog: ``/v2/catalogs/{catalog_id}/properties``."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.catalogs import properties_of
from catalog.serializers.assets import PatchSerializer
from catalog.services.catalogs import patch_properties
from catalog.shared.errors import NotFound
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.schema import operation
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.catalogs import TAG, visible_catalog


class CatalogPropertiesView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "getCatalogProperties",
        "Get what clients keep with a catalog",
        tag=TAG,
        answers={200: OpenApiTypes.OBJECT},
        errors=(401, 404),
        examples=[("Properties", None, examples.PROPERTIES)],
    )
    def get(self, request: Request, catalog_id: UUID) -> Response:
        return Response(properties_of(visible_catalog(request, catalog_id)))

    @operation(
        "updateCatalogProperties",
        "Change what clients keep with a catalog by JSON Patch",
        tag=TAG,
        request={media: PatchSerializer(many=True) for media in examples.PATCH_MEDIA},
        answers={200: OpenApiTypes.OBJECT},
        errors=(400, 401, 403, 404, 409),
        examples=[("One more", examples.PATCH_OF_PROPERTIES, examples.PROPERTIES)],
    )
    def patch(self, request: Request, catalog_id: UUID) -> Response:
        catalog = visible_catalog(request, catalog_id, role="admin")
        return Response(properties_of(patch_properties(catalog=catalog, operations=request.data)))


class CatalogPropertyView(APIView):
    @operation(
        "getCatalogProperty",
        "Get one property of a catalog",
        tag=TAG,
        answers={200: OpenApiTypes.OBJECT},
        errors=(401, 404),
        examples=[("A property", None, examples.PROPERTIES)],
    )
    def get(self, request: Request, catalog_id: UUID, property_key: str) -> Response:
        properties = properties_of(visible_catalog(request, catalog_id))
        if property_key not in properties:
            raise NotFound(f"The catalog has no property '{property_key[:100]}'.")
        return Response({property_key: properties[property_key]})
