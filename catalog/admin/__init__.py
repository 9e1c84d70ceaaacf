"""The stewards' reading room: pages read by the rule of visibility and change through services."""

from django.contrib import admin
from django.contrib.auth.models import Group

from catalog.admin import api_keys, asset_types, cards, containers, users

__all__ = ["api_keys", "asset_types", "cards", "containers", "users"]

# Nothing of ours asks for a Django group: a page for them would only mislead.
admin.site.unregister(Group)
