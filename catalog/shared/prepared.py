"""Hot reads: a QuerySet's SQL compiled once, then run as a prepared statement.

Building and compiling a QuerySet costs ten times what PostgreSQL needs to answer it. The SQL still
comes from the QuerySet's methods, so a rule (who sees a card) is written once, there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import NotSupportedError, connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg import Cursor


class PreparedRead:
    """The rows of a QuerySet whose shape is fixed and whose values are not.

    ``build`` makes the QuerySet from values by name; it is called once, with the ``samples``, which
    have to differ from each other and from every constant in the query. Rows come in the order of
    the QuerySet's columns.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **samples: Any) -> None:
        self._build, self._samples = build, samples
        self._compiled: _Compiled | None = None

    def first(self, **values: Any) -> list[Any] | None:
        """The first row for these values of the samples' types."""
        if self._compiled is None:
            self._compiled = _compile(self._build(**self._samples), self._samples)
        compiled = self._compiled
        parameters = [
            constant if name is None else values[name] for name, constant in compiled.parameters
        ]
        row = _first_row(compiled.sql, parameters)
        if row is None:
            return None
        return next(compiled.compiler.apply_converters([row], compiled.converters))


def _first_row(sql: str, parameters: list[Any], *, is_retry: bool = False) -> Any:
    connection.ensure_connection()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    started = time.monotonic()
    try:
        with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
            cursor.execute(sql, parameters)  # prepared, as the connection's threshold says
            return cursor.fetchone()
    except NotSupportedError:
        # A migration gave a column another type since the statement was prepared. A connection in
        # a transaction can't be had anew: that request fails, and the next one does not.
        if is_retry or connection.in_atomic_block:
            raise
        connection.close()
    finally:
        if connection.queries_logged:  # where tests and debug pages count
            connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - started:.3f}"})
    return _first_row(sql, parameters, is_retry=True)


class _Compiled(NamedTuple):
    sql: str
    #: Each parameter's sample by name, or None and the constant.
    parameters: list[tuple[str | None, Any]]
    compiler: SQLCompiler
    converters: dict[int, Any]


def _compile(rows: QuerySet[Any, Any], samples: dict[str, Any]) -> _Compiled:
    compiler = rows.query.get_compiler(connection=connection)
    sql, constants = compiler.as_sql()
    parameters = [(_name_of(constant, samples), constant) for constant in constants]
    unused = samples.keys() - {name for name, _ in parameters}
    if unused:
        raise ValueError(f"the query does not use {unused}")
    columns = [expression for expression, _, _ in compiler.select]
    return _Compiled(sql, parameters, compiler, compiler.get_converters(columns))


def _name_of(parameter: Any, samples: dict[str, Any]) -> str | None:
    for name, sample in samples.items():
        if type(parameter) is type(sample) and parameter == sample:
            return name
    return None
