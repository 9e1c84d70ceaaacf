"""The stewards' reading room: pages read by the rule of visibility and change through services."""

from django.contrib import admin
from django.contrib.auth.models import Group

# Django's own page of groups is about permissions, which nothing of ours asks for.
admin.site.unregister(Group)

from catalog.admin import api_keys, asset_types, cards, containers, groups, users  # noqa: E402

__all__ = ["api_keys", "asset_types", "cards", "containers", "groups", "users"]
