"""All routes: each app's, the admin, the API pages, health and metrics."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.negotiation import DefaultContentNegotiation

from catalog.views import openid
from config import health, metrics

handler400 = "catalog.shared.refusals.handler400"
handler403 = "catalog.shared.refusals.handler403"
handler404 = "catalog.shared.refusals.handler404"
handler500 = "catalog.shared.refusals.handler500"

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/")),
    path("admin/openid/start", openid.start, name="openid-start"),
    path("admin/openid/callback", openid.callback, name="openid-callback"),
    path("admin/", admin.site.urls),
    # JSON unless YAML is asked for, by the Accept header or ?format=yaml.
    path(
        "api/schema",
        SpectacularAPIView.as_view(
            renderer_classes=[OpenApiJsonRenderer2, OpenApiYamlRenderer],
            content_negotiation_class=DefaultContentNegotiation,
        ),
        name="schema",
    ),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path("", include("catalog.urls")),
]
