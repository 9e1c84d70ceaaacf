"""CSV and TSV: a header, then one card a row.

How a column is used (headers in any case of their letters):

* ``name`` or ``title`` names the card, ``description`` describes it, ``tags`` or ``keywords``,
  separated by commas or semicolons, tag it; other columns go to the attribute, as text. Without a
  name the first of ``NAMES_OTHERWISE``, else the first cell, is the name too.
* The key is the first of ``resource_key``, ``identifier``, ``id``, ``key``, ``url``, ``email``
  that has a value; else the name with the columns of ``PATH`` before it; else a digest of the
  whole row.

An empty cell says nothing. Columns without a header, and cells past the last one, are called
``column_3`` by their place; a header that comes again is called ``name_2``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from catalog.card_files.card_bodies import card_body, digest, joined_key, storable
from catalog.card_files.entries import Entry, RefusedEntry
from catalog.card_files.lines import CHUNK, too_long

KEYS = ("resource_key", "identifier", "id", "key", "url", "email")
PATH = ("database", "db", "db_name", "cluster", "schema", "table", "table_name")
NAMES = ("name", "title")
NAMES_OTHERWISE = (
    "full_name",
    "display_name",
    "label",
    "column_name",
    "col_name",
    "table_name",
    "table",
)
TAGS = ("tags", "tag", "keywords", "keyword")


class _Unreadable(Exception):
    """Why the present row can't be read; the rows after it can."""


class _Lines:
    """The text of a file line by line for ``csv.reader``, which goes on after an ``_Unreadable``.

    ``first`` is the line where the present row begins, ``flaw`` what is wrong with its text: the
    row is parsed all the same, to find where it ends.
    """

    def __init__(self, file: BinaryIO, *, limit: int, encoding: str) -> None:
        self._file, self._limit, self._encoding = file, limit, encoding
        self._number = self._bytes = self._quotes = 0
        self.first = 1
        self.flaw = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def next_row(self) -> None:
        """Forget the row that was read."""
        self.first, self.flaw = self._number + 1, ""
        self._bytes = self._quotes = 0

    def __next__(self) -> str:
        line = self._next_line()
        if self._bytes > self._limit:
            raise self._skipped()
        try:
            return line.decode(self._encoding)
        except UnicodeDecodeError as exc:
            self.flaw = self.flaw or (
                f"Line {self._number} is not {self._encoding} at byte {exc.start + 1}: "
                "convert it, or name its encoding with --encoding."
            )
            return line.decode(self._encoding, "replace")

    def _next_line(self) -> bytes:
        """A line, or as much of it as the row may still have."""
        kept: list[bytes] = []
        is_at_end = True
        while piece := self._file.readline(CHUNK):
            is_at_end = False
            self._bytes += len(piece)
            self._quotes += piece.count(b'"')
            if self._bytes <= self._limit:
                kept.append(piece)
            if piece.endswith(b"\n"):
                break
        if is_at_end:
            raise StopIteration
        self._number += 1
        return b"".join(kept)

    def _skipped(self) -> _Unreadable:
        """The refusal of a row that is too long; goes on to a line end outside of quotes."""
        with suppress(StopIteration):
            while self._quotes % 2:
                self._next_line()
        reason = too_long("row", self._limit)
        if self._number > self.first:
            reason += f" It was taken to end at line {self._number}."
        return _Unreadable(reason)


def read_csv(
    file: BinaryIO,
    *,
    asset_type: str,
    limit: int,
    encoding: str = "utf-8",
    delimiter: str | None = None,
) -> Iterator[Entry]:
    """Each row as a card of ``asset_type``, with the number of the line where the row begins.

    Without a ``delimiter`` it is told from the header: a comma if there is one, else a semicolon
    or a tab.
    """
    csv.field_size_limit(limit)
    lines = _Lines(file, limit=limit, encoding=encoding)
    headers: list[str] | None = None
    for line, row in _records(lines, delimiter):
        if isinstance(row, _Unreadable):
            yield RefusedEntry(line, str(row))
            if headers is None:  # without a header no row means anything
                return
        elif not any(cell.strip() for cell in row):
            continue
        elif headers is None:
            headers = _headers(row)
        else:
            yield storable(line, _body(headers, row, asset_type))


def _records(lines: _Lines, delimiter: str | None) -> Iterator[tuple[int, list[str] | _Unreadable]]:
    reader: Iterator[list[str]] | None = None
    while True:
        lines.next_row()
        try:
            if reader is None:
                first = _first_line(lines)
                reader = csv.reader(
                    _Resumed(first, lines),
                    delimiter=delimiter or _delimiter_of(first),
                    strict=True,  # a quote that never ends would take all other rows with it
                )
            row = next(reader)
        except StopIteration:
            return
        except _Unreadable as exc:
            yield lines.first, exc
        except csv.Error as exc:
            yield lines.first, _Unreadable(f"Not CSV: {exc}.")
        else:
            yield lines.first, _Unreadable(lines.flaw) if lines.flaw else row


def _first_line(lines: _Lines) -> str:
    """The first line that is not blank, after those."""
    while not (line := next(lines)).strip():
        lines.next_row()
    return line


class _Resumed:
    """A line that was looked at, then the others."""

    def __init__(self, first: str, others: _Lines) -> None:
        self._first: str | None = first
        self._others = others

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._first is None:
            return next(self._others)
        first, self._first = self._first, None
        return first


def _delimiter_of(header: str) -> str:
    return next((mark for mark in ",;\t" if mark in header), ",")


def _headers(row: list[str]) -> list[str]:
    """A name for each column, each another one."""
    names: list[str] = []
    for place, cell in enumerate(row, 1):
        name = base = cell.strip() or f"column_{place}"
        again = 1
        while name in names:
            again += 1
            name = f"{base}_{again}"
        names.append(name)
    return names


def _body(headers: list[str], row: list[str], asset_type: str) -> dict[str, Any]:
    cells: dict[str, str] = {}
    for place, cell in enumerate(row):
        if cell.strip():
            cells[headers[place] if place < len(headers) else f"column_{place + 1}"] = cell
    by_role: dict[str, str] = {}
    for header in cells:
        by_role.setdefault(header.lower(), header)
    key = _key(cells, by_role)
    given = by_role.get("resource_key")
    if given:
        del cells[given]
    return card_body(
        cells,
        asset_type=asset_type,
        key=key,
        name=_present(NAMES, by_role),
        otherwise=[*_present(NAMES_OTHERWISE, by_role), *list(cells)[:1]],
        description=_present(("description",), by_role),
        tags=_present(TAGS, by_role),
    )


def _present(roles: tuple[str, ...], by_role: dict[str, str]) -> list[str]:
    return [by_role[role] for role in roles if role in by_role]


def _key(cells: dict[str, str], by_role: dict[str, str]) -> str:
    keys = _present(KEYS, by_role)
    if keys:
        return cells[keys[0]].strip()
    names = _present(NAMES, by_role)
    if names:
        return joined_key(cells[header].strip() for header in [*_present(PATH, by_role), names[0]])
    return f"row-{digest(cells)}"
