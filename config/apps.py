"""Replaces Django's admin site by the product's own, and tells the schema how callers sign in."""

from django.contrib.admin.apps import AdminConfig


class CardwrightAdminConfig(AdminConfig):
    default_site = "config.admin.CardwrightAdminSite"

    def ready(self) -> None:
        from config import schema  # noqa: F401  registers itself

        super().ready()
