"""Ratings of a card: ``/v2/assets/{asset_id}/ratings``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.assets import require_visible
from catalog.selectors.ratings import (
    SORTS,
    USER_FILTERS,
    rating_counts,
    rating_document,
    ratings_of,
)
from catalog.selectors.revisions import revision_of
from catalog.serializers.ratings import (
    NewRatingSerializer,
    RatingChangeSerializer,
    RatingListSerializer,
    RatingSerializer,
    RatingStatsSerializer,
)
from catalog.services import ratings
from catalog.shared.errors import BadRequest, Target
from catalog.shared.paging import Bookmarks, page_limit
from catalog.shared.schema import CONTAINER, REVISION, limit_parameter, operation, query
from catalog.views import card_examples
from catalog.views.base import APIView
from catalog.views.parameters import (
    container_parameter,
    repeated,
    revision_parameter,
    signed_in,
)

TAG = "Asset Ratings"
PARAMETERS = [*CONTAINER, REVISION]


def _require_card(request: Request, asset_id: UUID) -> dict[str, Any]:
    """Raise NotFound unless the caller sees the card, and the card has the revision asked for;
    which card it is, as the keyword arguments of services.
    """
    where, user = container_parameter(request), signed_in(request)
    revision = revision_parameter(request, where)
    require_visible(user=user, asset_id=asset_id, **where.words)
    if revision is not None:
        revision_of(asset_id, revision)
    return {"actor": user, "asset_id": asset_id, **where.words}


def _choice(request: Request, name: str, choices: tuple[str, ...], default: str) -> str:
    text = request.query_params.get(name) or default
    if text not in choices:
        raise BadRequest(f"Must be one of {', '.join(choices)}.", target=Target(name, "parameter"))
    return text


class RatingsView(APIView):
    @operation(
        "getAssetRatings",
        "List the ratings of a card",
        tag=TAG,
        parameters=[
            *PARAMETERS,
            limit_parameter(25),
            query("start", "Where to go on: next names the whole request."),
            query("sort", "The order.", enum=SORTS, default="-updated_at"),
            query("user_filter", "Whose ratings.", enum=USER_FILTERS, default="all"),
        ],
        answers={200: RatingListSerializer},
        errors=(400, 401, 404),
        examples=[("Ratings", None, card_examples.RATINGS)],
    )
    def get(self, request: Request, asset_id: UUID) -> Response:
        _require_card(request, asset_id)
        params, user = request.query_params, signed_in(request)
        limit = page_limit(params, default=25)
        sort = _choice(request, "sort", SORTS, "-updated_at")
        whose = _choice(request, "user_filter", USER_FILTERS, "all")
        bookmarks = Bookmarks("ratings", asset_id, sort, whose, user.pk, parameter="start")
        place = bookmarks.read(params.get("start", ""))
        page = ratings_of(
            asset_id, user=user, user_filter=whose, sort=sort, after=place, limit=limit
        )
        answer: dict[str, Any] = {
            "resources": [rating_document(rating) for rating in page.ratings],
            "limit": limit,
            "count": page.total,
            "first": {"href": repeated(request, start=None)},
        }
        if page.place:
            answer["next"] = {"href": repeated(request, start=bookmarks.write(page.place))}
        return Response(answer)

    @operation(
        "rateAsset",
        "Rate a card, or rate it again",
        tag=TAG,
        parameters=PARAMETERS,
        request=NewRatingSerializer,
        answers={200: RatingSerializer, 201: RatingSerializer},
        errors=(400, 401, 404),
        examples=[("Five stars", card_examples.NEW_RATING, card_examples.RATING)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        words = _require_card(request, asset_id)
        body = NewRatingSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        stars, review = body.validated_data["rating"], body.validated_data.get("review") or ""
        rating, is_first = ratings.rate_asset(rating=stars, review=review, **words)
        return Response(rating_document(rating), status=201 if is_first else 200)


class RatingStatsView(APIView):
    @operation(
        "getAssetRatingStats",
        "Count the ratings of a card by their stars",
        tag=TAG,
        parameters=PARAMETERS,
        answers={200: RatingStatsSerializer},
        errors=(400, 401, 404),
        examples=[("Counts", None, card_examples.RATING_STATS)],
    )
    def get(self, request: Request, asset_id: UUID) -> Response:
        _require_card(request, asset_id)
        return Response({"asset_id": str(asset_id), "stats": rating_counts(asset_id)})


class RatingView(APIView):
    @operation(
        "updateAssetRating",
        "Change one's rating of a card",
        tag=TAG,
        parameters=PARAMETERS,
        request=RatingChangeSerializer,
        answers={200: RatingSerializer},
        errors=(400, 401, 403, 404),
        examples=[("Four stars", {"rating": 4}, card_examples.RATING)],
    )
    def patch(self, request: Request, asset_id: UUID, asset_rating_id: str) -> Response:
        words = _require_card(request, asset_id)
        body = RatingChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = {name: value for name, value in body.validated_data.items() if value is not None}
        rating = ratings.change_rating(asset_rating_id=asset_rating_id, changes=given, **words)
        return Response(rating_document(rating))

    @operation(
        "deleteAssetRating",
        "Take a rating of a card back",
        tag=TAG,
        parameters=PARAMETERS,
        answers={204: None},
        errors=(400, 401, 403, 404),
    )
    def delete(self, request: Request, asset_id: UUID, asset_rating_id: str) -> Response:
        ratings.delete_rating(asset_rating_id=asset_rating_id, **_require_card(request, asset_id))
        return Response(status=204)
