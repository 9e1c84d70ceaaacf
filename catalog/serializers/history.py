"""A card's history as requests and the schema describe it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from catalog.selectors.history import Point
from catalog.serializers.assets import PatchSerializer
from catalog.shared.fields import Body, WholeNumber
from catalog.shared.paging import read_moment

MAX_VERSION = 2**63 - 1


class Moment(serializers.CharField):
    """A time as text, or as milliseconds since 1970."""

    def to_internal_value(self, data: Any) -> datetime:  # type: ignore[override]
        if isinstance(data, bool) or not isinstance(data, str | int):
            raise serializers.ValidationError("Must be a time.")
        try:
            return read_moment(str(data).strip())
        except ValueError as exc:
            raise serializers.ValidationError(str(exc)) from exc


class RestoreSerializer(Body):
    """To which point of its history a card is brought back: either of both."""

    version = WholeNumber(
        required=False, allow_null=True, min_value=1, max_value=MAX_VERSION, help_text="A version."
    )
    as_of = Moment(
        required=False, allow_null=True, help_text="A time; also milliseconds since 1970."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in attrs.items() if value is not None}
        if len(given) != 1:
            name = "as_of" if given else "version"
            raise serializers.ValidationError({name: ["Give either version or as_of."]})
        return given

    @property
    def point(self) -> Point:
        """What was asked for."""
        given = self.validated_data
        return Point(moment=given.get("as_of"), version=given.get("version"))


class AddressSerializer(serializers.Serializer[Any]):
    href = serializers.CharField(help_text="Relative to the host.")


class CardVersionSerializer(serializers.Serializer[Any]):
    """One change of a card."""

    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField(help_text="To the microsecond.")
    user_id = serializers.CharField(allow_null=True, help_text="Null when nobody knows.")
    user_name = serializers.CharField(
        allow_null=True, help_text="Null also for a user who was deleted."
    )
    route = serializers.CharField(
        allow_null=True, help_text="The method and route, or the command, that made the change."
    )
    trace = serializers.CharField(
        required=False, help_text="Names the request in the server's log."
    )
    action = serializers.ChoiceField(["created", "changed", "deleted", "restored"])
    changes = PatchSerializer(
        many=True, help_text="A JSON Patch from the state before; the first begins at {}."
    )


class CardHistorySerializer(serializers.Serializer[Any]):
    """A page of a card's versions, newest first."""

    asset_id = serializers.UUIDField()
    limit = serializers.IntegerField()
    resources = CardVersionSerializer(many=True)
    first = AddressSerializer()
    next = AddressSerializer(required=False)


class CardPointSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField(help_text="Since when the card was like that.")


class CardDifferenceSerializer(serializers.Serializer[Any]):
    """What changed of a card from one point to another. ``from`` is added below."""

    asset_id = serializers.UUIDField()
    to = CardPointSerializer()
    changes = PatchSerializer(many=True, help_text="A JSON Patch from the one state to the other.")


CardDifferenceSerializer._declared_fields["from"] = CardPointSerializer()
