"""Counts that stop: exact while they are small, never the work of a whole table."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Func, IntegerField


def capped_count(rows: models.QuerySet[Any], most: int) -> Func:
    """How many ``rows`` there are for each row outside, up to one more than ``most``; an
    annotation.
    """
    return Func(
        ArraySubquery(rows.order_by().values("pk")[: most + 1]),
        function="CARDINALITY",
        output_field=IntegerField(),
    )
