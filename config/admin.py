"""The admin site: the stewards' reading room."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.sites import UnfoldAdminSite

from catalog.models import User
from catalog.selectors.overview import overview_for


class CardwrightAdminSite(UnfoldAdminSite):
    site_title = "Cardwright"
    site_header = "Cardwright"
    index_title = "Overview"
    index_template = "admin/catalog/overview.html"
    enable_nav_sidebar = True

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        shown = {"overview": overview_for(cast(User, request.user)), **(extra_context or {})}
        return super().index(request, shown)

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse | HttpResponse:
        """Unfold's search of the menu; it takes any page number for one that there is."""
        if request.GET.get("page", "1") != "1":
            return HttpResponse()
        return super().search(request, extra_context)
