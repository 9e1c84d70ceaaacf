"""Groups of users."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.services.users import USER_ROLES
from catalog.shared.fields import Body, Name, Text
from catalog.shared.limits import MAX_GROUP_NAME, MAX_TEXT

MOST_USERS = 1000


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}]})
class Identifier(serializers.Field[str, Any, str, Any]):
    """A uid: digits, as text or as a number."""

    def to_internal_value(self, data: Any) -> str:
        is_number = isinstance(data, int) and not isinstance(data, bool)
        text = str(data) if is_number else data
        if not isinstance(text, str) or not (
            text.isascii() and text.isdecimal() and len(text) < 19
        ):
            raise serializers.ValidationError("Must be a user's id: digits.")
        return str(int(text))

    def to_representation(self, value: str) -> str:
        return value


class Roles(serializers.ListField):
    """Roles of the platform. Whoever signs in is a user already, and a group makes nobody more."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("child", Text(max_length=100))
        super().__init__(required=False, allow_null=True, max_length=20, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        roles: list[Any] = super().to_internal_value(data)
        for role in roles:
            if role.lower() not in USER_ROLES:
                raise serializers.ValidationError(
                    f"A group can't have the role '{role}'. Give it roles in catalogs, projects "
                    "and spaces, by their members."
                )
        return roles


class NewGroupSerializer(Body):
    name = Name(max_length=MAX_GROUP_NAME)
    description = Text(required=False, allow_blank=True, allow_null=True, max_length=MAX_TEXT)
    role_identifiers = Roles(help_text="Of users only: a group gives no other role.")
    account_id = Text(
        required=False, allow_null=True, allow_blank=True, help_text="Accepted and not used."
    )


class GroupPatchSerializer(Body):
    name = Name(required=False, allow_null=True, max_length=MAX_GROUP_NAME)
    description = Text(required=False, allow_blank=True, allow_null=True, max_length=MAX_TEXT)
    add_role_identifiers = Roles(help_text="Of users only: a group gives no other role.")
    remove_role_identifiers = serializers.ListField(
        child=Text(max_length=100),
        required=False,
        allow_null=True,
        max_length=20,
        help_text="Accepted: a group has no roles.",
    )
    account_id = Text(
        required=False, allow_null=True, allow_blank=True, help_text="Accepted and not used."
    )


class NewGroupMembersSerializer(Body):
    user_identifiers = serializers.ListField(child=Identifier(), max_length=MOST_USERS)
    ldap_groups = serializers.ListField(
        child=Text(max_length=1000),
        required=False,
        allow_null=True,
        max_length=0,
        error_messages={
            "max_length": "There is no LDAP here: groups can follow the claims of OpenID Connect."
        },
        help_text="Must be empty.",
    )


class DoneSerializer(serializers.Serializer[Any]):
    _messageCode_ = serializers.CharField()
    message = serializers.CharField()


class GroupMemberSerializer(serializers.Serializer[Any]):
    uid = serializers.CharField()
    username = serializers.CharField()
    displayName = serializers.CharField()
    email = serializers.CharField(required=False, help_text="For administrators.")
    role = serializers.CharField()


class GroupSerializer(serializers.Serializer[Any]):
    group_id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    created_by = serializers.CharField(help_text="A uid; empty for a group of the sign-in service.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    members_count = serializers.IntegerField()
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    misc = serializers.DictField()


class GroupAnswerSerializer(GroupSerializer, DoneSerializer):
    """A group, and that all went well."""


class ListedGroupSerializer(GroupSerializer):
    members = GroupMemberSerializer(
        many=True, required=False, help_text="With include_members: the first 100."
    )


class GroupListSerializer(DoneSerializer):
    total_results = serializers.IntegerField()
    results = ListedGroupSerializer(many=True)
    nextBookmark = serializers.CharField(allow_blank=True)


class GroupMemberListSerializer(DoneSerializer):
    total_results = serializers.IntegerField()
    results = GroupMemberSerializer(many=True)
    nextBookmark = serializers.CharField(allow_blank=True)
