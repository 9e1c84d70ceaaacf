"""Tokens of a project: ``/v2/projects/{guid}/tokens``."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import ProjectToken
from catalog.selectors.projects import token_document
from catalog.serializers.project_tokens import (
    NewProjectTokenSerializer,
    ProjectTokenSerializer,
    ProjectTokensSerializer,
)
from catalog.services import project_tokens
from catalog.shared.errors import BadRequest, Target
from catalog.shared.schema import operation
from catalog.views import project_examples as examples
from catalog.views.base import APIView
from catalog.views.parameters import signed_in
from catalog.views.projects import visible_project

TAG = "Project Tokens"


class ProjectTokensView(APIView):
    @operation(
        "listProjectTokens",
        "List the tokens of a project (its admins)",
        tag=TAG,
        answers={200: ProjectTokensSerializer},
        errors=(401, 403, 404),
        error_body="projects",
        examples=[("Tokens", None, examples.TOKENS)],
    )
    def get(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        tokens = project.tokens.issued().select_related("api_key")
        return Response({"tokens": [token_document(token) for token in tokens]})

    @operation(
        "createProjectToken",
        "Issue a token by which a program works in the project (its admins)",
        tag=TAG,
        request=NewProjectTokenSerializer,
        answers={200: ProjectTokenSerializer},
        errors=(400, 401, 403, 404),
        error_body="projects",
        examples=[("A token", examples.NEW_TOKEN, examples.ISSUED_TOKEN)],
    )
    def post(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        body = NewProjectTokenSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        [scope] = body.validated_data["scopes"]
        if scope.get("guid", guid) != guid:
            raise BadRequest("Must be the project of the URL.", target="scopes[0].guid")
        token, key = project_tokens.create_token(
            creator=signed_in(request),
            project=project,
            name=body.validated_data["name"],
            role=scope["role"],
        )
        return Response(token_document(token, key), headers={"Cache-Control": "no-store"})

    @operation(
        "deleteProjectTokens",
        "Delete all tokens of a project (its admins)",
        tag=TAG,
        answers={204: None},
        errors=(401, 403, 404),
        error_body="projects",
    )
    def delete(self, request: Request, guid: UUID) -> Response:
        project_tokens.revoke_tokens(project=visible_project(request, guid, role="admin"))
        return Response(status=204)


class ProjectTokenView(APIView):
    @operation(
        "deleteProjectToken",
        "Delete a token: it ends at once (admins of the project)",
        tag=TAG,
        answers={204: None},
        errors=(401, 403, 404),
        error_body="projects",
    )
    def delete(self, request: Request, guid: UUID, tguid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        project_tokens.revoke_token(project=project, token_id=tguid)
        return Response(status=204)


class IntrospectView(APIView):
    @operation(
        "introspectProjectToken",
        "Tell what the project token in the Authorization header is for",
        tag=TAG,
        answers={200: ProjectTokenSerializer},
        errors=(400, 401),
        error_body="projects",
        examples=[("A token", None, examples.TOKEN)],
    )
    def get(self, request: Request) -> Response:
        user = signed_in(request)
        if not user.is_token:
            target = Target("Authorization", "header")
            raise BadRequest("Must be a bearer token of a project.", target=target)
        token = ProjectToken.objects.select_related("api_key").get(account=user)
        return Response(token_document(token))
