"""What a reader yields for each card of a file: the card, or why it can't be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CardEntry:
    """A card as ``{metadata, entity[, attachments]}``, and the line where it begins.

    ``is_whole`` tells a card that the API gave: what it does not mention is not so. A card from
    another source says only what that source knows, and leaves the rest of a stored card alone.
    ``size_bytes`` is what it took in the file, where the reader knows.
    """

    line: int
    body: Any
    is_whole: bool = False
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """No card, and why; ``target`` names the field, if it is about one."""

    line: int
    reason: str
    target: str | None = None

    def __str__(self) -> str:
        """``7: metadata.name: Must not be blank.``"""
        where = f"{self.line}: {self.target}" if self.target else f"{self.line}"
        return f"{where}: {self.reason}"


Entry = CardEntry | RefusedEntry
