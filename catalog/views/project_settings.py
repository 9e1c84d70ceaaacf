"""Settings of a project, and its integration with JupyterLab."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.projects import settings_document
from catalog.serializers.project_settings import (
    AccessRestrictionsSerializer,
    AuditEventsSerializer,
    JupyterLabSerializer,
    NewAccessRestrictionsSerializer,
    NewAuditEventsSerializer,
)
from catalog.services import projects
from catalog.shared.errors import NotFound
from catalog.shared.fields import Body
from catalog.shared.schema import operation
from catalog.views import project_examples as examples
from catalog.views.base import APIView
from catalog.views.projects import visible_project

TAG = "Project Settings"
JUPYTERLAB = "jupyterlab"


class SettingView(APIView):
    """One group of settings; a subclass says which."""

    group: str
    reader: type[Body]

    def read(self, request: Request, guid: UUID) -> Response:
        return Response(settings_document(visible_project(request, guid))[self.group])

    def write(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        value = _read(self.reader, request)
        changed = projects.put_setting(project=project, group=self.group, value=value)
        return Response(settings_document(changed)[self.group])


def _read(reader: type[Body], request: Request) -> dict[str, Any]:
    body = reader(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class AccessRestrictionsView(SettingView):
    group, reader = "access_restrictions", NewAccessRestrictionsSerializer

    @operation(
        "getAccessRestrictions",
        "Get the access restrictions of a project",
        tag=TAG,
        answers={200: AccessRestrictionsSerializer},
        errors=(401, 404),
        error_body="projects",
        examples=[("None", None, examples.ACCESS_RESTRICTIONS)],
    )
    def get(self, request: Request, guid: UUID) -> Response:
        return self.read(request, guid)

    @operation(
        "updateAccessRestrictions",
        "Replace the access restrictions of a project",
        tag=TAG,
        request=NewAccessRestrictionsSerializer,
        answers={200: AccessRestrictionsSerializer},
        errors=(400, 401, 403, 404),
        error_body="projects",
        examples=[("None", examples.ACCESS_RESTRICTIONS, examples.ACCESS_RESTRICTIONS)],
    )
    def put(self, request: Request, guid: UUID) -> Response:
        return self.write(request, guid)


class AuditEventsView(SettingView):
    group, reader = "audit_events", NewAuditEventsSerializer

    @operation(
        "getAuditEvents",
        "Get the setting of audit events of a project",
        tag=TAG,
        answers={200: AuditEventsSerializer},
        errors=(401, 404),
        error_body="projects",
        examples=[("Enabled", None, examples.AUDIT_EVENTS)],
    )
    def get(self, request: Request, guid: UUID) -> Response:
        return self.read(request, guid)

    @operation(
        "updateAuditEvents",
        "Replace the setting of audit events of a project",
        tag=TAG,
        request=NewAuditEventsSerializer,
        answers={200: AuditEventsSerializer},
        errors=(400, 401, 403, 404),
        error_body="projects",
        examples=[("Enabled", examples.AUDIT_EVENTS, examples.AUDIT_EVENTS)],
    )
    def put(self, request: Request, guid: UUID) -> Response:
        return self.write(request, guid)


class JupyterLabView(APIView):
    @operation(
        "getJupyterLab",
        "Get a project's integration with JupyterLab",
        tag=TAG,
        answers={200: JupyterLabSerializer},
        errors=(401, 404),
        error_body="projects",
        examples=[("JupyterLab", None, examples.JUPYTERLAB)],
    )
    def get(self, request: Request, guid: UUID) -> Response:
        integrations = visible_project(request, guid).details.get("integrations", {})
        if JUPYTERLAB not in integrations:
            raise NotFound(f"The project is not integrated with {JUPYTERLAB}.")
        return Response(integrations[JUPYTERLAB])

    @operation(
        "updateJupyterLab",
        "Integrate a project with JupyterLab",
        tag=TAG,
        request=JupyterLabSerializer,
        answers={200: JupyterLabSerializer},
        errors=(400, 401, 403, 404),
        error_body="projects",
        examples=[("JupyterLab", examples.JUPYTERLAB, examples.JUPYTERLAB)],
    )
    def put(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        value = _read(JupyterLabSerializer, request)
        changed = projects.put_integration(project=project, name=JUPYTERLAB, value=value)
        return Response(changed.details["integrations"][JUPYTERLAB])

    @operation(
        "deleteJupyterLab",
        "End a project's integration with JupyterLab",
        tag=TAG,
        answers={204: None},
        errors=(401, 403, 404),
        error_body="projects",
    )
    def delete(self, request: Request, guid: UUID) -> Response:
        project = visible_project(request, guid, role="admin")
        projects.remove_integration(project=project, name=JUPYTERLAB)
        return Response(status=204)
