"""Projects: ``/v2/projects``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Container, Membership
from catalog.selectors.container_lists import Wanted, page_after, place_of
from catalog.selectors.projects import FIELDS, SECTIONS, members_of_each, project_document
from catalog.serializers.projects import (
    CreatedProjectSerializer,
    NewProjectSerializer,
    ProjectChangesSerializer,
    ProjectListSerializer,
    ProjectSerializer,
)
from catalog.services import projects
from catalog.services.containers import container_for, delete_container
from catalog.shared.errors import BadRequest, Target
from catalog.shared.paging import Bookmarks, whole_number, words
from catalog.shared.schema import limit_parameter, operation, query
from catalog.views import project_examples as examples
from catalog.views.base import APIView
from catalog.views.parameters import signed_in

TAG = "Projects"
PROJECT = Container.Kind.PROJECT
INCLUDES = (*FIELDS, *SECTIONS, "everything", "nothing")
INCLUDE = query(
    "include",
    f"Comma separated: {', '.join(INCLUDES)}. The fields are always there; nothing, alone, "
    "answers 204.",
)


def visible_project(request: Request, guid: UUID, role: str = "viewer") -> Container:
    """The project of the URL, in which the caller is at least ``role``."""
    return container_for(user=signed_in(request), container_id=guid, kind=PROJECT, role=role)


def included(params: QueryDict) -> list[str] | None:
    """The sections that ``include`` asks for; None for ``nothing``."""
    asked = words(params, "include", of=INCLUDES)
    if set(asked) == {"nothing"}:
        return None
    return [name for name in SECTIONS if name in asked or "everything" in asked]


def wanted(params: QueryDict, kind: str) -> Wanted:
    """The filters of a list of projects or spaces."""
    try:
        ids = [UUID(text) for text in words(params, "guids")]
    except ValueError as exc:
        raise BadRequest("Must be UUIDs.", target=Target("guids", "parameter")) from exc
    return Wanted(
        kind=kind,
        name=params.get("name", ""),
        member=params.get("member", ""),
        roles=words(params, "roles", of=Membership.Role.values),
        tags=words(params, "tags"),
        ids=ids,
        type=params.get("type", ""),
    )


FILTERS = [
    query("name", "Only those of exactly that name."),
    query("member", "Only those that this user, by name or id, is a member of."),
    query("roles", "Comma separated: what that member, or else the caller, is."),
    query("tags", "Comma separated: only those with any of these."),
    query("guids", "Comma separated: only those of these ids."),
    query("type", "Only those of that type."),
]


class ProjectsView(APIView):
    @operation(
        "listProjects",
        "List the projects that the caller is a member of",
        tag=TAG,
        parameters=[
            *FILTERS,
            INCLUDE,
            limit_parameter(10),
            query("skip", "How many to pass over first.", int, default=0),
            query("bookmark", "The bookmark of the page before."),
        ],
        answers={200: ProjectListSerializer, 204: None},
        errors=(400, 401),
        error_body="projects",
        examples=[("Projects", None, examples.PROJECTS)],
    )
    def get(self, request: Request) -> Response:
        params = request.query_params
        limit = whole_number(
            params, "limit", default=min(10, settings.MAX_PAGE), most=settings.MAX_PAGE
        )
        skip = whole_number(params, "skip", default=0)
        sections = included(params)
        filters = wanted(params, PROJECT)
        bookmarks = Bookmarks("projects", filters)
        place = bookmarks.read(params.get("bookmark", ""))
        if sections is None:
            return Response(status=204)
        found = filters.visible_to(signed_in(request))
        page, has_more = page_after(found, place, skip=skip, limit=limit)
        members = members_of_each(page) if "members" in sections else {}
        answer: dict[str, Any] = {
            "total_results": found.count(),
            "resources": [
                project_document(project, sections, members.get(project.pk, ())) for project in page
            ],
        }
        if has_more and page:
            answer["bookmark"] = bookmarks.write(place_of(page[-1]))
        return Response(answer)

    @operation(
        "createProject",
        "Create a project; the caller is its admin",
        tag=TAG,
        request=NewProjectSerializer,
        answers={201: CreatedProjectSerializer},
        errors=(400, 401, 403),
        error_body="projects",
        examples=[("A project", examples.NEW_PROJECT, examples.CREATED_PROJECT)],
    )
    def post(self, request: Request) -> Response:
        body = NewProjectSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        project = projects.create_project(actor=signed_in(request), given=body.validated_data)
        document = project_document(project)
        location = document["metadata"]["url"]
        return Response(
            {"location": location, **document}, status=201, headers={"Location": location}
        )


class ProjectView(APIView):
    @operation(
        "getProject",
        "Get a project",
        tag=TAG,
        parameters=[INCLUDE],
        answers={200: ProjectSerializer, 204: None},
        errors=(400, 401, 404),
        error_body="projects",
        examples=[("A project", None, examples.PROJECT)],
    )
    def get(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid)
        sections = included(request.query_params)
        if sections is None:
            return Response(status=204)
        members = members_of_each([project])[guid] if "members" in sections else ()
        return Response(project_document(project, sections, members))

    @operation(
        "updateProject",
        "Change a project by the members that are given",
        tag=TAG,
        request=ProjectChangesSerializer,
        answers={200: ProjectSerializer},
        errors=(400, 401, 403, 404),
        error_body="projects",
        examples=[("Another description", examples.PROJECT_CHANGES, examples.PROJECT)],
    )
    def patch(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        body = ProjectChangesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        changed = projects.patch_project(project=project, changes=body.validated_data)
        return Response(project_document(changed))

    @operation(
        "deleteProject",
        "Delete a project with all that it holds",
        tag=TAG,
        answers={204: None},
        errors=(401, 403, 404),
        error_body="projects",
    )
    def delete(self, request: Request, guid: UUID) -> Response:
        delete_container(container=visible_project(request, guid, role="admin"))
        return Response(status=204)
