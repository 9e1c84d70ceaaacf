"""Ratings of a card."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.shared.fields import Body, Text, WholeNumber

LOWEST, HIGHEST = 0, 5
MAX_REVIEW = 5000


class NewRatingSerializer(Body):
    rating = WholeNumber(min_value=LOWEST, max_value=HIGHEST, help_text="Stars.")
    review = Text(required=False, allow_blank=True, allow_null=True, max_length=MAX_REVIEW)


class RatingChangeSerializer(Body):
    """What is not given, or null, stays as it is."""

    rating = WholeNumber(
        required=False, allow_null=True, min_value=LOWEST, max_value=HIGHEST, help_text="Stars."
    )
    review = Text(required=False, allow_blank=True, allow_null=True, max_length=MAX_REVIEW)


class RatingMetadataSerializer(serializers.Serializer[Any]):
    asset_rating_id = serializers.CharField(help_text="<asset_id>_<creator_id>")
    asset_id = serializers.UUIDField()
    creator_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class RatingEntitySerializer(serializers.Serializer[Any]):
    rating = serializers.IntegerField()
    review = serializers.CharField()


class RatingSerializer(serializers.Serializer[Any]):
    metadata = RatingMetadataSerializer()
    entity = RatingEntitySerializer()


class PageLinkSerializer(serializers.Serializer[Any]):
    href = serializers.CharField(help_text="The request for that page, relative to the host.")


class RatingListSerializer(serializers.Serializer[Any]):
    resources = RatingSerializer(many=True)
    limit = serializers.IntegerField()
    count = serializers.IntegerField(help_text="How many there are on all pages.")
    first = PageLinkSerializer()
    next = PageLinkSerializer(required=False, help_text="Missing on the last page.")


class RatingCountSerializer(serializers.Serializer[Any]):
    rating = serializers.IntegerField()
    count = serializers.IntegerField()


class RatingStatsSerializer(serializers.Serializer[Any]):
    asset_id = serializers.UUIDField()
    stats = RatingCountSerializer(many=True)
