"""Copies of a card: ``/v2/assets/{asset_id}/clone``, ``publish``, ``promote``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Asset, Container
from catalog.selectors.assets import whole_card
from catalog.selectors.cards import card_document
from catalog.serializers.assets import CardSerializer
from catalog.serializers.copies import (
    CopyTargetSerializer,
    PromoteAssetSerializer,
    PublishAssetSerializer,
    PublishedCardSerializer,
    publication_of,
)
from catalog.services import copies
from catalog.services.containers import container_for
from catalog.shared.errors import BadRequest, Target
from catalog.shared.schema import CONTAINER, REVISION, operation, query
from catalog.views import copy_examples as examples
from catalog.views.base import APIView
from catalog.views.conditional import tagged
from catalog.views.parameters import (
    DUPLICATE_ACTION,
    card_to_read,
    container_parameter,
    duplicate_action,
    signed_in,
)

TAG = "Copies"
FROM_PROJECT = [
    query("project_id", "The project of the card.", OpenApiTypes.UUID, required=True),
    REVISION,
    DUPLICATE_ACTION,
]


def _shown(asset: Asset, *, status: int) -> Response:
    return tagged(Response(card_document(asset, is_new=True), status=status), asset.version)


def _source_in_project(request: Request, asset_id: UUID) -> Asset:
    """The card of a project, or a revision of it, that the request is about."""
    if container_parameter(request).kind != Container.Kind.PROJECT:
        raise BadRequest(
            "The card must be in a project: provide a project_id.",
            target=Target("project_id", "parameter"),
        )
    return card_to_read(request, asset_id)[0]


class CloneView(APIView):
    @operation(
        "cloneAsset",
        "Copy a card into another container",
        tag=TAG,
        parameters=[*CONTAINER, DUPLICATE_ACTION],
        request=CopyTargetSerializer,
        answers={200: CardSerializer, 201: CardSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[("Into a project", examples.CLONE, examples.CLONED)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        user, where = signed_in(request), container_parameter(request)
        wanted = duplicate_action(request)
        source = whole_card(user=user, asset_id=asset_id, **where.words)
        body = CopyTargetSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asset, is_new = copies.copy_card(
            actor=user,
            source=source,
            target=container_for(user=user, role="editor", **body.validated_data),
            action="clone",
            duplicate_action=wanted,
        )
        return _shown(asset, status=201 if is_new else 200)


class _CopyFromProject(APIView):
    """Publishing and promoting differ in where the copy goes."""

    action: str
    kind: str
    serializer: type[PublishAssetSerializer] | type[PromoteAssetSerializer]

    def copied(self, request: Request, asset_id: UUID) -> Response:
        user, wanted = signed_in(request), duplicate_action(request)
        source = _source_in_project(request, asset_id)
        body = self.serializer(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = body.validated_data
        asset, _ = copies.copy_card(
            actor=user,
            source=source,
            target=container_for(
                user=user, role="editor", kind=self.kind, container_id=given[f"{self.kind}_id"]
            ),
            action=self.action,
            duplicate_action=wanted,
            mode=given.get("mode"),
            metadata=given.get("metadata"),
        )
        return _shown(asset, status=200)


class PublishView(_CopyFromProject):
    action, kind, serializer = "publish", "catalog", PublishAssetSerializer

    @operation(
        "publishAsset",
        "Publish a card of a project to a catalog",
        tag=TAG,
        parameters=FROM_PROJECT,
        request=PublishAssetSerializer,
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[("To a catalog, under another name", examples.PUBLISH, examples.PUBLISHED)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        return self.copied(request, asset_id)


class PromoteView(_CopyFromProject):
    action, kind, serializer = "promote", "space", PromoteAssetSerializer

    @operation(
        "promoteAsset",
        "Promote a card of a project to a space",
        tag=TAG,
        parameters=FROM_PROJECT,
        request=PromoteAssetSerializer,
        answers={200: CardSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[("To a space", examples.PROMOTE, examples.PROMOTED)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        return self.copied(request, asset_id)


class PublishedView(APIView):
    @operation(
        "publishNewAsset",
        "Publish to a catalog what a project has no card of",
        tag=TAG,
        parameters=[DUPLICATE_ACTION],
        request=PublishedCardSerializer,
        answers={200: CardSerializer, 201: CardSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[("A card", examples.NEW_PUBLISHED, examples.NEWLY_PUBLISHED)],
    )
    def post(self, request: Request) -> Response:
        wanted = duplicate_action(request)
        places, body = publication_of(request.data)
        asset, is_new = copies.publish_card(
            actor=signed_in(request), body=body, duplicate_action=wanted, **places
        )
        return _shown(asset, status=201 if is_new else 200)
