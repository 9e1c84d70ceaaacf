"""Members of a project."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import Membership
from catalog.serializers.containers import MEMBER_TYPES
from catalog.services.member_names import Named
from catalog.shared.fields import Body, Text

ROLES = Membership.Role.values


class NewProjectMemberSerializer(Body):
    """A user or group, by ``id`` or by ``user_name``, with a role."""

    id = Text(required=False, allow_null=True, max_length=255, help_text="Of a user or a group.")
    user_name = Text(required=False, allow_null=True, max_length=255)
    role = serializers.ChoiceField(ROLES)
    state = serializers.ChoiceField(["ACTIVE"], required=False, allow_null=True)
    type = serializers.ChoiceField(MEMBER_TYPES, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = Named(
            id=attrs.get("id") or "",
            user_name=attrs.get("user_name") or "",
            is_group=attrs.get("type") == "group",
        )
        if not named.text:
            raise serializers.ValidationError({"user_name": ["A user_name or an id is required."]})
        return {"named": named, "role": attrs["role"]}


class NewProjectMembersSerializer(Body):
    members = NewProjectMemberSerializer(many=True, allow_empty=False, max_length=1000)  # type: ignore[call-arg]


class ProjectMemberSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="A user's uid, or group:<id>.")
    user_name = serializers.CharField(help_text="What names the member in URLs.")
    role = serializers.ChoiceField(ROLES)
    state = serializers.ChoiceField(["ACTIVE"])
    type = serializers.ChoiceField(MEMBER_TYPES)


class ProjectMembersSerializer(serializers.Serializer[Any]):
    members = ProjectMemberSerializer(many=True)
    resources = ProjectMemberSerializer(many=True, help_text="The same.")
