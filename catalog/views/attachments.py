"""Attachments of a card: ``/v2/assets/{asset_id}/attachments``."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.attachments import (
    attachment_document,
    attachment_of,
    new_attachment_document,
)
from catalog.selectors.revisions import committed_attachment
from catalog.serializers.assets import (
    AttachmentSerializer,
    NewAttachmentSerializer,
    PatchSerializer,
)
from catalog.services import attachments
from catalog.services.usage import count_attachment_read
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.schema import CONTAINER, REVISION, operation
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.conditional import shown, tagged
from catalog.views.parameters import card_to_read, held, signed_in
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
        errors=(400, 401, 403, 404, 412),
        examples=[("A remote CSV file", examples.NEW_ATTACHMENT, examples.ATTACHMENT)],
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            attachment = attachments.add_attachment(actor=actor, asset=asset, body=request.data)
        document = new_attachment_document(asset, attachment, actor)
        return tagged(Response(document, status=201), asset.version)


class AttachmentView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "getAttachment",
        "Get an attachment",
        tag=TAG,
        parameters=[*CONTAINER, REVISION],
        answers={200: AttachmentSerializer},
        errors=(400, 401, 403, 404),
        examples=[("A remote CSV file", None, examples.ATTACHMENT)],
    )
    @counted(count_attachment_read, "attachment_id")
    def get(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        asset, revision = card_to_read(request, asset_id)
        find = attachment_of if revision is None else committed_attachment
        attachment = find(asset, attachment_id)
        document = attachment_document(asset, attachment, signed_in(request), revision)
        return Response(document) if revision else shown(request, asset.version, document)

    @operation(
        "updateAttachment",
        "Change an attachment by JSON Patch; paths begin at the attachment",
        tag=TAG,
        parameters=CONTAINER,
        request={media: PatchSerializer(many=True) for media in examples.PATCH_MEDIA},
        answers={200: AttachmentSerializer},
        errors=(400, 401, 403, 404, 412),
        examples=[("Rename it", examples.PATCH_OF_ATTACHMENT, examples.ATTACHMENT)],
    )
    def patch(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            attachment = attachment_of(asset, attachment_id)
            attachments.patch_attachment(
                actor=actor, asset=asset, attachment=attachment, operations=request.data
            )
        return tagged(Response(attachment_document(asset, attachment, actor)), asset.version)

    @operation(
        "deleteAttachment",
        "Remove an attachment from a card",
        tag=TAG,
        parameters=CONTAINER,
        answers={204: None},
        errors=(400, 401, 403, 404, 412),
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
        errors=(400, 401, 403, 404, 412),
    )
    def post(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        with held(request, asset_id) as (_, asset):
            raise attachments.never_uploaded(attachment_of(asset, attachment_id))


class AttachmentDatasourceTypeView(APIView):
    @operation(
        "updateAttachmentDatasourceType",
        "Take an attachment's type of datasource from its connection",
        tag=TAG,
        parameters=CONTAINER,
        answers={200: AttachmentSerializer},
        errors=(400, 401, 403, 404, 409, 412),
        examples=[("A remote CSV file", None, examples.ATTACHMENT)],
    )
    def patch(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        with held(request, asset_id) as (actor, asset):
            attachment = attachment_of(asset, attachment_id)
            document = attachment_document(asset, attachment, actor)
            attachments.require_datasource_type(document)
        return tagged(Response(document), asset.version)


class AttachmentResourcesView(APIView):
    @operation(
        "getAttachmentResources",
        "Get the resources of an attachment (refused for a remote one)",
        tag=TAG,
        parameters=[*CONTAINER, REVISION],
        answers={200: None},
        errors=(400, 401, 404),
    )
    def get(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        asset, revision = card_to_read(request, asset_id)
        find = attachment_of if revision is None else committed_attachment
        raise attachments.never_uploaded(find(asset, attachment_id))

    @operation(
        "increaseAttachmentResources",
        "Ask for more resources for an attachment (refused for a remote one)",
        tag=TAG,
        parameters=CONTAINER,
        answers={200: None},
        errors=(400, 401, 403, 404, 412),
    )
    def put(self, request: Request, asset_id: UUID, attachment_id: UUID) -> Response:
        with held(request, asset_id) as (_, asset):
            raise attachments.never_uploaded(attachment_of(asset, attachment_id))
