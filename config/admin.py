"""The admin site: the stewards' reading room."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from catalog.models import User
from catalog.selectors.overview import overview_for
from catalog.views.openid import sign_out


class CardwrightAdminSite(UnfoldAdminSite):
    site_title = "Cardwright"
    site_header = "Cardwright"
    index_title = "Overview"
    index_template = "admin/catalog/overview.html"
    login_template = "admin/catalog/sign_in.html"
    enable_nav_sidebar = True

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The sign-in page, with a button for the provider of OpenID Connect if there is one."""
        shown = dict(extra_context or {})
        if settings.OPENID is not None:
            query = urlencode({REDIRECT_FIELD_NAME: request.GET.get(REDIRECT_FIELD_NAME, "")})
            shown["openid_address"] = f"{reverse('openid-start')}?{query}"
            shown["openid_name"] = settings.OPENID.name
        return super().login(request, shown)

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Signs out, of the provider as well when that is where the session began."""
        return sign_out(request, lambda each: super(CardwrightAdminSite, self).logout(each))

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
