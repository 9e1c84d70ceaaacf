"""Spaces and their members."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import Membership
from catalog.serializers.containers import (
    MEMBER_TYPES,
    Description,
    StorageSerializer,
    StoredSerializer,
    Tags,
    computes,
)
from catalog.shared.fields import Body, Flag, Name, Text

ROLES = Membership.Role.values


class StageSerializer(Body):
    """Which stage of a product's life the space is for."""

    production = Flag(required=False, allow_null=True)
    name = Name(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in attrs.items() if value is not None}


class SpaceChangesSerializer(Body):
    """What of a space's entity a patch may change."""

    name = Name()
    description = Description()
    tags = Tags()
    type = Name(required=False, allow_null=True, max_length=100)
    stage = StageSerializer(required=False, allow_null=True)
    compute = computes()
    settings = serializers.DictField(required=False, allow_null=True)
    generator = Text(required=False, allow_null=True, allow_blank=True, max_length=255)


class NewSpaceSerializer(SpaceChangesSerializer):
    storage = StorageSerializer(required=False, allow_null=True, help_text="Accepted and not used.")


class SpaceScopeSerializer(serializers.Serializer[Any]):
    bss_account_id = serializers.CharField()


class SpaceStatusSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(["active"])


class SpaceMemberSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="A user's uid, or group:<id>.")
    role = serializers.ChoiceField(ROLES)
    state = serializers.ChoiceField(["active"])
    type = serializers.ChoiceField(MEMBER_TYPES)


class SpaceEntitySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    scope = SpaceScopeSerializer()
    status = SpaceStatusSerializer()
    storage = StoredSerializer()
    tags = serializers.ListField(child=serializers.CharField())
    type = serializers.CharField()
    stage = serializers.DictField(required=False)
    compute = serializers.ListField(child=serializers.DictField(), required=False)
    settings = serializers.DictField(required=False)
    generator = serializers.CharField(required=False)
    members = SpaceMemberSerializer(many=True, required=False, help_text="With include=members.")


class SpaceMetadataSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.CharField()
    creator_id = serializers.CharField()
    created_at = serializers.DateTimeField(help_text="With milliseconds.")
    updated_at = serializers.DateTimeField(help_text="With milliseconds.")


class SpaceSerializer(serializers.Serializer[Any]):
    entity = SpaceEntitySerializer()
    metadata = SpaceMetadataSerializer()


class SpacePageSerializer(serializers.Serializer[Any]):
    href = serializers.CharField()


class SpaceListSerializer(serializers.Serializer[Any]):
    first = SpacePageSerializer()
    limit = serializers.IntegerField()
    resources = SpaceSerializer(many=True)
    total_count = serializers.IntegerField()
    next = SpacePageSerializer(required=False, help_text="If there is more.")


class NewSpaceMemberSerializer(Body):
    id = Text(max_length=255, help_text="A user's uid; a group's id with type group.")
    role = serializers.ChoiceField(ROLES)
    type = serializers.ChoiceField(MEMBER_TYPES, required=False, allow_null=True)
    state = serializers.ChoiceField(["active"], required=False, allow_null=True)


class NewSpaceMembersSerializer(Body):
    members = NewSpaceMemberSerializer(many=True, allow_empty=False, max_length=1000)  # type: ignore[call-arg]


class AddedSpaceMembersSerializer(serializers.Serializer[Any]):
    resources = SpaceMemberSerializer(many=True)


class SpaceMemberListSerializer(serializers.Serializer[Any]):
    first = SpacePageSerializer()
    limit = serializers.IntegerField()
    resources = SpaceMemberSerializer(many=True)
    total_count = serializers.IntegerField()
    next = SpacePageSerializer(required=False, help_text="If there is more.")
