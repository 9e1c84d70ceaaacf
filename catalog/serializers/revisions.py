"""Revisions as clients send and get them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.serializers.assets import MetadataSerializer
from catalog.shared.fields import Body, Text
from catalog.shared.limits import MAX_TEXT


class NewRevisionSerializer(Body):
    commit_message = Text(
        required=False, allow_blank=True, allow_null=True, max_length=MAX_TEXT, default=""
    )


class RevisionSerializer(serializers.Serializer[Any]):
    """A revision in a list: the metadata of the card as it was committed."""

    metadata = MetadataSerializer()
    href = serializers.CharField(help_text="The whole card as it was committed.")


class PlaceSerializer(serializers.Serializer[Any]):
    href = serializers.CharField()


class RevisionListSerializer(serializers.Serializer[Any]):
    """Revisions, the latest first."""

    results = RevisionSerializer(many=True)
    limit = serializers.IntegerField()
    first = PlaceSerializer()
    next = PlaceSerializer(required=False)
