"""Ranges and comparisons: ``[a TO b]``, ``{a TO *]``, ``>=5``."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from catalog.search.scanning import QUOTED, after_space, need_gap, quoted, refuse, unescaped

BOUND = re.compile(r'(?:[^\s\\\[\]{}()"&|]|\\.|&(?!&)|\|(?!\|))+', re.DOTALL)
BARE_WILDCARD = re.compile(r"\\.|(?P<wildcard>[*?])", re.DOTALL)
TO = re.compile(r"""TO(?=[\s\]}"']|\Z)""")
COMPARISON = re.compile(r"[<>]=?")
EXAMPLES = {"[": "[low TO high]", "{": "{low TO high}"}


class Bounds(NamedTuple):
    """The ends of a range; None is open and counts as inclusive."""

    low: str | None
    high: str | None
    low_inclusive: bool = True
    high_inclusive: bool = True


def read_range(text: str, start: int) -> tuple[Bounds, int]:
    """The bounds of the range whose bracket opens at ``start``, and where it ends."""
    low, at = _bound(text, start + 1, start)
    at = _next(text, at, start)
    if not TO.match(text, at):
        refuse(f"'TO' is missing here: {_advice(text[start])}", at)
    high, at = _bound(text, at + 2, start)
    at = _next(text, at, start)
    if text[at] not in "]}":
        refuse("']' or '}' is missing here; a bound of several words needs quotes.", at)
    need_gap(text, at + 1)
    bounds = Bounds(low, high, low is None or text[start] == "[", high is None or text[at] == "]")
    return bounds, at + 1


def read_comparison(text: str, start: int) -> tuple[Bounds, int]:
    """The bounds that the sign at ``start`` and its value mean, and where the value ends."""
    sign = ">" if text[start] == ">" else "<"
    inclusive = text[start + 1 : start + 2] == "="
    length = 2 if inclusive else 1
    at = after_space(text, start + length)
    if at == len(text) or text[at] in "<>=()[]{}&|":
        refuse(f"A value is missing after '{text[start : start + length]}'.", start, length)
    limit, end = _limit(text, at)
    if limit is None:
        refuse(f"'*' can't be compared: write a value after '{sign}', or field:* for any.", at)
    need_gap(text, end)
    if sign == ">":
        return Bounds(limit, None, low_inclusive=inclusive), end
    return Bounds(None, limit, high_inclusive=inclusive), end


def _bound(text: str, at: int, start: int) -> tuple[str | None, int]:
    at = _next(text, at, start)
    if text[at] in "]}" or TO.match(text, at):
        refuse(f"A bound is missing here: {_advice(text[start])}", at)
    return _limit(text, at)


def _limit(text: str, at: int) -> tuple[str | None, int]:
    """The text of a bound, None for ``*``, and where it ends."""
    if text[at] in QUOTED:
        return quoted(text, at)
    found = BOUND.match(text, at)
    if found is None:
        _refuse_character(text, at)
    if found[0] == "*":
        return None, found.end()
    for part in BARE_WILDCARD.finditer(found[0]):
        if part["wildcard"]:
            place = at + part.start()
            refuse(f"A bound has no wildcards; to mean the character write \\{part[0]}.", place)
    return unescaped(found[0]), found.end()


def _next(text: str, at: int, start: int) -> int:
    """The place of the next character inside of the range that opened at ``start``."""
    at = after_space(text, at)
    if at == len(text):
        refuse(f"A closing bracket is missing for this one: {_advice(text[start])}", start)
    return at


def _refuse_character(text: str, at: int) -> NoReturn:
    if text[at] == "\\":
        refuse("A character must follow '\\'; to search a backslash write \\\\.", at)
    refuse(f"'{text[at]}' can't stand in a bound without a backslash or quotes.", at)


def _advice(bracket: str) -> str:
    return (
        f"a range is written field:{EXAMPLES[bracket]}, an open end as *, a bound of several "
        f"words in quotes; to search the bracket write \\{bracket}."
    )
