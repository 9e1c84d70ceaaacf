"""What all readers of a query share: the refusal with its place, spaces, quotes."""

from __future__ import annotations

import re
from typing import NoReturn

SPACE = re.compile(r"\s*")
QUOTED = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL),
    "'": re.compile(r"'((?:[^'\\]|\\.)*+)'", re.DOTALL),
}
ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class QuerySyntaxError(Exception):
    """A query that can't be read: what is wrong and what would be right, and where.

    ``position`` and ``length`` count characters of the query from 0.
    """

    def __init__(self, message: str, position: int, length: int) -> None:
        super().__init__(message, position, length)
        self.message = message
        self.position = position
        self.length = length

    def __str__(self) -> str:
        return self.message


def refuse(message: str, position: int, length: int = 1) -> NoReturn:
    """Raise the QuerySyntaxError."""
    raise QuerySyntaxError(message, position, length)


def after_space(text: str, at: int) -> int:
    """The place of the first character from ``at`` on that is no space."""
    found = SPACE.match(text, at)
    return found.end() if found else at


def unescaped(text: str) -> str:
    """The text without the backslashes that protect a character."""
    return ESCAPE.sub(r"\1", text)


def quoted(text: str, at: int) -> tuple[str, int]:
    """The content of the quotes that open at ``at``, and where they end."""
    quote = text[at]
    found = QUOTED[quote].match(text, at)
    if found is None:
        refuse(
            f"A closing {quote} is missing for the one at {at}; to search it write \\{quote}.", at
        )
    content = unescaped(found[1])
    if not content.strip():
        refuse("There is nothing between these quotes; field:* finds any value.", at, len(found[0]))
    return content, found.end()


def need_gap(text: str, at: int) -> None:
    """Refuse what is glued to the end of a phrase or a range."""
    follower = text[at : at + 1]
    if not follower or follower.isspace() or follower in "()":
        return
    if text[at : at + 2] not in ("&&", "||"):
        closing = text[at - 1]
        hint = f" To search {closing} itself write \\{closing}." if closing in QUOTED else ""
        refuse(f"A space is missing here, after {closing}.{hint}", at)
