"""Pages of a list that may be endless: counted up to a limit, never in full."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # not generic when it runs
    """Counts no further than ``MOST``; what lies beyond is reached by a filter or by search."""

    template_name = "admin/catalog/pagination.html"

    @cached_property
    def counted(self) -> int:
        """How many there are, up to one more than ``MOST``."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by().values("pk")[: MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.counted, MOST)

    @property
    def is_capped(self) -> bool:
        """Whether there are more than ``count``."""
        return self.counted > MOST
