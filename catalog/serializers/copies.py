"""What clients say of a copy: where it goes, and what it says otherwise."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from catalog.selectors.cards import CONTAINER_PARAMETERS
from catalog.serializers.assets import NewAttachmentSerializer, NewMetadataSerializer
from catalog.services.card_rules import MODES
from catalog.shared.fields import Body, Identifier, Text, WholeNumber


class Mode(WholeNumber):
    """Rules of visibility."""

    def to_internal_value(self, data: Any) -> int:
        mode = super().to_internal_value(data)
        if mode not in MODES:
            raise serializers.ValidationError("Must be -1, 0 (public) or 8 (private).")
        return mode


class CopyTargetSerializer(Body):
    """The container of the copy."""

    project_id = Identifier(required=False, allow_null=True)
    catalog_id = Identifier(required=False, allow_null=True)
    space_id = Identifier(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [
            (kind, attrs[name])
            for kind, name in CONTAINER_PARAMETERS.items()
            if attrs.get(name) is not None
        ]
        if len(given) != 1:
            name = CONTAINER_PARAMETERS[given[1][0]] if given else "project_id"
            raise serializers.ValidationError(
                {name: ["Give exactly one of project_id, catalog_id and space_id."]}
            )
        kind, container_id = given[0]
        return {"kind": kind, "container_id": container_id}


class _CopySerializer(Body):
    mode = Mode(
        required=False,
        allow_null=True,
        help_text="-1 and 0: public in the container; 8: private. As the source's by default.",
    )
    metadata = serializers.DictField(
        required=False, allow_null=True, help_text="Members that the copy has otherwise."
    )


class PublishAssetSerializer(_CopySerializer):
    catalog_id = Identifier(help_text="The catalog of the copy.")


class PromoteAssetSerializer(_CopySerializer):
    space_id = Identifier(help_text="The space of the copy.")


class PublishedToSerializer(Body):
    catalog_id = Identifier()


class PublishedFromSerializer(Body):
    project_id = Identifier()
    source_url = Text(required=False, allow_null=True, allow_blank=True, max_length=2000)


class PublishedMetadataSerializer(Body):
    """Where a published card comes from and goes to; its other members are a new card's."""

    takes_unknown = True

    published_to = PublishedToSerializer()
    published_from = PublishedFromSerializer()


class PublicationSerializer(Body):
    """The part of a published card that says where it comes from and goes to."""

    takes_unknown = True

    metadata = PublishedMetadataSerializer()


class PublishedCardMetadataSerializer(NewMetadataSerializer):
    published_to = PublishedToSerializer()
    published_from = PublishedFromSerializer()


class PublishedCardSerializer(serializers.Serializer[Any]):
    """What a client says of a card that it publishes."""

    metadata = PublishedCardMetadataSerializer()
    entity = serializers.DictField(
        child=serializers.DictField(),
        required=False,
        help_text="The primary attribute is empty by default.",
    )
    attachments = NewAttachmentSerializer(many=True, required=False)


def publication_of(body: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a published card says of its places, as ``{catalog_id, project_id, source_url}``, and
    the card without that.
    """
    read = PublicationSerializer(data=body)
    read.is_valid(raise_exception=True)
    metadata = read.validated_data["metadata"]
    origin = metadata["published_from"]
    catalog_id: UUID = metadata["published_to"]["catalog_id"]
    places = {
        "catalog_id": catalog_id,
        "project_id": origin["project_id"],
        "source_url": origin.get("source_url") or "",
    }
    kept = {
        name: value
        for name, value in body["metadata"].items()
        if name not in ("published_to", "published_from")
    }
    return places, {**body, "metadata": kept}
