"""Tokens of a project."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import ProjectToken
from catalog.shared.fields import Body, Name

ROLES = ProjectToken.Role.values
AUDIENCES = ("project",)


class NewTokenScopeSerializer(Body):
    """What a new token is for."""

    audience = serializers.ChoiceField(AUDIENCES, required=False)
    guid = serializers.UUIDField(required=False, help_text="The project of the URL.")
    role = serializers.ChoiceField(ROLES)


class NewProjectTokenSerializer(Body):
    name = Name()
    scopes = NewTokenScopeSerializer(many=True, help_text="Exactly one.")

    def validate_scopes(self, scopes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(scopes) != 1:
            raise serializers.ValidationError("A token has exactly one scope.")
        return scopes


class TokenScopeSerializer(serializers.Serializer[Any]):
    audience = serializers.ChoiceField(AUDIENCES)
    guid = serializers.UUIDField(help_text="The project.")
    role = serializers.ChoiceField(ROLES)


class ProjectTokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="In full only in the answer that issues it.")
    guid = serializers.UUIDField()
    name = serializers.CharField()
    scopes = TokenScopeSerializer(many=True)
    created_at = serializers.DateTimeField(help_text="With milliseconds.")
    last_used_at = serializers.DateTimeField(required=False, help_text="To the minute.")


class ProjectTokensSerializer(serializers.Serializer[Any]):
    tokens = ProjectTokenSerializer(many=True)
