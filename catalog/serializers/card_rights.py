"""Owner and visibility of a card."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.shared.fields import Body, Text, WholeNumber


class CardOwnerSerializer(Body):
    owner = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=255,
        help_text="The name of the user; read when there is no owner_id.",
    )
    owner_id = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=255,
        help_text="The uid of the user.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("owner_id") and not attrs.get("owner"):
            raise serializers.ValidationError({"owner_id": ["The uid of a user is required."]})
        return {"owner_id": attrs.get("owner_id"), "owner": attrs.get("owner")}


class CardPermsSerializer(Body):
    mode = WholeNumber(help_text="-1 and 0: public in the container; 8: private.")
