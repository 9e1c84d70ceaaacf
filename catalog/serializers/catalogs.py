"""Catalogs and their members."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import Membership
from catalog.selectors.members import GROUP_MARK
from catalog.shared.fields import Body, Flag, Name, Text, WholeNumber


class BucketSerializer(Body):
    """Where a catalog's files go elsewhere; here the installation's storage has them, and this is
    not read.
    """

    takes_unknown = True


class NewCatalogSerializer(Body):
    name = Name()
    description = Text(required=False, allow_blank=True, allow_null=True, max_length=100_000)
    generator = Text(required=False, allow_blank=True, allow_null=True, max_length=255)
    bss_account_id = Name(
        required=False, allow_null=True, help_text="The installation's account by default."
    )
    capacity_limit = WholeNumber(required=False, allow_null=True, min_value=0, max_value=2**63 - 1)
    is_governed = Flag(required=False, allow_null=True)
    auto_profiling = Flag(required=False, allow_null=True)
    saml_instance_name = Text(required=False, allow_blank=True, allow_null=True, max_length=255)
    bucket = BucketSerializer(required=False, allow_null=True, help_text="Accepted and not used.")


class NewDefaultCatalogSerializer(Body):
    """A catalog, as such or under ``catalog``."""

    takes_unknown = True

    catalog = NewCatalogSerializer()


class CatalogMetadataSerializer(serializers.Serializer[Any]):
    guid = serializers.UUIDField()
    url = serializers.CharField()
    creator_id = serializers.CharField()
    create_time = serializers.DateTimeField()


class CatalogEntitySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    generator = serializers.CharField()
    bss_account_id = serializers.CharField()
    capacity_limit = serializers.IntegerField()
    is_governed = serializers.BooleanField()
    auto_profiling = serializers.BooleanField()
    saml_instance_name = serializers.CharField()


class CatalogSerializer(serializers.Serializer[Any]):
    metadata = CatalogMetadataSerializer()
    entity = CatalogEntitySerializer()
    href = serializers.CharField()


class CatalogListSerializer(serializers.Serializer[Any]):
    catalogs = CatalogSerializer(many=True)
    nextBookmark = serializers.CharField(help_text="Where to go on; empty when this page is.")
    nextSkip = serializers.IntegerField()
    total_count = serializers.IntegerField(required=False, help_text="With include=total_count.")


class NewMemberSerializer(Body):
    takes_unknown = True

    user_iam_id = Text(
        required=False, allow_null=True, max_length=255, help_text="The uid of a user."
    )
    user_id = Text(
        required=False, allow_null=True, max_length=255, help_text="The older name of user_iam_id."
    )
    access_group_id = Text(
        required=False, allow_null=True, max_length=255, help_text="The id of a group, instead."
    )
    role = serializers.ChoiceField(Membership.Role.values)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        group = (attrs.get("access_group_id") or "").removeprefix(GROUP_MARK)
        uid = attrs.get("user_iam_id") or (attrs.get("user_id") if not group else "")
        if uid and group:
            words = "A member is a user or a group, not both."
            raise serializers.ValidationError({"access_group_id": [words]})
        if not uid and not group:
            raise serializers.ValidationError({"user_iam_id": ["The uid of a user is required."]})
        return {"id": uid or group, "is_group": not uid, "role": attrs["role"]}


class NewMembersSerializer(Body):
    members = NewMemberSerializer(many=True, allow_empty=False, max_length=1000)  # type: ignore[call-arg]


class MemberRoleSerializer(Body):
    role = serializers.ChoiceField(Membership.Role.values)


class MemberSerializer(serializers.Serializer[Any]):
    user_iam_id = serializers.CharField(required=False, help_text="Of a user.")
    access_group_id = serializers.CharField(required=False, help_text="Of a group.")
    role = serializers.ChoiceField(Membership.Role.values)
    href = serializers.CharField()
    create_time = serializers.DateTimeField()
    memberUniqueId = serializers.CharField()


class AddedMemberSerializer(serializers.Serializer[Any]):
    user_iam_id = serializers.CharField(required=False, help_text="Of a user.")
    access_group_id = serializers.CharField(required=False, help_text="Of a group.")
    role = serializers.ChoiceField(Membership.Role.values)
    memberUniqueId = serializers.CharField()
    memberId = serializers.CharField()


class MemberFailureReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class MemberFailureSerializer(serializers.Serializer[Any]):
    user_iam_id = serializers.CharField(required=False)
    access_group_id = serializers.CharField(required=False)
    reason = MemberFailureReasonSerializer()


class AddedMembersSerializer(serializers.Serializer[Any]):
    members = AddedMemberSerializer(many=True)
    failures = MemberFailureSerializer(many=True)
    trace = serializers.CharField()


class MemberListSerializer(serializers.Serializer[Any]):
    total_results = serializers.IntegerField()
    members = MemberSerializer(many=True)
    nextBookmark = serializers.CharField()


class MemberSetSerializer(serializers.Serializer[Any]):
    members = MemberSerializer(many=True)
