"""Lines of a file of any size, none of which takes more memory than is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 64 * 1024


def bounded_lines(file: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number, the first being 1; None for one of more than ``limit`` bytes."""
    number = 0
    while line := file.readline(limit + 2):
        number += 1
        if len(line.rstrip(b"\r\n")) <= limit:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(CHUNK)
        yield number, None


def too_long(what: str, limit: int) -> str:
    """The refusal of something longer than the API would take."""
    return f"The {what} is longer than {limit} bytes, the most that a card may have."
