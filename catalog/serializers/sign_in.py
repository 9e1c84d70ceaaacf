"""Sign-in and users."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.services.users import ADMIN_ROLES, USER_ROLES
from catalog.shared.fields import Body, Name, Text


class CredentialsSerializer(Body):
    """A user name with a password or an API key. Clients send more, and nulls: both are passed
    over.
    """

    takes_unknown = True

    username = Name(max_length=150)
    password = Text(required=False, allow_null=True, allow_blank=True, max_length=4096)
    api_key = Text(required=False, allow_null=True, allow_blank=True, max_length=4096)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("password") and not attrs.get("api_key"):
            raise serializers.ValidationError(
                {"password": ["A password or an api_key is required."]}
            )
        return attrs


class TokenSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    role = serializers.CharField()
    permissions = serializers.ListField(child=serializers.CharField())
    sub = serializers.CharField()
    iss = serializers.CharField()
    aud = serializers.CharField()
    uid = serializers.CharField()
    authenticator = serializers.CharField()
    iat = serializers.IntegerField()
    exp = serializers.IntegerField()
    access_token = serializers.CharField(help_text="For the header Authorization: Bearer.")
    token = serializers.CharField(help_text="The same.")
    _messageCode_ = serializers.CharField()
    message = serializers.CharField()


class NewUserSerializer(Body):
    user_name = Name(max_length=150)
    password = Text(max_length=4096)
    displayName = Text(required=False, allow_blank=True, allow_null=True, max_length=255)
    email = serializers.EmailField(
        required=False, allow_blank=True, allow_null=True, max_length=254
    )
    user_roles = serializers.ListField(child=Text(max_length=100), required=False, max_length=20)

    def validate_user_roles(self, roles: list[str]) -> list[str]:
        unknown = [role for role in roles if role.lower() not in ADMIN_ROLES | USER_ROLES]
        if unknown:
            known = ", ".join(sorted(ADMIN_ROLES | USER_ROLES))
            raise serializers.ValidationError(
                f"There is no role '{unknown[0]}'; there are {known}."
            )
        return roles


class UserSerializer(serializers.Serializer[Any]):
    uid = serializers.CharField()
    username = serializers.CharField()
    user_name = serializers.CharField()
    displayName = serializers.CharField()
    email = serializers.CharField()
    role = serializers.CharField()
    permissions = serializers.ListField(child=serializers.CharField())
    user_roles = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    _messageCode_ = serializers.CharField()
    message = serializers.CharField()
