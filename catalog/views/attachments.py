"""Attachments of a card: ``/v2/assets/{asset_id}/attachments``."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.assets import whole_card
from catalog.selectors.attachments import (
    attachment_document,
    attachment_of,
    new_attachment_document,
)
from catalog.serializers.assets import (
    AttachmentSerializer,
    NewAttachmentSerializer,
    PatchSerializer,
)
from catalog.services import attachments
from catalog.services.usage import count_attachment_read
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.schema import CONTAINER, operation
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.parameters import container_parameter, held, signed_in
from catalog.views.usage import counted


TAG = "Asset Attachments"


class AttachmentsView(APIView):
    @operation(
        "createAttachment",
        "Attach what is behind a connection to a card",
        tag=TAG,
        parameters=CONTAINER,
        request=NewAttachmentSerializer,
        answers={201: AttachmentSerializer},
        errors=(400, 401, 403, 404),
        examples=[("A remote CSV file", examples.NEW_ATTACHMENT, examples.ATTACHMENT)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            attachment = attachments.add_attachment(actor=actor, asset=asset, body=request.data)
        return Response(new_attachment_document(asset, attachment, actor), status=201)


class AttachmentView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "getAttachment",
        "Get an attachment",
        tag=TAG,
        parameters=CONTAINER,
        answers={200: AttachmentSerializer},
        errors=(400, 401, 403, 404),
        examples=[("A remote CSV file", None, examples.ATTACHMENT)],
    )
    @counted(count_attachment_read, "attachment_id")
    def get(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        user = signed_in(request)
        asset = whole_card(user=user, asset_id=asset_id, **container_parameter(request).words)
        return Response(attachment_document(asset, attachment_of(asset, attachment_id), user))

    @operation(
        "updateAttachment",
        "Change an attachment by JSON Patch; paths begin at the attachment",
        tag=TAG,
        parameters=CONTAINER,
        request={media: PatchSerializer(many=True) for media in examples.PATCH_MEDIA},
        answers={200: AttachmentSerializer},
        errors=(400, 401, 403, 404),
        examples=[("Rename it", examples.PATCH_OF_ATTACHMENT, examples.ATTACHMENT)],
    )
    def patch(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            attachment = attachment_of(asset, attachment_id)
            attachments.patch_attachment(
                actor=actor, asset=asset, attachment=attachment, operations=request.data
            )
        return Response(attachment_document(asset, attachment, actor))

    @operation(
        "deleteAttachment",
        "Remove an attachment from a card",
        tag=TAG,
        parameters=CONTAINER,
        answers={204: None},
        errors=(400, 401, 403, 404),
    )
    def delete(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            attachments.remove_attachment(
                actor=actor, asset=asset, attachment=attachment_of(asset, attachment_id)
            )
        return Response(status=204)


class AttachmentCompleteView(APIView):
    @operation(
        "completeAttachment",
        "Say that an upload is complete (refused for a remote attachment)",
        tag=TAG,
        parameters=CONTAINER,
        answers={200: AttachmentSerializer},
        errors=(400, 401, 403, 404),
    )
    def post(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        with held(request, asset_id) as (_, asset):
            raise attachments.never_uploaded(attachment_of(asset, attachment_id))
