"""Cards, attributes and attachments as the schema describes them.

Requests are read by ``catalog.services.card_rules``, which import and API share; these classes
describe the same shapes to clients.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class CollaboratorIdSerializer(serializers.Serializer[Any]):
    user_iam_id = serializers.CharField()


class RovSerializer(serializers.Serializer[Any]):
    """Rules of visibility."""

    mode = serializers.ChoiceField(
        [-1, 0, 8], help_text="-1 and 0: public in the container; 8: private."
    )
    collaborator_ids = serializers.DictField(
        child=CollaboratorIdSerializer(), required=False, help_text="Keyed by user id."
    )


class UsageSerializer(serializers.Serializer[Any]):
    last_updated_at = serializers.DateTimeField()
    last_updater_id = serializers.CharField()
    last_update_time = serializers.IntegerField(help_text="Milliseconds since 1970.")
    last_accessed_at = serializers.DateTimeField()
    last_access_time = serializers.IntegerField(help_text="Milliseconds since 1970.")
    last_accessor_id = serializers.CharField()
    access_count = serializers.IntegerField()


class NewMetadataSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(required=False, allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=255), required=False)
    asset_type = serializers.CharField(help_text="The primary asset type.")
    origin_country = serializers.CharField(
        required=False, help_text="Kept in lower case; 'us' by default."
    )
    asset_category = serializers.ChoiceField(["USER", "SYSTEM"], required=False)
    classification = serializers.CharField(required=False)
    resource_key = serializers.CharField(
        required=False, help_text="What the source calls the asset."
    )
    source_system = serializers.JSONField(required=False)
    rov = RovSerializer(required=False)


class SourceAssetSerializer(serializers.Serializer[Any]):
    """What a copy was copied from."""

    action = serializers.ChoiceField(["clone", "publish", "promote"])
    catalog_id = serializers.UUIDField(required=False)
    project_id = serializers.UUIDField(required=False)
    space_id = serializers.UUIDField(required=False)
    asset_id = serializers.UUIDField(required=False)
    bss_account_id = serializers.CharField()
    asset_name = serializers.CharField(required=False)
    source_url = serializers.CharField(required=False)


class CommitInfoSerializer(serializers.Serializer[Any]):
    previous_revision = serializers.IntegerField(required=False)
    committed_at = serializers.DateTimeField(required=False)
    commit_message = serializers.CharField(required=False)


class MetadataSerializer(NewMetadataSerializer):
    usage = UsageSerializer()
    rating = serializers.FloatField()
    total_ratings = serializers.IntegerField()
    catalog_id = serializers.UUIDField(required=False)
    project_id = serializers.UUIDField(required=False)
    sandbox_id = serializers.UUIDField(required=False)
    space_id = serializers.UUIDField(required=False)
    created = serializers.IntegerField(help_text="Milliseconds since 1970.")
    created_at = serializers.DateTimeField()
    owner_id = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    version = serializers.FloatField()
    asset_state = serializers.ChoiceField(["available", "deleted"])
    asset_attributes = serializers.ListField(child=serializers.CharField())
    asset_id = serializers.UUIDField()
    source_asset = SourceAssetSerializer(required=False)
    revision_id = serializers.IntegerField(required=False)
    commit_info = CommitInfoSerializer(required=False)


class NewAttachmentSerializer(serializers.Serializer[Any]):
    asset_type = serializers.CharField(help_text="The attribute that the attachment belongs to.")
    connection_id = serializers.UUIDField(
        help_text="A card of type connection in the same container."
    )
    connection_path = serializers.CharField()
    name = serializers.CharField(required=False, allow_blank=True, max_length=255)
    description = serializers.CharField(required=False, allow_blank=True)
    mime = serializers.CharField(required=False, allow_blank=True, max_length=255)
    user_data = serializers.DictField(required=False)
    is_remote = serializers.BooleanField(required=False)


class AttachmentUsageSerializer(serializers.Serializer[Any]):
    access_count = serializers.IntegerField()
    last_accessor_id = serializers.CharField()
    last_access_time = serializers.IntegerField(help_text="Milliseconds since 1970.")


class AttachmentItemSerializer(serializers.Serializer[Any]):
    """An item of a card's ``attachments``."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    asset_type = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    mime = serializers.CharField(required=False)
    connection_id = serializers.UUIDField()
    connection_path = serializers.CharField()
    create_time = serializers.IntegerField()
    size = serializers.IntegerField()
    is_remote = serializers.BooleanField()
    is_managed = serializers.BooleanField()
    is_referenced = serializers.BooleanField()
    is_object_key_read_only = serializers.BooleanField()
    is_user_provided_path_key = serializers.BooleanField()
    transfer_complete = serializers.BooleanField()
    is_partitioned = serializers.BooleanField()
    complete_time_ticks = serializers.IntegerField()
    user_data = serializers.DictField()
    test_doc = serializers.IntegerField()
    usage = AttachmentUsageSerializer()


class AttachmentSerializer(serializers.Serializer[Any]):
    """An attachment by its own routes; the answer that creates one has ``asset_category`` and no
    times.
    """

    attachment_id = serializers.UUIDField()
    datasource_type = serializers.CharField(required=False)
    asset_type = serializers.CharField()
    attachment_type = serializers.ChoiceField(["remote"])
    is_partitioned = serializers.BooleanField()
    name = serializers.CharField()
    description = serializers.CharField()
    mime = serializers.CharField()
    connection_id = serializers.UUIDField()
    connection_path = serializers.CharField()
    user_data = serializers.DictField()
    created_at = serializers.DateTimeField(required=False)
    transfer_complete = serializers.BooleanField(required=False)
    size = serializers.IntegerField(required=False)
    creator_id = serializers.CharField(required=False)
    usage = AttachmentUsageSerializer(required=False)
    asset_category = serializers.CharField(required=False)
    href = serializers.CharField()


class NewCardSerializer(serializers.Serializer[Any]):
    """What a client says of a new card."""

    metadata = NewMetadataSerializer()
    entity = serializers.DictField(
        child=serializers.DictField(),
        help_text="Attributes by name; one is named after the card's type.",
    )
    attachments = NewAttachmentSerializer(many=True, required=False)


class CardSerializer(serializers.Serializer[Any]):
    """A card: an asset's primary metadata document."""

    metadata = MetadataSerializer()
    entity = serializers.DictField(child=serializers.DictField())
    attachments = AttachmentItemSerializer(many=True, required=False)
    href = serializers.CharField(help_text="The card's address, relative to the host.")
    asset_id = serializers.UUIDField(required=False, help_text="In the answers that create a card.")


class NewAttributeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="The name of an asset type.")
    entity = serializers.DictField()


class AttributeSerializer(serializers.Serializer[Any]):
    asset_id = serializers.UUIDField()
    name = serializers.CharField()
    entity = serializers.DictField()
    href = serializers.CharField()


class AttributeListSerializer(serializers.Serializer[Any]):
    resources = AttributeSerializer(many=True)


class PatchSerializer(serializers.Serializer[Any]):
    """One operation of a JSON Patch (RFC 6902)."""

    op = serializers.ChoiceField(["add", "remove", "replace", "move", "copy", "test"])
    path = serializers.CharField(allow_blank=True, help_text="A JSON Pointer.")
    value = serializers.JSONField(required=False)
    # "from" is a word of the language: added below.


PatchSerializer._declared_fields["from"] = serializers.CharField(required=False)
