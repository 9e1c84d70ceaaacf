"""A tree written back as a query: the canonical text, which is read as the same tree."""

from __future__ import annotations

import re

from catalog.search.tree import (
    And,
    Everything,
    HasValue,
    Mark,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    Value,
    Word,
)

# Whatever could mean something is escaped: spaces and what ASCII has besides letters and digits.
SPECIAL = re.compile(r"[\s!-,/:-@\[-^`{-~]")
PART = r"(?:[^\W\d][\w-]*|\*)(?:\[[0-9]*\])*"
PATH = re.compile(rf"[^\W\d][\w-]*(?:\[[0-9]*\])*(?:\.{PART})*")
OPERATORS = ("AND", "OR", "NOT", "TO")


def render(node: Node) -> str:
    """The canonical text of a tree."""
    match node:
        case Everything():
            return "*:*"
        case HasValue():
            return f"{_field(node.field)}*"
        case Word():
            return _field(node.field) + _word(node.pattern)
        case Value():
            return _field(node.field) + " ".join(_word(word) for word in node.words)
        case Phrase():
            return _field(node.field) + _quoted(node.text)
        case Range():
            return _range(node)
        case And():
            return " AND ".join(_operand(inner) for inner in node.nodes)
        case Or():
            return " OR ".join(_operand(inner) for inner in node.nodes)
        case Not(node=inner):
            return f"NOT {_operand(inner)}"


def _operand(node: Node) -> str:
    return f"({render(node)})" if isinstance(node, And | Or) else render(node)


def _word(pattern: Pattern) -> str:
    text = "".join(
        part.value if isinstance(part, Mark) else SPECIAL.sub(r"\\\g<0>", part) for part in pattern
    )
    return f"\\{text}" if text in OPERATORS or text.startswith("-") else text


def _field(name: str | None) -> str:
    if name is None:
        return ""
    if PATH.fullmatch(name):
        return f"{name}:"
    text = SPECIAL.sub(r"\\\g<0>", name)
    return f"{text}:" if text.startswith("\\") else f"\\{text}:"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _range(node: Range) -> str:
    low = "*" if node.low is None else _bound(node.low)
    high = "*" if node.high is None else _bound(node.high)
    opening = "[" if node.low_inclusive else "{"
    closing = "]" if node.high_inclusive else "}"
    return f"{_field(node.field)}{opening}{low} TO {high}{closing}"


def _bound(text: str) -> str:
    plain = re.fullmatch(r"[\w.:+-]+", text) and text != "TO"
    return text if plain else _quoted(text)
