"""Serializer fields that take no value for another: ``1`` is no text, ``"true"`` no flag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers


class Text(serializers.CharField):
    """Text as it is: nothing is trimmed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("trim_whitespace", False)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("Must be text.")
        return str(super().to_internal_value(data))


class Name(Text):
    """Text that says something: not empty, not only blanks."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 255)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not text.strip():
            raise serializers.ValidationError("Must not be blank.")
        return text


class Flag(serializers.BooleanField):
    """``true`` or ``false``."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("Must be true or false.")
        return data


class WholeNumber(serializers.IntegerField):
    """A whole number written as a number."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("Must be a whole number.")
        return int(super().to_internal_value(data))


class Identifier(serializers.UUIDField):
    """An id written as text."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            raise serializers.ValidationError("Must be a UUID.")
        return UUID(str(super().to_internal_value(data)))


class Body(serializers.Serializer[Any]):
    """A request body: an object. Members that it does not declare are refused, not lost.

    A subclass whose contract has clients send more than it reads sets ``takes_unknown``.
    """

    takes_unknown = False

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"non_field_errors": ["An object is required."]})
        if not self.takes_unknown:
            unknown = data.keys() - self.fields.keys()
            if unknown:
                raise serializers.ValidationError(
                    {name[:100]: ["Unknown member."] for name in sorted(unknown)[:10]}
                )
        return super().to_internal_value(data)
