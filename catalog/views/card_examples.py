"""Example requests and answers around a card: its rights, its ratings, the trash."""

from __future__ import annotations

from typing import Any

from catalog.views.examples import ASSET_ID, BOOK, BOOKMARK, CATALOG_ID, WHEN

WHERE = f"?catalog_id={CATALOG_ID}"
OTHER_ID = "9f1c2a5e-66d1-4c53-a0a5-0d9b9f4b6a77"

NEW_OWNER = {"owner": "rosa", "owner_id": "2"}
GIVEN: dict[str, Any] = BOOK | {"metadata": BOOK["metadata"] | {"owner_id": "2"}}
SHARING = [{"op": "add", "path": "/metadata/rov/collaborator_ids/2", "value": {"user_iam_id": "2"}}]
SHARED: dict[str, Any] = BOOK | {
    "metadata": BOOK["metadata"]
    | {"rov": {"mode": 8, "collaborator_ids": {"2": {"user_iam_id": "2"}}}},
    "entity": {},
}

TRASHED: dict[str, Any] = BOOK | {
    "metadata": BOOK["metadata"]
    | {
        "asset_state": "deleted",
        "delete_processing_state": "complete",
        "delete_reason": "requested by a user",
    },
    "href": f"/v2/trashed_assets/{ASSET_ID}{WHERE}",
}
TRASH = {
    "resources": [TRASHED],
    "total_rows": 2,
    "bookmark": BOOKMARK,
    "next": {"href": f"/v2/trashed_assets{WHERE}&limit=1&bookmark={BOOKMARK}"},
}
DELETED = {
    "resources": [
        {"asset_id": ASSET_ID, "http_status": 204, "status": "success"},
        {
            "asset_id": OTHER_ID,
            "http_status": 404,
            "status": "failed",
            "errors": [
                {
                    "code": "not_found",
                    "message": f"There is no asset {OTHER_ID} in catalog {CATALOG_ID}.",
                }
            ],
        },
    ]
}

NEW_RATING = {"rating": 5, "review": "Every fern that I know is in it."}
RATING = {
    "metadata": {
        "asset_rating_id": f"{ASSET_ID}_2",
        "asset_id": ASSET_ID,
        "creator_id": "2",
        "created_at": WHEN,
        "updated_at": WHEN,
    },
    "entity": NEW_RATING,
}
RATINGS = {
    "resources": [RATING],
    "limit": 25,
    "count": 1,
    "first": {"href": f"/v2/assets/{ASSET_ID}/ratings{WHERE}"},
}
RATING_STATS = {"asset_id": ASSET_ID, "stats": [{"rating": 5, "count": 1}]}
