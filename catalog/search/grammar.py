"""From a query's text to its tree, without recursion and without anything shared.

NOT binds closer than AND, AND closer than OR; side by side means AND, so ``a OR b c`` is
``a OR (b AND c)``. ``-x`` means NOT x; ``+x`` means x, and is refused beside OR, where it would
promise more. An unquoted value goes on over spaces up to the next operator, field, bracket or
quote; in a field's group every word is a value of its own.
"""

from __future__ import annotations

import re

from catalog.search.groups import Group, Operand, place_of
from catalog.search.rendering import render
from catalog.search.scanning import QuerySyntaxError, refuse
from catalog.search.tokens import Kind, Token, tokens
from catalog.search.tree import (
    Everything,
    HasValue,
    Leaf,
    Mark,
    Node,
    Phrase,
    Range,
    Value,
    Word,
)

__all__ = ["MAX_CLAUSES", "MAX_DEPTH", "MAX_LENGTH", "QuerySyntaxError", "parse", "render"]

MAX_LENGTH = 10_000
MAX_DEPTH = 50
MAX_CLAUSES = 200

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
NUMBER = re.compile(r"\.?[0-9]+")
ANYTHING = (Mark.ANY,)
SIGNS = (Kind.NOT, Kind.PLUS, Kind.MINUS)


def parse(text: str) -> Node:
    """The tree of a query. Raises QuerySyntaxError; nodes and errors count characters from 0."""
    if len(text) > MAX_LENGTH:
        refuse(
            f"The query is {len(text)} characters long; at most {MAX_LENGTH} are read.",
            MAX_LENGTH,
            len(text) - MAX_LENGTH,
        )
    if found := UNSTORABLE.search(text):
        refuse(f"The character U+{ord(found[0]):04X} can't be searched.", found.start())
    return _Parser(text).parse()


class _Parser:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.token = next(self.tokens, None)
        self.groups = [Group(0, 0, 0)]
        self.clauses = 0

    def parse(self) -> Node:
        while token := self.token:
            self.token = next(self.tokens, None)
            self._take(token)
        if len(self.groups) > 1:
            place = self.groups[-1].place
            refuse(f"A closing ')' is missing for the one at {place}.", place)
        node = self.groups[0].tree()
        if node is None:
            refuse("The query is empty; *:* finds everything.", 0, len(self.text))
        return node

    def _take(self, token: Token) -> None:
        group = self.groups[-1]
        if token.kind in (Kind.AND, Kind.OR):
            group.join(token)
        elif token.kind in SIGNS:
            self._sign(group, token)
        elif token.kind is Kind.OPEN:
            self._open(group.name, token.start, token)
        elif token.kind is Kind.CLOSE:
            self._close(token)
        elif token.kind is Kind.FIELD:
            self._field(group, token)
        elif token.kind is Kind.EVERY_FIELD:
            self._every_field(group, token)
        else:
            self._add(self._leaf(group.name, token.start, token))

    def _sign(self, group: Group, token: Token) -> None:
        if token.kind is Kind.PLUS:
            group.plus = group.plus or token
        elif token.kind is Kind.MINUS and group.name is not None:
            number = NUMBER.match(self.text, token.end)
            if number:
                refuse(
                    f"In a field's group '-{number[0]}' could be a number or an exclusion: write "
                    f"\\-{number[0]} for the number or NOT {number[0]}.",
                    token.start,
                    number.end() - token.start,
                )
        group.signs.append(token)
        self._check_depth(group.depth + len(group.signs), token)

    def _open(self, name: str | None, start: int, token: Token) -> None:
        outer = self.groups[-1]
        depth = outer.depth + len(outer.signs) + 1
        self._check_depth(depth, token)
        self.groups.append(Group(start, token.start, depth, name))

    def _check_depth(self, depth: int, token: Token) -> None:
        if depth > MAX_DEPTH:
            refuse(f"The query is nested more than {MAX_DEPTH} levels deep.", *place_of(token))

    def _close(self, token: Token) -> None:
        if len(self.groups) == 1:
            refuse("No '(' was opened for this ')'; to search it write \\).", token.start)
        group = self.groups.pop()
        node = group.tree()
        if node is None:
            refuse(
                "There is nothing between these parentheses.",
                group.place,
                token.end - group.place,
            )
        self.groups[-1].add(Operand(node, group.start, token.end))

    def _field(self, group: Group, name: Token) -> None:
        if group.name is not None:
            refuse(
                f"'{name.text}:' stands in the group of '{group.name}:'; end that group before "
                "it, or write \\: for a colon in a value.",
                *place_of(name),
            )
        token = self.token
        if token and token.kind in (Kind.FIELD, Kind.EVERY_FIELD) and token.start == name.end:
            refuse(
                f'A value with a colon needs quotes, as in {name.text}:"a:b", or a backslash '
                "before the colon.",
                token.end - 1,
            )
        if token is None or token.kind not in (Kind.OPEN, Kind.WORD, Kind.PHRASE, Kind.RANGE):
            refuse(f"A value is missing after '{name.text}:'.", *place_of(name))
        self.token = next(self.tokens, None)
        if token.kind is Kind.OPEN:
            self._open(name.text, name.start, token)
            return
        words = [token]
        while token.kind is Kind.WORD and self.token and self.token.kind is Kind.WORD:
            words.append(self.token)
            self.token = next(self.tokens, None)
        if len(words) == 1:
            self._add(self._leaf(name.text, name.start, token))
            return
        patterns = tuple(word.pattern for word in words)
        self._add(Value(name.text, patterns, start=name.start, end=words[-1].end))

    def _every_field(self, group: Group, every: Token) -> None:
        token = self.token
        if group.name is not None or token is None or token.pattern != ANYTHING:
            refuse(
                "'*:' stands only in '*:*', which finds everything, outside of a field's group; "
                "words are searched in all fields without it.",
                *place_of(every),
            )
        self.token = next(self.tokens, None)
        self._add(Everything(start=every.start, end=token.end))

    def _leaf(self, name: str | None, start: int, token: Token) -> Leaf:
        end = token.end
        if token.kind is Kind.PHRASE:
            return Phrase(name, token.text, start=start, end=end)
        if token.kind is Kind.RANGE:
            if name is None:
                sign = self.text[start]
                refuse(
                    f"A range needs its field before it, as in field:{self.text[start:end][:40]}; "
                    f"to search the character write \\{sign}.",
                    start,
                    end - start,
                )
            bounds = token.bounds
            if bounds.low is None and bounds.high is None:
                return HasValue(name, start=start, end=end)
            return Range(name, *bounds, start=start, end=end)
        if token.pattern != ANYTHING:
            return Word(name, token.pattern, start=start, end=end)
        if name is None:
            return Everything(start=start, end=end)
        return HasValue(name, start=start, end=end)

    def _add(self, leaf: Leaf) -> None:
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            length = leaf.end - leaf.start
            refuse(f"The query has more than {MAX_CLAUSES} conditions.", leaf.start, length)
        self.groups[-1].add(Operand(leaf, leaf.start, leaf.end))
