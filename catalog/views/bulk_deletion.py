"""Many cards at once: ``/v2/assets/bulk``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.assets import missing
from catalog.serializers.trash import DeletedAssetsSerializer
from catalog.services.bulk_deletion import delete_assets
from catalog.shared.errors import BadRequest, Target
from catalog.shared.paging import flag
from catalog.shared.schema import CONTAINER, operation, query
from catalog.views import card_examples
from catalog.views.assets import TAG
from catalog.views.base import APIView
from catalog.views.parameters import container_parameter, signed_in

MAX_IDS = 200
ASSET_IDS = Target("asset_ids", "parameter")


def _asset_ids(request: Request) -> list[UUID]:
    """The ids that the request names, each once, in the order given."""
    texts = ",".join(request.query_params.getlist("asset_ids")).split(",")
    given = [text.strip() for text in texts if text.strip()]
    try:
        ids = list(dict.fromkeys(map(UUID, given)))
    except ValueError as exc:
        raise BadRequest("Must be UUIDs, separated by commas.", target=ASSET_IDS) from exc
    if not 1 <= len(ids) <= MAX_IDS:
        raise BadRequest(f"Must be 1 to {MAX_IDS} ids; there are {len(ids)}.", target=ASSET_IDS)
    return ids


class AssetsBulkView(APIView):
    @operation(
        "deleteAssets",
        "Delete many cards; the answer tells what became of each",
        tag=TAG,
        parameters=[
            *CONTAINER,
            query("asset_ids", f"Up to {MAX_IDS} ids, separated by commas.", required=True),
            query("purge_on_delete", "Delete for good, past the trash.", bool, default=False),
        ],
        answers={200: DeletedAssetsSerializer},
        errors=(400, 401, 403, 404),
        examples=[("One of two", None, card_examples.DELETED)],
    )
    def delete(self, request: Request) -> Response:
        if "If-Match" in request.headers:
            raise BadRequest(
                "A tag is of one card, and these are many: delete it by itself.",
                target=Target("If-Match", "header"),
            )
        user, where = signed_in(request), container_parameter(request)
        container = where.resolve(user, role="editor")
        ids, purge = _asset_ids(request), flag(request.query_params, "purge_on_delete")
        deleted = delete_assets(actor=user, container=container, ids=ids, purge=purge)

        def outcome(asset_id: UUID) -> dict[str, Any]:
            if asset_id in deleted:
                return {"asset_id": str(asset_id), "http_status": 204, "status": "success"}
            refusal = missing(asset_id=asset_id, **where.words)
            return {
                "asset_id": str(asset_id),
                "http_status": refusal.status,
                "status": "failed",
                "errors": [{"code": refusal.code, "message": refusal.message}],
            }

        return Response({"resources": [outcome(asset_id) for asset_id in ids]})
