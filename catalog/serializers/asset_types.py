"""Asset types as the schema describes them; requests are read by
``catalog.services.asset_type_rules``.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import AssetType
from catalog.services.asset_type_rules import FIELD_TYPES


class AssetTypeFieldSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=255)
    type = serializers.ChoiceField(FIELD_TYPES)
    facet = serializers.BooleanField(default=False)
    is_array = serializers.BooleanField(default=False)
    search_path = serializers.CharField(
        required=False, max_length=1000, help_text="The key, unless given."
    )
    is_searchable_across_types = serializers.BooleanField(default=False)


class AssetTypeDefinitionSerializer(serializers.Serializer[Any]):
    description = serializers.CharField(required=False, allow_blank=True)
    fields_ = AssetTypeFieldSerializer(many=True)
    relationships = serializers.ListField(required=False)
    properties = serializers.DictField(required=False)
    external_asset_preview = serializers.DictField(required=False)


class NewAssetTypeSerializer(AssetTypeDefinitionSerializer):
    name = serializers.CharField(max_length=100)


class AssetTypeSerializer(NewAssetTypeSerializer):
    version = serializers.IntegerField()


# ``fields`` is an attribute of every serializer, so the contract's member can't be a class
# attribute.
for _class in (AssetTypeDefinitionSerializer, NewAssetTypeSerializer, AssetTypeSerializer):
    _class._declared_fields["fields"] = _class._declared_fields.pop("fields_")


class AssetTypeListSerializer(serializers.Serializer[Any]):
    resources = AssetTypeSerializer(many=True)


#: The order of a field's members in the documents; the database keeps none.
MEMBERS = ("key", "type", "facet", "is_array", "search_path", "is_searchable_across_types")


def asset_type_document(asset_type: AssetType, *, is_echo: bool = False) -> dict[str, Any]:
    """A type as the API shows it. The answer that creates one leaves out what was not given."""
    document: dict[str, Any] = {
        "description": asset_type.description,
        "fields": [
            {member: field[member] for member in MEMBERS if member in field}
            for field in asset_type.fields
        ],
        "external_asset_preview": asset_type.external_asset_preview,
        "relationships": asset_type.relationships,
        "name": asset_type.name,
        "version": asset_type.version,
    }
    if asset_type.properties:
        document["properties"] = asset_type.properties
    if is_echo and not asset_type.external_asset_preview:
        del document["external_asset_preview"]
    return document
