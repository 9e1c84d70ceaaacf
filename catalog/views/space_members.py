"""Members of a space: ``/v2/spaces/{space_id}/members``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Membership
from catalog.selectors.members import GROUP_MARK
from catalog.selectors.spaces import space_member_document
from catalog.serializers.assets import PatchSerializer
from catalog.serializers.spaces import (
    AddedSpaceMembersSerializer,
    NewSpaceMembersSerializer,
    SpaceMemberListSerializer,
    SpaceMemberSerializer,
)
from catalog.services.members import NewMember, admit_members, member_of, remove_members
from catalog.services.space_members import patch_member
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.paging import Bookmarks, page_limit, words
from catalog.shared.schema import limit_parameter, operation, query
from catalog.views import space_examples as examples
from catalog.views.base import APIView
from catalog.views.examples import PATCH_MEDIA
from catalog.views.parameters import signed_in
from catalog.views.spaces import href, visible_space

TAG = "Space Members"


def _new_member(given: dict[str, Any]) -> NewMember:
    id_: str = given["id"]
    is_group = given.get("type") == "group" or id_.startswith(GROUP_MARK)
    return NewMember(id_.removeprefix(GROUP_MARK), given["role"], is_group=is_group)


class SpaceMembersView(APIView):
    @operation(
        "listSpaceMembers",
        "List the members of a space",
        tag=TAG,
        parameters=[
            query("role", "Comma separated: only members of these roles."),
            limit_parameter(100),
            query("start", "Where to go on: in the href of next."),
        ],
        answers={200: SpaceMemberListSerializer},
        errors=(400, 401, 404),
        examples=[("Members", None, examples.MEMBERS)],
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        params = request.query_params
        space = visible_space(request, space_id)
        limit = page_limit(params, default=100)
        roles = words(params, "role", of=Membership.Role.values)
        bookmarks = Bookmarks("space members", space_id, roles, parameter="start")
        place = bookmarks.read(params.get("start", ""))
        found = space.memberships.listed().in_order()
        found = found.filter(role__in=roles) if roles else found
        rows = list((found.filter(pk__gt=place[0]) if place else found)[: limit + 1])
        page, path = rows[:limit], f"/v2/spaces/{space_id}/members"
        answer: dict[str, Any] = {
            "first": href(path, params),
            "limit": limit,
            "resources": [space_member_document(member) for member in page],
            "total_count": found.count(),
        }
        if len(rows) > limit:
            answer["next"] = href(path, params, bookmarks.write([page[-1].pk]))
        return Response(answer)

    @operation(
        "addSpaceMembers",
        "Make users and groups members of a space",
        tag=TAG,
        request=NewSpaceMembersSerializer,
        answers={200: AddedSpaceMembersSerializer},
        errors=(400, 401, 403, 404),
        examples=[("An editor", examples.NEW_MEMBERS, examples.ADDED_MEMBERS)],
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        space = visible_space(request, space_id, role="admin")
        body = NewSpaceMembersSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = [_new_member(member) for member in body.validated_data["members"]]
        added = admit_members(container=space, members=wanted)
        return Response({"resources": [space_member_document(member) for member in added]})


class SpaceMemberView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "getSpaceMember",
        "Get a member of a space",
        tag=TAG,
        answers={200: SpaceMemberSerializer},
        errors=(401, 404),
        examples=[("A member", None, examples.MEMBER)],
    )
    def get(self, request: Request, space_id: UUID, member_id: str) -> Response:
        member = member_of(visible_space(request, space_id), member_id)
        return Response(space_member_document(member))

    @operation(
        "updateSpaceMember",
        "Give a member another role by JSON Patch",
        tag=TAG,
        request={media: PatchSerializer(many=True) for media in PATCH_MEDIA},
        answers={200: SpaceMemberSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[("An editor", examples.PATCH_OF_MEMBER, examples.MEMBER)],
    )
    def patch(self, request: Request, space_id: UUID, member_id: str) -> Response:
        space = visible_space(request, space_id, role="admin")
        member = member_of(space, member_id)
        changed = patch_member(space=space, member=member, operations=request.data)
        return Response(space_member_document(changed))

    @operation(
        "deleteSpaceMember",
        "Remove a member from a space",
        tag=TAG,
        answers={204: None},
        errors=(401, 403, 404, 409),
    )
    def delete(self, request: Request, space_id: UUID, member_id: str) -> Response:
        # Everybody may leave: one's own membership needs no admin.
        own = member_id == signed_in(request).uid
        space = visible_space(request, space_id, role="viewer" if own else "admin")
        remove_members(container=space, ids=[member_of(space, member_id).pk])
        return Response(status=204)
