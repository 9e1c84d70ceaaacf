"""The list of cards: light rows, and dates to go back to without a look at every card."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from django.utils.functional import cached_property

from catalog.admin.base import ReadingRoomList
from catalog.models import Asset

SUMMARY = 140
DATE = "created_at"


@dataclass(frozen=True)
class DateLink:
    title: str
    query: str
    is_chosen: bool


class CardList(ReadingRoomList):
    """Rows without their documents: an entity may be megabytes long."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Asset]:
        cards: QuerySet[Asset] = super().get_queryset(request, exclude_parameters)
        return cards.defer("entity", "source_system", "description").annotate(
            summary=Left("description", SUMMARY)
        )

    @cached_property
    def date_links(self) -> list[DateLink]:
        """Years, the months of a chosen one, its days: from the first to the last card in sight.

        Django's own hierarchy asks for the distinct dates of all cards; these may find nothing.
        """
        span = self._span()
        return list(self._dates(*span)) if span else []

    def _dates(self, first: datetime, last: datetime) -> Iterator[DateLink]:
        year, month, day = (self._chosen(part) for part in ("year", "month", "day"))
        yield self._link("any time", chosen=year is None)
        for each in range(first.year, last.year + 1):
            yield self._link(str(each), year=each, chosen=each == year and month is None)
        if year is None or not 1 <= year <= 9999:
            return
        for each in range(1, 13):
            if (first.year, first.month) <= (year, each) <= (last.year, last.month):
                chosen = each == month and day is None
                yield self._link(calendar.month_abbr[each], year=year, month=each, chosen=chosen)
        if month is not None and 1 <= month <= 12:
            for each in range(1, calendar.monthrange(year, month)[1] + 1):
                yield self._link(str(each), year=year, month=month, day=each, chosen=each == day)

    def _span(self) -> tuple[datetime, datetime] | None:
        """When the first and the last card were made: two steps into an index, however many."""
        cards = self.root_queryset.live().order_by(DATE).values_list(DATE, flat=True)
        first = cards.first()
        return (first, cards.reverse()[0]) if first else None

    def _chosen(self, part: str) -> int | None:
        text = self.params.get(f"{DATE}__{part}", "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else None

    def _link(self, title: str, *, chosen: bool, **parts: int) -> DateLink:
        query = self.get_query_string(
            {f"{DATE}__{part}": value for part, value in parts.items()}, [DATE]
        )
        return DateLink(title, query, chosen)
