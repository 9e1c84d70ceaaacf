"""What a query means, as a tree. Every node knows where it stands in the query's text.

``start`` and ``end`` count characters from 0, as a slice does; they take no part in comparisons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class Mark(Enum):
    """A wildcard: any number of characters, or exactly one."""

    ANY = "*"
    ONE = "?"


Pattern = tuple[str | Mark, ...]
"""Literal pieces and wildcards in their order, no two pieces and no two ``ANY`` side by side."""


def joined(parts: Iterable[str | Mark]) -> Pattern:
    """The parts as a pattern: neighbouring texts become one, and so do neighbouring ``ANY``."""
    pattern: list[str | Mark] = []
    texts: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        if texts:
            pattern.append("".join(texts))
            texts = []
        if part is not Mark.ANY or not pattern or pattern[-1] is not Mark.ANY:
            pattern.append(part)
    if texts:
        pattern.append("".join(texts))
    return tuple(pattern)


def literal(pattern: Pattern) -> str | None:
    """The text that a pattern without wildcards stands for, else None."""
    if len(pattern) == 1 and isinstance(pattern[0], str):
        return pattern[0]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a node stands in the query's text."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Everything(Span):
    """``*:*`` or ``*``."""


@dataclass(frozen=True, slots=True)
class HasValue(Span):
    """``field:*`` or ``field:[* TO *]``."""

    field: str


@dataclass(frozen=True, slots=True)
class Word(Span):
    """One unquoted word, in a field or (None) anywhere; its escapes are resolved."""

    field: str | None
    pattern: Pattern

    @property
    def text(self) -> str | None:
        """The word itself; None when it has wildcards."""
        return literal(self.pattern)


@dataclass(frozen=True, slots=True)
class Value(Span):
    """An unquoted value of several words: ``asset.name:Getting Started with Assets``."""

    field: str
    words: tuple[Pattern, ...]

    @property
    def pattern(self) -> Pattern:
        """The whole value, its words one space apart."""
        parts = [part for word in self.words for part in (" ", *word)]
        return joined(parts[1:])

    @property
    def text(self) -> str | None:
        """The whole value, its words one space apart; None when it has wildcards."""
        return literal(self.pattern)


@dataclass(frozen=True, slots=True)
class Phrase(Span):
    """Text in quotes, in a field or (None) anywhere; ``*`` and ``?`` in it are characters."""

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Range(Span):
    """A range or a comparison. An open end is None and counts as inclusive; one end is closed."""

    field: str
    low: str | None
    high: str | None
    low_inclusive: bool = True
    high_inclusive: bool = True


@dataclass(frozen=True, slots=True)
class And(Span):
    """All of two or more nodes."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Span):
    """At least one of two or more nodes."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Span):
    """Whatever the node does not match."""

    node: Node


Leaf = Everything | HasValue | Word | Value | Phrase | Range
Node = Leaf | And | Or | Not
