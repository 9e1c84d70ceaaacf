"""Reads bytes as a file of some name."""

from __future__ import annotations

import io
from typing import Any

from catalog.card_files.entries import CardEntry, Entry, RefusedEntry
from catalog.card_files.formats import read_entries


class NamedBytes(io.BytesIO):
    name = ""


def read(
    raw: bytes | str,
    name: str,
    *,
    limit: int = 1000,
    asset_type: str = "data_asset",
    **options: Any,
) -> list[Entry]:
    """What the reader that ``name`` and content choose makes of the file."""
    file = NamedBytes(raw.encode() if isinstance(raw, str) else raw)
    file.name = name
    return list(read_entries(file, asset_type=asset_type, limit=limit, **options))


def cards(entries: list[Entry]) -> list[Any]:
    """The bodies of the cards; there are no refusals."""
    assert [entry for entry in entries if isinstance(entry, RefusedEntry)] == []
    return [entry.body for entry in entries if isinstance(entry, CardEntry)]


def lines(entries: list[Entry]) -> list[int]:
    return [entry.line for entry in entries]


def refusals(entries: list[Entry]) -> list[tuple[int, str]]:
    """Line and reason, after the field if there is one."""
    return [
        (entry.line, f"{entry.target}: {entry.reason}" if entry.target else entry.reason)
        for entry in entries
        if isinstance(entry, RefusedEntry)
    ]
