"""Catalogs: ``/v2/catalogs``."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Container
from catalog.selectors.catalogs import catalog_document
from catalog.serializers.assets import PatchSerializer
from catalog.serializers.catalogs import (
    CatalogListSerializer,
    CatalogSerializer,
    NewCatalogSerializer,
    NewDefaultCatalogSerializer,
)
from catalog.services import containers
from catalog.services.catalogs import patch_catalog
from catalog.shared.errors import BadRequest, NotAuthorized, NotFound, Target
from catalog.shared.json import JSONPatchParser, StrictJSONParser
from catalog.shared.paging import Bookmarks, page_limit, whole_number
from catalog.shared.schema import limit_parameter, operation, query
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.parameters import signed_in

TAG = "Catalogs"
CATALOG = Container.Kind.CATALOG
#: What ``include`` may ask for; ``catalogs`` is what is listed anyway.
INCLUDES = {"catalogs", "projects", "spaces", "total_count"}


def visible_catalog(request: Request, catalog_id: UUID, role: str = "viewer") -> Container:
    """The catalog of the URL, in which the caller is at least ``role``."""
    return containers.container_for(
        user=signed_in(request), container_id=catalog_id, kind=CATALOG, role=role
    )


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """The columns that a request sets; a null counts as not given."""
    names = {"bss_account_id": "account_id"}
    return {
        names.get(name, name): value
        for name, value in given.items()
        if value is not None and name != "bucket"
    }


class CatalogsView(APIView):
    @operation(
        "listCatalogs",
        "List the catalogs that the caller is a member of",
        tag=TAG,
        parameters=[
            limit_parameter(25),
            query("bookmark", "The nextBookmark of the page before."),
            query("skip", "How many to pass over first.", int, default=0),
            query("include", "Comma separated: catalogs, projects, spaces, total_count."),
            query("bss_account_id", "Only catalogs of that account."),
        ],
        answers={200: CatalogListSerializer},
        errors=(400, 401, 403),
        examples=[("Get Catalogs", None, examples.CATALOGS)],
    )
    def get(self, request: Request) -> Response:
        params = request.query_params
        limit = page_limit(params, default=25)
        skip = whole_number(params, "skip", default=0)
        include = {word for word in params.get("include", "").split(",") if word}
        if include - INCLUDES:
            raise BadRequest(
                f"Must be of {', '.join(sorted(INCLUDES))}.", target=Target("include", "parameter")
            )
        kinds = [kind for kind in Container.Kind if f"{kind}s" in include] or [CATALOG]
        found = Container.objects.filter(kind__in=kinds).visible_to(signed_in(request))
        if account := params.get("bss_account_id"):
            found = found.filter(account_id=account)
        bookmarks, bookmark = Bookmarks("catalogs", kinds, account), params.get("bookmark", "")
        total = found.count() if "total_count" in include else None
        page = list(_after(found, bookmarks.read(bookmark))[skip : skip + limit + 1])
        shown, more = page[:limit], len(page) > limit
        answer: dict[str, Any] = {
            "catalogs": [catalog_document(catalog) for catalog in shown],
            "nextBookmark": bookmarks.write([shown[-1].created_at.isoformat(), str(shown[-1].pk)])
            if shown
            else "",
            "nextSkip": skip + limit if more and not bookmark else 0,
        }
        return Response(answer if total is None else answer | {"total_count": total})

    @operation(
        "createCatalog",
        "Create a catalog; the caller is its admin",
        tag=TAG,
        parameters=[query("check_bucket_existence", "Accepted and not used.", bool, default=True)],
        request=NewCatalogSerializer,
        answers={201: CatalogSerializer},
        errors=(400, 401, 403),
        examples=[("A catalog", examples.NEW_CATALOG, examples.CATALOG)],
    )
    def post(self, request: Request) -> Response:
        body = NewCatalogSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        catalog = containers.create_container(
            actor=signed_in(request), kind=CATALOG, **_columns(body.validated_data)
        )
        return Response(catalog_document(catalog), status=201)


def _after(found: QuerySet[Container], place: list[Any] | None) -> QuerySet[Container]:
    ordered = found.order_by("created_at", "pk")
    if place is None:
        return ordered
    created_at, pk = datetime.fromisoformat(place[0]), UUID(place[1])
    return ordered.filter(Q(created_at__gt=created_at) | Q(created_at=created_at, pk__gt=pk))


class DefaultCatalogView(APIView):
    @operation(
        "getDefaultCatalog",
        "Get the default catalog",
        tag=TAG,
        answers={200: CatalogSerializer},
        errors=(401, 404),
        examples=[("The default catalog", None, examples.CATALOG)],
    )
    def get(self, request: Request) -> Response:
        found = Container.objects.filter(is_default=True).visible_to(signed_in(request)).first()
        if found is None:
            raise NotFound("There is no default catalog.")
        return Response(catalog_document(found))

    @operation(
        "createDefaultCatalog",
        "Create the default catalog (administrators)",
        tag=TAG,
        parameters=[
            query("check_bucket_existence", "Accepted and not used.", bool, default=True),
            query("topic_url_root", "Accepted and not used."),
        ],
        request=NewDefaultCatalogSerializer,
        answers={200: CatalogSerializer},
        errors=(400, 401, 403, 409),
        examples=[("The default catalog", {"catalog": examples.NEW_CATALOG}, examples.CATALOG)],
    )
    def post(self, request: Request) -> Response:
        actor = signed_in(request)
        if not actor.is_superuser:
            raise NotAuthorized("Only administrators create the default catalog.")
        is_bare = isinstance(request.data, dict) and "catalog" not in request.data
        body = NewDefaultCatalogSerializer(
            data={"catalog": request.data} if is_bare else request.data
        )
        body.is_valid(raise_exception=True)
        catalog = containers.create_container(
            actor=actor, kind=CATALOG, is_default=True, **_columns(body.validated_data["catalog"])
        )
        return Response(catalog_document(catalog))


class CatalogView(APIView):
    parser_classes = [StrictJSONParser, JSONPatchParser]

    @operation(
        "getCatalog",
        "Get a catalog",
        tag=TAG,
        answers={200: CatalogSerializer},
        errors=(401, 404),
        examples=[("Get a Catalog", None, examples.CATALOG)],
    )
    def get(self, request: Request, catalog_id: UUID) -> Response:
        return Response(catalog_document(visible_catalog(request, catalog_id)))

    @operation(
        "updateCatalog",
        "Change a catalog's name or description by JSON Patch",
        tag=TAG,
        request={media: PatchSerializer(many=True) for media in examples.PATCH_MEDIA},
        answers={200: CatalogSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[
            (
                "Rename it",
                [{"op": "replace", "path": "/entity/name", "value": "Library"}],
                examples.CATALOG,
            )
        ],
    )
    def patch(self, request: Request, catalog_id: UUID) -> Response:
        catalog = visible_catalog(request, catalog_id, role="admin")
        catalog = patch_catalog(catalog=catalog, operations=request.data)
        return Response(catalog_document(catalog))

    @operation(
        "deleteCatalog",
        "Delete a catalog with all that it holds",
        tag=TAG,
        parameters=[query("delete_bucket", "Accepted and not used.", bool, default=False)],
        answers={204: None},
        errors=(400, 401, 403, 404),
    )
    def delete(self, request: Request, catalog_id: UUID) -> Response:
        containers.delete_container(container=visible_catalog(request, catalog_id, role="admin"))
        return Response(status=204)
