"""Members that the contracts of projects and spaces share."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.shared.fields import Body, Flag, Name, Text
from catalog.shared.limits import MAX_TAGS, MAX_TEXT

MEMBER_TYPES = ("user", "service", "group")
STORAGE_TYPES = ("assetfiles", "bmcos_object_storage", "amazon_s3")


class Tags(serializers.ListField):
    """What users call a container."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Name(), max_length=MAX_TAGS, required=False, allow_null=True)


class Description(Text):
    """Long text, empty when not given."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, allow_null=True, max_length=MAX_TEXT)


class StorageSerializer(Body):
    """Where files are to be; here the installation's storage has them, whatever is said."""

    takes_unknown = True

    type = serializers.ChoiceField(STORAGE_TYPES, required=False, allow_null=True)


class ComputeSerializer(Body):
    """A service that computes for the container. Its credentials are not kept."""

    name = Name()
    type = Name(required=False, allow_null=True)
    crn = Text(required=False, allow_null=True, allow_blank=True, max_length=1000)
    guid = Text(required=False, allow_null=True, allow_blank=True, max_length=255)
    credentials = serializers.DictField(
        required=False, allow_null=True, help_text="Accepted and not kept: an empty object."
    )
    properties = serializers.DictField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The service's id is a part of its CRN, if it is given no other way."""
        parts = (attrs.get("crn") or "").split(":")
        kept = {name: value for name, value in attrs.items() if value is not None}
        kept["guid"] = attrs.get("guid") or (parts[7] if len(parts) > 7 else "")
        return kept | {"type": kept.get("type", "machine_learning"), "credentials": {}}


class ScopeSerializer(Body):
    """Whose it is."""

    bss_account_id = Name(required=False, allow_null=True)
    enforce_members = Flag(required=False, allow_null=True)


class StoredSerializer(serializers.Serializer[Any]):
    """Where the files of a project or space are."""

    type = serializers.CharField()
    guid = serializers.UUIDField()


def computes() -> ComputeSerializer:
    """A list of services, or none."""
    return ComputeSerializer(many=True, required=False, allow_null=True, max_length=100)  # type: ignore[call-arg]
