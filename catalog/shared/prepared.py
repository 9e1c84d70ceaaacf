"""Hot reads: a QuerySet's SQL compiled once, then run as a prepared statement.

Building and compiling a QuerySet costs ten times what PostgreSQL needs to answer it. The SQL still
comes from the QuerySet's methods, so a rule (who sees a card) is written once, there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from psycopg import Cursor


class PreparedRead:
    """The rows of a QuerySet whose shape is fixed and whose values are not.

    ``build`` makes the QuerySet from values by name; it is called once, with the ``samples``, which have
    to differ from each other and from every constant in the query. Rows come as tuples, in the order
    of the QuerySet's columns.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **samples: Any) -> None:
        self._build, self._samples = build, samples
        self._sql = ""
        self._names: list[str | None] = []
        self._constants: tuple[Any, ...] = ()

    def _compile(self) -> None:
        sql, self._constants = self._build(**self._samples).query.sql_with_params()
        found = [self._name_of(value) for value in self._constants]
        missing = self._samples.keys() - set(found)
        if missing:
            raise ValueError(f"the query does not use {missing}")
        self._names, self._sql = found, sql

    def _name_of(self, parameter: Any) -> str | None:
        for name, sample in self._samples.items():
            if type(parameter) is type(sample) and parameter == sample:
                return name
        return None

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row for these values of the samples' types."""
        if not self._sql:
            self._compile()
        parameters = [
            constant if name is None else values[name]
            for name, constant in zip(self._names, self._constants, strict=True)
        ]
        connection.ensure_connection()
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
            cursor.execute(self._sql, parameters)  # prepared, as the connection's threshold says
            return cursor.fetchone()
