"""Members of a catalog: ``/v2/catalogs/{catalog_id}/members``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Container, Membership
from catalog.selectors.catalogs import added_member_document, member_document
from catalog.serializers.catalogs import (
    AddedMembersSerializer,
    MemberListSerializer,
    MemberRoleSerializer,
    MemberSerializer,
    MemberSetSerializer,
    NewMembersSerializer,
)
from catalog.services import members
from catalog.services.members import NewMember
from catalog.shared.errors import BadRequest, Problem, Target
from catalog.shared.paging import Bookmarks, page_limit
from catalog.shared.schema import limit_parameter, operation, query
from catalog.shared.trace import current_trace
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.catalogs import visible_catalog
from catalog.views.parameters import signed_in

TAG = "Catalog Members"
KINDS = ("user", "group", "all")


def _failure(member: NewMember, problem: Problem) -> dict[str, Any]:
    reason = {"code": problem.code, "message": problem.message}
    return {"access_group_id" if member.is_group else "user_iam_id": member.id, "reason": reason}


class CatalogMembersView(APIView):
    @operation(
        "getMembers",
        "List the members of a catalog",
        tag=TAG,
        parameters=[
            limit_parameter(25),
            query("bookmark", "The nextBookmark of the page before."),
            query("member_type", "Which kind of members.", enum=KINDS, default="user"),
        ],
        answers={200: MemberListSerializer},
        errors=(400, 401, 404),
        examples=[("Members", None, examples.MEMBERS)],
    )
    def get(self, request: Request, catalog_id: UUID) -> Response:
        params = request.query_params
        catalog = visible_catalog(request, catalog_id)
        limit = page_limit(params, default=25)
        kind = params.get("member_type", "user")
        if kind not in KINDS:
            raise BadRequest(
                f"Must be one of {', '.join(KINDS)}.", target=Target("member_type", "parameter")
            )
        found = catalog.memberships.all()
        if kind != "all":
            found = found.filter(user__isnull=kind == "group")
        bookmarks = Bookmarks("members", catalog.pk, kind)
        place = bookmarks.read(params.get("bookmark", ""))
        rows = (
            found.order_by("pk") if place is None else found.order_by("pk").filter(pk__gt=place[0])
        )
        page = list(rows[:limit])
        return Response(
            {
                "total_results": found.count(),
                "members": [member_document(member) for member in page],
                "nextBookmark": bookmarks.write([page[-1].pk]) if page else "",
            }
        )

    @operation(
        "addMembers",
        "Make users and groups members of a catalog",
        tag=TAG,
        request=NewMembersSerializer,
        answers={201: AddedMembersSerializer},
        errors=(400, 401, 403, 404),
        examples=[("An editor", examples.NEW_MEMBERS, examples.ADDED_MEMBERS)],
    )
    def post(self, request: Request, catalog_id: UUID) -> Response:
        catalog = visible_catalog(request, catalog_id, role="admin")
        body = NewMembersSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = [NewMember(**member) for member in body.validated_data["members"]]
        added, failures = members.add_members(container=catalog, members=wanted)
        answer: dict[str, Any] = {
            "members": [added_member_document(member) for member in added],
            "failures": [_failure(member, problem) for member, problem in failures],
            "trace": current_trace(),
        }
        return Response(answer, status=201)


class CatalogMemberView(APIView):
    def _found(
        self, request: Request, catalog_id: UUID, uid: str, role: str
    ) -> tuple[Container, Membership]:
        # Everybody may leave: one's own membership needs no admin.
        own = request.method == "DELETE" and uid == signed_in(request).uid
        catalog = visible_catalog(request, catalog_id, role="viewer" if own else role)
        return catalog, members.member_of(catalog, uid)

    @operation(
        "getMember",
        "Get a member of a catalog",
        tag=TAG,
        answers={200: MemberSetSerializer},
        errors=(401, 404),
        examples=[("A member", None, {"members": [examples.MEMBER]})],
    )
    def get(self, request: Request, catalog_id: UUID, member_id: str) -> Response:
        _, member = self._found(request, catalog_id, member_id, role="viewer")
        return Response({"members": [member_document(member)]})

    @operation(
        "updateMember",
        "Give a member another role",
        tag=TAG,
        request=MemberRoleSerializer,
        answers={200: MemberSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[("An editor", {"role": "editor"}, examples.MEMBER)],
    )
    def patch(self, request: Request, catalog_id: UUID, member_id: str) -> Response:
        catalog, member = self._found(request, catalog_id, member_id, role="admin")
        body = MemberRoleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        roles = {member.pk: body.validated_data["role"]}
        [changed] = members.change_roles(container=catalog, roles=roles)
        return Response(member_document(changed))

    @operation(
        "deleteMember",
        "Remove a member from a catalog",
        tag=TAG,
        answers={204: None},
        errors=(401, 403, 404, 409),
    )
    def delete(self, request: Request, catalog_id: UUID, member_id: str) -> Response:
        catalog, member = self._found(request, catalog_id, member_id, role="admin")
        members.remove_members(container=catalog, ids=[member.pk])
        return Response(status=204)
