"""Spaces: ``/v2/spaces``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Container
from catalog.selectors.container_lists import page_after, place_of
from catalog.selectors.projects import members_of_each
from catalog.selectors.spaces import space_document
from catalog.serializers.assets import PatchSerializer
from catalog.serializers.spaces import (
    NewSpaceSerializer,
    SpaceChangesSerializer,
    SpaceListSerializer,
    SpaceSerializer,
)
from catalog.services import spaces
from catalog.services.containers import container_for, delete_container
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.paging import Bookmarks, page_limit, words
from catalog.shared.schema import limit_parameter, operation, query
from catalog.views import space_examples as examples
from catalog.views.base import APIView
from catalog.views.examples import PATCH_MEDIA
from catalog.views.parameters import signed_in
from catalog.views.projects import FILTERS, wanted

TAG = "Spaces"
SPACE = Container.Kind.SPACE
INCLUDES = ("members", "everything")
INCLUDE = query("include", "members: show them, too.")


def visible_space(request: Request, space_id: UUID, role: str = "viewer") -> Container:
    """The space of the URL, in which the caller is at least ``role``."""
    return container_for(user=signed_in(request), container_id=space_id, kind=SPACE, role=role)


def href(path: str, params: QueryDict, start: str = "") -> dict[str, str]:
    """A page's address: the same question, from ``start`` on."""
    query = params.copy()
    query.pop("start", None)
    if start:
        query["start"] = start
    return {"href": f"{path}?{query.urlencode()}" if query else path}


def _with_members(space: Container) -> dict[str, Any]:
    return space_document(space, members_of_each([space])[space.pk])


class SpacesView(APIView):
    @operation(
        "listSpaces",
        "List the spaces that the caller is a member of",
        tag=TAG,
        parameters=[
            *FILTERS,
            INCLUDE,
            limit_parameter(100),
            query("start", "Where to go on: in the href of next."),
        ],
        answers={200: SpaceListSerializer},
        errors=(400, 401),
        examples=[("Spaces", None, examples.SPACES)],
    )
    def get(self, request: Request) -> Response:
        params = request.query_params
        limit = page_limit(params, default=100)
        has_members = bool(words(params, "include", of=INCLUDES))
        filters = wanted(params, SPACE)
        bookmarks = Bookmarks("spaces", filters, parameter="start")
        place = bookmarks.read(params.get("start", ""))
        found = filters.visible_to(signed_in(request))
        page, has_more = page_after(found, place, skip=0, limit=limit)
        members = members_of_each(page) if has_members else {}
        resources = [
            space_document(space, members.get(space.pk, []) if has_members else None)
            for space in page
        ]
        answer: dict[str, Any] = {
            "first": href("/v2/spaces", params),
            "limit": limit,
            "resources": resources,
            "total_count": found.count(),
        }
        if has_more:
            answer["next"] = href("/v2/spaces", params, bookmarks.write(place_of(page[-1])))
        return Response(answer)

    @operation(
        "createSpace",
        "Create a space; the caller is its admin",
        tag=TAG,
        request=NewSpaceSerializer,
        answers={202: SpaceSerializer},
        errors=(400, 401, 403),
        examples=[("A space", examples.NEW_SPACE, examples.SPACE_WITH_MEMBERS)],
    )
    def post(self, request: Request) -> Response:
        body = NewSpaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        space = spaces.create_space(actor=signed_in(request), given=body.validated_data)
        return Response(_with_members(space), status=202)


def _read_changes(entity: dict[str, Any]) -> dict[str, Any]:
    changes = SpaceChangesSerializer(data=entity)
    changes.is_valid(raise_exception=True)
    return dict(changes.validated_data)


class SpaceView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "getSpace",
        "Get a space",
        tag=TAG,
        parameters=[INCLUDE],
        answers={200: SpaceSerializer},
        errors=(400, 401, 404),
        examples=[("A space", None, examples.SPACE)],
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        space = visible_space(request, space_id)
        has_members = words(request.query_params, "include", of=INCLUDES)
        return Response(_with_members(space) if has_members else space_document(space))

    @operation(
        "updateSpace",
        "Change a space by JSON Patch; paths begin at its entity",
        tag=TAG,
        request={media: PatchSerializer(many=True) for media in PATCH_MEDIA},
        answers={200: SpaceSerializer},
        errors=(400, 401, 403, 404),
        examples=[("Another description", examples.PATCH, examples.SPACE_WITH_MEMBERS)],
    )
    def patch(self, request: Request, space_id: UUID) -> Response:
        space = visible_space(request, space_id, role="admin")
        changed = spaces.patch_space(space=space, operations=request.data, read=_read_changes)
        return Response(_with_members(changed))

    @operation(
        "deleteSpace",
        "Delete a space with all that it holds",
        tag=TAG,
        answers={202: None},
        errors=(401, 403, 404),
    )
    def delete(self, request: Request, space_id: UUID) -> Response:
        delete_container(container=visible_space(request, space_id, role="admin"))
        return Response(status=202)
