"""The pieces of a query: words, phrases, fields, ranges, operators, each with its place.

Every character is looked at a bounded number of times, so the time is linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from catalog.search.ranges import Bounds, read_comparison, read_range
from catalog.search.scanning import QUOTED, after_space, need_gap, quoted, refuse
from catalog.search.tree import Mark, Pattern, joined


class Kind(Enum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    PLUS = "+"
    MINUS = "-"
    FIELD = "field:"
    EVERY_FIELD = "*:"
    WORD = "word"
    PHRASE = "phrase"
    RANGE = "range"


class Token(NamedTuple):
    """One piece. ``text`` is a field's name, a phrase's text, or an operator as it is written."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    pattern: Pattern = ()
    bounds: Bounds = Bounds(None, None)


# An index such as [0] belongs to a path: what follows shows that it is no range.
PIECE = re.compile(
    r'(?P<plain>[^\s()\[\]{}"\\*?:&|]+|&(?!&)|\|(?!\|)|\[[0-9]*\](?=[.:\[]))'
    r"|\\(?P<escaped>.)|(?P<mark>[*?])|(?P<colon>:)",
    re.DOTALL,
)
# What stands before the first colon of a time, with or without its date.
HOUR = re.compile(r"[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}")
FUZZY = re.compile(r"[~^][0-9.]*\Z")
# In a name ``*`` stands for a whole part of the path.
NOT_IN_A_NAME = re.compile(r"[!#$%&'+,/;<=>?@^`|~]|(?<=[^.])\*|\*(?=[^.\[])")
OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT, "&&": Kind.AND, "||": Kind.OR}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query from left to right. Raises QuerySyntaxError where one can't be read."""
    at = after_space(text, 0)
    after_field = in_value = False
    while at < len(text):
        token = _token(text, at, after_field=after_field, in_value=in_value)
        yield token
        after_field = token.kind is Kind.FIELD
        in_value = after_field or (in_value and token.kind is Kind.WORD)
        at = after_space(text, token.end)


def _token(text: str, at: int, *, after_field: bool, in_value: bool) -> Token:
    first, pair = text[at], text[at : at + 2]
    if first in "()":
        return Token(Kind(first), at, at + 1, first)
    if pair in ("&&", "||"):
        return Token(OPERATORS[pair], at, at + 2, pair)
    if first in QUOTED:
        content, end = quoted(text, at)
        need_gap(text, end)
        return Token(Kind.PHRASE, at, end, content)
    if first in "[{<>":
        bounds, end = (read_range if first in "[{" else read_comparison)(text, at)
        return Token(Kind.RANGE, at, end, bounds=bounds)
    if first in "]}":
        refuse(f"No bracket was opened for this '{first}'; to search it write \\{first}.", at)
    if first == ":":
        refuse("The name of a field must stand directly before ':', without quotes.", at)
    if first == "!" and after_field:
        refuse("'!' belongs before the field, as in !field:value; to search it write \\!.", at)
    if first == "!":
        return Token(Kind.NOT, at, at + 1, first)
    if first in "+-" and not after_field and _is_sign(text, at, in_value=in_value):
        return Token(Kind(first), at, at + 1, first)
    return _word(text, at)


def _is_sign(text: str, at: int, *, in_value: bool) -> bool:
    """Whether ``+`` or ``-`` at a word's start rules what follows; alone in a value it is text."""
    follower = text[at + 1 : at + 2]
    alone = not follower or follower.isspace()
    if alone and in_value:
        return False
    if alone or follower in "+-!&|)":
        sign = text[at]
        refuse(f"A word must follow '{sign}' directly; to search it write \\{sign}.", at)
    return True


def _word(text: str, start: int) -> Token:
    """A word, or the name of a field with its colon, or an operator in capital letters."""
    parts: list[str | Mark] = []
    shape: list[str] = []  # the text with its escapes blanked, to check a name
    last, at, colon_is_text = "", start, False
    while found := PIECE.match(text, at):
        kind = found.lastgroup
        if kind == "colon" and not colon_is_text:
            colon_is_text = HOUR.fullmatch(text, start, at) is not None
            if not colon_is_text:
                return _field(parts, "".join(shape), start, at)
        parts.append(Mark(found[0]) if kind == "mark" else found["escaped"] or found[0])
        shape.append("xx" if kind == "escaped" else found[0])
        last = found["plain"] or ""
        at = found.end()
    written = text[start:at]
    if written in OPERATORS:
        return Token(OPERATORS[written], start, at, written)
    follower = text[at : at + 1]
    if follower == "\\":
        refuse("A character must follow '\\'; to search a backslash write \\\\.", at)
    if follower == '"':
        refuse('A space is missing before this quote; to search it write \\".', at)
    if fuzzy := FUZZY.search(last):
        refuse(
            f"'{fuzzy[0][0]}' (similar words, weights) is not part of the language: use * and ? "
            f"for parts of a word, or write \\{fuzzy[0][0]} to search the character.",
            at - len(fuzzy[0]),
            len(fuzzy[0]),
        )
    return Token(Kind.WORD, start, at, pattern=joined(parts))


def _field(parts: list[str | Mark], shape: str, start: int, colon: int) -> Token:
    if shape == "*":
        return Token(Kind.EVERY_FIELD, start, colon + 1, "*")
    if wrong := NOT_IN_A_NAME.search(shape):
        refuse(
            f"'{wrong[0]}' can't stand in the name of a field: write \\{wrong[0]} if it belongs to "
            "the name, or \\: if the colon after it belongs to a value.",
            start + wrong.start(),
        )
    name = "".join(part.value if isinstance(part, Mark) else part for part in parts)
    return Token(Kind.FIELD, start, colon + 1, name)
