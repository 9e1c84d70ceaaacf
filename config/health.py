"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

_migrated = False


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


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
