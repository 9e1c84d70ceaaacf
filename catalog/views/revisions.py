"""Revisions of a card: ``/v2/assets/{asset_id}/revisions``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.assets import visible_card
from catalog.selectors.revisions import revision_document, revision_page
from catalog.serializers.assets import CardSerializer
from catalog.serializers.revisions import NewRevisionSerializer, RevisionListSerializer
from catalog.services.revisions import commit_revision
from catalog.shared.paging import page_limit
from catalog.shared.schema import CONTAINER, limit_parameter, operation, query
from catalog.views import copy_examples as examples
from catalog.views.base import APIView
from catalog.views.conditional import tagged
from catalog.views.parameters import (
    container_parameter,
    held,
    repeated,
    require_revisions,
    revision_parameter,
    signed_in,
)

TAG = "Asset Revisions"


class RevisionsView(APIView):
    @operation(
        "getAssetRevisions",
        "List the revisions of a card, the latest first",
        tag=TAG,
        parameters=[
            *CONTAINER,
            limit_parameter(25),
            query("start", "The number of the revision to begin with, or 'latest'."),
        ],
        answers={200: RevisionListSerializer},
        errors=(400, 401, 403, 404),
        examples=[("Revisions", None, examples.REVISIONS)],
    )
    def get(self, request: Request, asset_id: UUID) -> Response:
        where = container_parameter(request)
        require_revisions(where)
        limit = page_limit(request.query_params, default=25)
        start = revision_parameter(request, where, "start") or "latest"
        asset = visible_card(user=signed_in(request), asset_id=asset_id, **where.words)
        page, following = revision_page(asset, start=start, limit=limit)
        answer: dict[str, Any] = {
            "results": page,
            "limit": limit,
            "first": {"href": repeated(request, start=None)},
        }
        if following is not None:
            answer["next"] = {"href": repeated(request, start=str(following))}
        return Response(answer)

    @operation(
        "createAssetRevision",
        "Commit a card: keep it as its next revision",
        tag=TAG,
        parameters=CONTAINER,
        request=NewRevisionSerializer,
        answers={201: CardSerializer},
        errors=(400, 401, 403, 404, 409, 412),
        examples=[("A commit", examples.COMMIT, examples.REVISION)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        require_revisions(container_parameter(request))
        with held(request, asset_id) as (actor, asset):
            body = NewRevisionSerializer(data=request.data)
            body.is_valid(raise_exception=True)
            revision = commit_revision(
                actor=actor, asset=asset, commit_message=body.validated_data["commit_message"] or ""
            )
        answer = revision_document(asset, revision, is_new=True)
        return tagged(Response(answer, status=201), asset.version)
