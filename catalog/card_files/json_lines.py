"""JSON Lines: one card a line, as the API gives it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from catalog.card_files.entries import CardEntry, Entry, RefusedEntry
from catalog.card_files.lines import bounded_lines, too_long
from catalog.shared.errors import BadRequest
from catalog.shared.json import parse


def read_json_lines(file: BinaryIO, *, limit: int) -> Iterator[Entry]:
    """Every line that is not blank; one of more than ``limit`` bytes, or no JSON, is refused."""
    for number, line in bounded_lines(file, limit):
        if line is None:
            yield RefusedEntry(number, too_long("line", limit))
        elif line.strip():
            yield _read(number, line)


def _read(number: int, line: bytes) -> Entry:
    try:
        return CardEntry(number, parse(line.rstrip()), is_whole=True, size_bytes=len(line))
    except BadRequest as exc:
        target = exc.target.name if exc.target else None
        if isinstance(exc.__cause__, json.JSONDecodeError):
            # Its own words speak of a body and of line 1, which is not the file's.
            return RefusedEntry(
                number, f"Not JSON: {exc.__cause__.msg} at column {exc.__cause__.colno}."
            )
        return RefusedEntry(
            number, exc.message.replace("JSON body", "line").replace("The body", "The line"), target
        )
