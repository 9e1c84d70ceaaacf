"""Members of a project: ``/v2/projects/{guid}/members``."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Membership, User
from catalog.selectors.projects import project_member_document
from catalog.serializers.project_members import (
    NewProjectMembersSerializer,
    ProjectMemberSerializer,
    ProjectMembersSerializer,
)
from catalog.services.member_names import Named, members_among, members_named, new_members
from catalog.services.members import admit_members, change_roles, remove_members
from catalog.shared.errors import BadRequest, Target
from catalog.shared.paging import words
from catalog.shared.schema import operation, query
from catalog.views import project_examples as examples
from catalog.views.base import APIView
from catalog.views.parameters import signed_in
from catalog.views.projects import visible_project

TAG = "Project Members"


def _answer(members: list[Membership]) -> Response:
    documents = [project_member_document(member) for member in members]
    return Response({"members": documents, "resources": documents})


def _named(text: str) -> Named:
    return Named(user_name=text)


class ProjectMembersView(APIView):
    @operation(
        "listProjectMembers",
        "List the members of a project",
        tag=TAG,
        parameters=[
            query("roles", "Comma separated: only members of these roles."),
            query("user_names", "Comma separated: only these members."),
        ],
        answers={200: ProjectMembersSerializer},
        errors=(400, 401, 404),
        error_body="projects",
        examples=[("Members", None, examples.MEMBERS)],
    )
    def get(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid)
        roles = words(request.query_params, "roles", of=Membership.Role.values)
        names = words(request.query_params, "user_names")
        found = project.memberships.listed().in_order()
        if names:
            found = members_among(project, [_named(name) for name in names])
        return _answer(list(found.filter(role__in=roles) if roles else found))

    @operation(
        "addProjectMembers",
        "Make users and groups members of a project",
        tag=TAG,
        request=NewProjectMembersSerializer,
        answers={200: ProjectMembersSerializer},
        errors=(400, 401, 403, 404),
        error_body="projects",
        examples=[("An editor", examples.NEW_MEMBERS, examples.MEMBERS)],
    )
    def post(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        given = self._given(request)
        return _answer(admit_members(container=project, members=new_members(given)))

    @operation(
        "updateProjectMembers",
        "Give members other roles",
        tag=TAG,
        request=NewProjectMembersSerializer,
        answers={200: ProjectMembersSerializer},
        errors=(400, 401, 403, 404),
        error_body="projects",
        examples=[("An editor", examples.NEW_ROLES, examples.MEMBERS)],
    )
    def patch(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        given = self._given(request)
        found = members_named(project, [named for named, _ in given])
        pairs = zip(found, given, strict=True)
        roles = {member.pk: role for member, (_, role) in pairs}
        if len(roles) < len(given):
            raise BadRequest("A member is named twice.", target="members")
        return _answer(change_roles(container=project, roles=roles))

    @operation(
        "deleteProjectMembers",
        "Remove members from a project",
        tag=TAG,
        parameters=[query("user_names", "Comma separated: who is removed.", required=True)],
        answers={204: None},
        errors=(400, 401, 403, 404),
        error_body="projects",
    )
    def delete(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        names = words(request.query_params, "user_names")
        if not names:
            target = Target("user_names", "parameter")
            raise BadRequest("The names of members are required.", target=target)
        found = members_named(project, [_named(name) for name in names])
        remove_members(container=project, ids={member.pk for member in found})
        return Response(status=204)

    def _given(self, request: Request) -> list[tuple[Named, str]]:
        body = NewProjectMembersSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return [(member["named"], member["role"]) for member in body.validated_data["members"]]


class ProjectMemberView(APIView):
    @operation(
        "getProjectMember",
        "Get a member of a project",
        tag=TAG,
        answers={200: ProjectMemberSerializer},
        errors=(401, 404),
        error_body="projects",
        examples=[("A member", None, examples.MEMBER)],
    )
    def get(self, request: Request, guid: UUID, user_name: str) -> Response:
        project = visible_project(request, guid)
        [member] = members_named(project, [_named(user_name)])
        return Response(project_member_document(member))

    @operation(
        "deleteProjectMember",
        "Remove a member from a project",
        tag=TAG,
        answers={204: None},
        errors=(400, 401, 403, 404),
        error_body="projects",
    )
    def delete(self, request: Request, guid: UUID, user_name: str) -> Response:
        # Everybody may leave: one's own membership needs no admin.
        own = User.objects.named(user_name).filter(pk=signed_in(request).pk).exists()
        project = visible_project(request, guid, role="viewer" if own else "admin")
        [member] = members_named(project, [_named(user_name)])
        remove_members(container=project, ids=[member.pk])
        return Response(status=204)
