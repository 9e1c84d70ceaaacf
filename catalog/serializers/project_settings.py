"""Settings of a project, and what it is integrated with."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.shared.fields import Body, Flag, Name


class NewAccessRestrictionsSerializer(Body):
    data = Flag(  # type: ignore[assignment]  # the contract's name
        help_text="Kept and given back; who sees what is decided by roles alone."
    )


class NewAuditEventsSerializer(Body):
    enabled = Flag(help_text="Kept and given back; changes are recorded in any case.")


class NewSettingsSerializer(Body):
    access_restrictions = NewAccessRestrictionsSerializer(required=False)
    audit_events = NewAuditEventsSerializer(required=False)


class AccessRestrictionsSerializer(serializers.Serializer[Any]):
    data = serializers.BooleanField()  # type: ignore[assignment]  # the contract's name


class AuditEventsSerializer(serializers.Serializer[Any]):
    enabled = serializers.BooleanField()


class SettingsSerializer(serializers.Serializer[Any]):
    access_restrictions = AccessRestrictionsSerializer()
    audit_events = AuditEventsSerializer()


class JupyterLabSerializer(Body):
    """A project's integration with JupyterLab: kept and given back."""

    guid = Name()
