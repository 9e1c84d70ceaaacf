"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve
from django.views.decorators.http import require_safe

PROBES = {"/healthz", "/readyz", "/metrics"}
_migrated = False


class ProbesMiddleware:
    """Answers probes before anything asks which host they call: they know an address, no name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in PROBES:
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        response: HttpResponse = match.func(request)
        response["Content-Length"] = str(len(response.content))  # nobody further in adds it
        return response


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and has every migration; 503 with the reason otherwise."""
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated:  # once true it stays so: looked up again only until then
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return JsonResponse(
                    {"status": "unavailable", "reason": "migrations are missing"}, status=503
                )
            _migrated = True
    except DatabaseError:
        return JsonResponse(
            {"status": "unavailable", "reason": "the database does not answer"}, status=503
        )
    return JsonResponse({"status": "ok"})
