"""Which reader a file is for: by the end of its name and, for JSON, by what it says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from catalog.card_files.csv_rows import read_csv
from catalog.card_files.data_package import MEMBER as RESOURCES
from catalog.card_files.data_package import read_data_package
from catalog.card_files.dcat import MEMBER as DATASETS
from catalog.card_files.dcat import read_dcat
from catalog.card_files.entries import Entry
from catalog.card_files.json_elements import CLOSING, OPENING, parsed
from catalog.card_files.json_lines import read_json_lines
from catalog.card_files.lines import CHUNK
from catalog.shared.errors import BadRequest

DELIMITERS = {".csv": None, ".tsv": "\t", ".tab": "\t"}
JSON_LINES = {".jsonl", ".ndjson"}
UTF8_MARK, UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


def read_entries(
    file: BinaryIO, *, asset_type: str, limit: int, encoding: str = "utf-8"
) -> Iterator[Entry]:
    """The cards of an open, seekable file. Raises BadRequest for one that no reader is for.

    ``asset_type`` is for cards that don't say theirs, ``encoding`` for CSV, ``limit`` the bytes
    of a card.
    """
    suffix = Path(os.fspath(file.name)).suffix.lower()
    if _skip_mark(file):
        encoding = "utf-8"
    if suffix in DELIMITERS:
        return read_csv(
            file,
            asset_type=asset_type,
            limit=limit,
            encoding=encoding,
            delimiter=DELIMITERS[suffix],
        )
    kind = None if suffix in JSON_LINES else _kind_of_json(file, limit)
    if kind == DATASETS:
        return read_dcat(file, asset_type=asset_type, limit=limit)
    if kind == RESOURCES:
        return read_data_package(file, asset_type=asset_type, limit=limit)
    return read_json_lines(file, limit=limit)


def _skip_mark(file: BinaryIO) -> bool:
    """Go past a byte order mark; whether there was one. Raises BadRequest for UTF-16."""
    begin = file.read(3)
    if begin[:2] in UTF16_MARKS:
        raise BadRequest("The file is UTF-16: save it as UTF-8.")
    if begin != UTF8_MARK:
        file.seek(0)
    return begin == UTF8_MARK


def _kind_of_json(file: BinaryIO, limit: int) -> str | None:
    """The list that the document has, or None for lines of cards; reads no further than that."""
    start = file.tell()
    if _is_blank(file):
        return None
    file.seek(start)
    depth = 0
    try:
        for event, value in chain.from_iterable(
            events for _, _, events in parsed(file, limit=limit)
        ):
            if event == "map_key" and depth == 1:
                if value in (DATASETS, RESOURCES):
                    return str(value)
                if value in ("metadata", "entity"):
                    return None
            depth += (event in OPENING) - (event in CLOSING)
            if depth == 0 or (depth == 1 and event == "start_array"):
                break
    finally:
        file.seek(start)
    raise BadRequest(
        "Neither JSON Lines of cards, nor a DCAT-US catalog (dataset), nor a Data Package "
        "(resources)."
    )


def _is_blank(file: BinaryIO) -> bool:
    return not any(chunk.strip() for chunk in iter(lambda: file.read(CHUNK), b""))
