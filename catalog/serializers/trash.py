"""Deleted cards."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.serializers.assets import CardSerializer, MetadataSerializer
from catalog.serializers.ratings import PageLinkSerializer


class TrashedMetadataSerializer(MetadataSerializer):
    delete_processing_state = serializers.ChoiceField(["complete"])
    delete_reason = serializers.CharField()


class TrashedCardSerializer(CardSerializer):
    """A card in the trash; its ``href`` is there."""

    metadata = TrashedMetadataSerializer()


class TrashedCardListSerializer(serializers.Serializer[Any]):
    resources = TrashedCardSerializer(many=True)
    total_rows = serializers.IntegerField(help_text="How many there are on all pages.")
    bookmark = serializers.CharField(help_text="Where to go on; empty when this page is.")
    next = PageLinkSerializer(required=False, help_text="Missing on the last page.")


class DeletionErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class DeletedAssetSerializer(serializers.Serializer[Any]):
    """What became of one id; ``errors`` only of one that was not deleted."""

    asset_id = serializers.UUIDField()
    http_status = serializers.ChoiceField([204, 404])
    status = serializers.ChoiceField(["success", "failed"])
    errors = DeletionErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class DeletedAssetsSerializer(serializers.Serializer[Any]):
    resources = DeletedAssetSerializer(many=True)
