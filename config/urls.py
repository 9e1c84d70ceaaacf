"""All routes: each app's, the admin, the API pages, health and metrics."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config import health, metrics

handler400 = "catalog.shared.refusals.handler400"
handler403 = "catalog.shared.refusals.handler403"
handler404 = "catalog.shared.refusals.handler404"
handler500 = "catalog.shared.refusals.handler500"

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path("", include("catalog.urls")),
]
