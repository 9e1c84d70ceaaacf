"""A container's history as a page: who changed it, and who made whom a member."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from catalog.admin.card_changes import ABSENT, Change, is_same
from catalog.admin.change_marks import drawn
from catalog.models import Container
from catalog.selectors.container_history import ContainerChange, Place, container_changes
from catalog.shared.errors import BadRequest
from catalog.shared.paging import Bookmarks

PAGE = 20


class ContainerHistoryPage:
    """The page behind a container's "History", for an admin class of containers."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        container: Container | None = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if container is None:
            return self._get_obj_does_not_exist_redirect(request, Container._meta, object_id)  # type: ignore[attr-defined]
        bookmarks = Bookmarks("history page", container.pk)
        try:
            start = bookmarks.read(request.GET.get("start", ""))
        except BadRequest:
            start = None
        changes, place = container_changes(
            container.pk, limit=PAGE, place=Place(*start) if start else None
        )
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": container.name,
            "opts": Container._meta,
            "object": container,
            "original": container,
            "entries": [(change, _drawn(change)) for change in changes],
            "older": "?" + urlencode({"start": bookmarks.write([*place])}) if place else "",
            "is_first": start is None,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/catalog/container/history.html", context)


def _drawn(change: ContainerChange) -> list[tuple[str, SafeString]]:
    """The columns that say something, old and new marked."""
    found = []
    for name in {**change.after, **change.before}:
        old, new = change.before.get(name, ABSENT), change.after.get(name, ABSENT)
        is_empty = all(value is ABSENT or value in ("", [], {}, None, 0) for value in (old, new))
        if not is_same(old, new) and not is_empty and name not in ("user_id", "group_id"):
            label = name.removesuffix("_id").replace("_", " ")
            found.append((label, drawn(Change(label, old, new), {})))
    return found
