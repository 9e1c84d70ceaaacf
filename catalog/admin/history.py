"""A card's history as a page: who changed what when, and back to any version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.admin.access import actor_of
from catalog.admin.card_changes import Change, card_changes
from catalog.admin.change_marks import Names, drawn, people_of
from catalog.models import Asset, User
from catalog.selectors.card_states import state_document
from catalog.selectors.card_versions import Page, Place, Version, versions_page
from catalog.selectors.history import PastCard, Point, past_of
from catalog.services.assets import held_card
from catalog.services.history import restore_card
from catalog.shared.errors import ApiError, BadRequest, Conflict, NotFound, Target
from catalog.shared.paging import Bookmarks

PAGE = 20
#: Fields of one version that are drawn.
MOST = 100
TARGET = Target("version")


@dataclass(frozen=True)
class Entry:
    """A version as the page shows it: ``changes`` are labels and what became of them."""

    version: Version[Any]
    changes: list[tuple[str, SafeString]]
    more: int
    can_restore: bool


class HistoryPages:
    """The page behind a card's "History", for an admin class of cards.

    ``?restore=VERSION`` asks once more and shows what would change; sending that form does it.
    """

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        card: Asset | None = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if card is None:
            return self._get_obj_does_not_exist_redirect(request, Asset._meta, object_id)  # type: ignore[attr-defined]
        may_change = self.has_change_permission(request, card)  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": card.name,
            "opts": Asset._meta,
            "object": card,
            "original": card,
            "card_address": reverse("admin:catalog_asset_change", args=[card.pk]),
            **(extra_context or {}),
        }
        if request.method == "POST" or "restore" in request.GET:
            if not may_change:
                raise PermissionDenied
            return self._restoring(request, card, context)
        context |= _history(request, card, may_change=may_change)
        return TemplateResponse(request, "admin/catalog/asset/history.html", context)

    def _restoring(
        self, request: HttpRequest, card: Asset, context: dict[str, Any]
    ) -> HttpResponse:
        try:
            if request.method == "POST":
                _restore(request, card)
                return HttpResponseRedirect(context["card_address"])
            context |= _question(request, card)
        except ApiError as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(request.path)
        return TemplateResponse(request, "admin/catalog/asset/restore.html", context)


def _history(request: HttpRequest, card: Asset, *, may_change: bool) -> dict[str, Any]:
    bookmarks = Bookmarks("history page", card.pk)
    try:
        place = bookmarks.read(request.GET.get("start", ""))
    except BadRequest:
        place = None
    page: Page[list[Change]] = versions_page(
        asset_id=card.pk,
        kind=card.container_kind,
        limit=PAGE,
        place=Place(datetime.fromisoformat(place[0]), place[1]) if place else None,
        describe=card_changes,
    )
    names = _names([change for version in page.versions for change in version.changes])
    entries = [
        Entry(
            version=version,
            changes=_drawn(version.changes, names),
            more=max(0, len(version.changes) - MOST),
            can_restore=may_change and (index > 0 or place is not None),
        )
        for index, version in enumerate(page.versions)
    ]
    older = ""
    if page.next:
        start = bookmarks.write([page.next.changed_at.isoformat(), page.next.pgh_id])
        older = "?" + urlencode({"start": start})
    return {"entries": entries, "older": older, "is_first": place is None}


def _names(changes: list[Change]) -> Names:
    ids = [uid for uid in people_of(changes) if uid.isascii() and uid.isdecimal()]
    people = User.objects.existing().filter(pk__in=ids)
    return {str(pk): username for pk, username in people.values_list("pk", "username")}


def _drawn(changes: list[Change], names: Names) -> list[tuple[str, SafeString]]:
    return [(change.label, drawn(change, names)) for change in changes[:MOST]]


def _version_named(text: str | None) -> Point:
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise NotFound("There is no such version.", target=TARGET)
    return Point(version=int(text))


def _question(request: HttpRequest, card: Asset) -> dict[str, Any]:
    """What the page that asks once more shows: what the card would get back."""
    then = past_of(card.pk, point=_version_named(request.GET.get("restore")), target=TARGET)
    now = past_of(card.pk, point=Point(moment=datetime.max.replace(tzinfo=UTC)), target=TARGET)
    changes = card_changes(_without_rights(now), _without_rights(then))
    return {
        "then": then,
        "now": now,
        "changes": _drawn(changes, {}),
        "more": max(0, len(changes) - MOST),
    }


def _without_rights(past: PastCard) -> dict[str, Any]:
    """The state but for what stays as it is."""
    state = state_document(past.card)
    for name in ("rov", "owner_id"):
        del state["metadata"][name]
    return state


@transaction.atomic
def _restore(request: HttpRequest, card: Asset) -> None:
    point = _version_named(request.POST.get("version"))
    actor, container = actor_of(request), card.container
    held = held_card(actor=actor, kind=container.kind, container_id=container.pk, asset_id=card.pk)
    if request.POST.get("seen") != str(held.version):
        raise Conflict("Somebody changed this card meanwhile: look at it anew, then restore it.")
    before = held.version
    held = restore_card(actor=actor, asset=held, point=point, target=TARGET)
    if held.version == before:
        messages.info(request, f"The card is as it was in {point} already.")
    else:
        messages.success(request, f"The card is as it was in {point} again.")
