from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _sync_built_in_types(**kwargs: Any) -> None:
    from catalog.services.asset_types import sync_asset_types

    sync_asset_types()


class CatalogConfig(AppConfig):
    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_sync_built_in_types, sender=self)
