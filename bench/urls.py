"""The product's routes, and a bare DRF view of the same JSON: one SELECT, no sign-in."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.urls import include, path
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class BareCard(models.Model):
    """A table of finished JSON; ``bench/cards.py`` makes it."""

    id = models.UUIDField(primary_key=True)
    document = models.JSONField()

    objects: ClassVar[models.Manager[BareCard]] = models.Manager()

    class Meta:
        managed = False
        app_label = "bench"
        db_table = "bench_card"

    def __str__(self) -> str:
        return str(self.pk)


class BareView(APIView):
    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (JSONRenderer,)

    def get(self, request: Request, card_id: UUID) -> Response:
        return Response(BareCard.objects.get(pk=card_id).document)


urlpatterns = [path("bare/<uuid:card_id>", BareView.as_view()), path("", include("config.urls"))]
