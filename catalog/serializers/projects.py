"""Projects."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.serializers.containers import (
    Description,
    ScopeSerializer,
    StorageSerializer,
    StoredSerializer,
    Tags,
    computes,
)
from catalog.serializers.project_members import ProjectMemberSerializer
from catalog.serializers.project_settings import NewSettingsSerializer, SettingsSerializer
from catalog.shared.fields import Body, Flag, Name


class Tools(serializers.ListField):
    """Names of tools that people use in the project."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Name(), max_length=100, required=False, allow_null=True)


class AsItIs(serializers.JSONField):
    """What the server sets: it may come back with the rest, as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, help_text="Only as it is.")


class ProjectChangesSerializer(Body):
    """What of a project may change, and what may come along. A null takes a value away."""

    name = Name(required=False)
    description = Description()
    public = Flag(required=False, allow_null=True)
    tags = Tags()
    tools = Tools()
    compute = computes()
    type = Name(required=False, allow_null=True, max_length=100)
    context = Name(required=False, allow_null=True, max_length=100)  # type: ignore[assignment]
    settings = NewSettingsSerializer(required=False, allow_null=True)
    generator = AsItIs()
    storage = AsItIs()
    scope = AsItIs()
    creator = AsItIs()
    creator_iam_id = AsItIs()
    catalog = AsItIs()
    members = AsItIs()
    integrations = AsItIs()


class NewProjectSerializer(Body):
    name = Name()
    generator = Name(help_text="What the client calls itself.")
    description = Description()
    public = Flag(required=False, allow_null=True)
    enforce_members = Flag(required=False, allow_null=True)
    tags = Tags()
    tools = Tools()
    storage = StorageSerializer(required=False, allow_null=True, help_text="Accepted and not used.")
    compute = computes()
    type = Name(required=False, allow_null=True, max_length=100, help_text="cpd by default.")
    context = Name(required=False, allow_null=True, max_length=100)  # type: ignore[assignment]
    scope = ScopeSerializer(required=False, allow_null=True)
    settings = NewSettingsSerializer(required=False, allow_null=True)


class ProjectMetadataSerializer(serializers.Serializer[Any]):
    guid = serializers.UUIDField()
    url = serializers.CharField()
    created_at = serializers.DateTimeField(help_text="With milliseconds.")
    updated_at = serializers.DateTimeField(help_text="With milliseconds.")


class ProjectScopeSerializer(serializers.Serializer[Any]):
    bss_account_id = serializers.CharField()
    enforce_members = serializers.BooleanField()


class ProjectCatalogSerializer(serializers.Serializer[Any]):
    """The hidden catalog that the project's cards name."""

    guid = serializers.UUIDField()
    public = serializers.BooleanField()


class ProjectEntitySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    generator = serializers.CharField()
    description = serializers.CharField()
    public = serializers.BooleanField()
    storage = StoredSerializer()
    scope = ProjectScopeSerializer()
    creator = serializers.CharField(help_text="The user's name.")
    creator_iam_id = serializers.CharField()
    catalog = ProjectCatalogSerializer()
    tags = serializers.ListField(child=serializers.CharField())
    type = serializers.CharField()
    tools = serializers.ListField(child=serializers.CharField(), required=False)
    compute = serializers.ListField(child=serializers.DictField(), required=False)
    context = serializers.CharField(required=False)  # type: ignore[assignment]
    members = ProjectMemberSerializer(many=True, required=False, help_text="With include=members.")
    settings = SettingsSerializer(required=False, help_text="With include=settings.")
    integrations = serializers.DictField(required=False, help_text="With include=integrations.")


class ProjectSerializer(serializers.Serializer[Any]):
    metadata = ProjectMetadataSerializer()
    entity = ProjectEntitySerializer()


class CreatedProjectSerializer(ProjectSerializer):
    location = serializers.CharField(help_text="The project's address, relative to the host.")


class ProjectListSerializer(serializers.Serializer[Any]):
    total_results = serializers.IntegerField()
    resources = ProjectSerializer(many=True)
    bookmark = serializers.CharField(required=False, help_text="Where to go on, if there is more.")
