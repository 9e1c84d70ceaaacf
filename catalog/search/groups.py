"""What stands between two parentheses: operands under their signs, joined by AND and OR."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from catalog.search.scanning import refuse
from catalog.search.tokens import Kind, Token
from catalog.search.tree import And, Node, Not, Or


class Operand(NamedTuple):
    """A node and the place that it takes with its signs, its field and its parentheses."""

    node: Node
    start: int
    end: int


@dataclass
class Group:
    """What was read so far between two parentheses, or of the whole query."""

    start: int
    place: int  # of the parenthesis
    depth: int
    name: str | None = None  # of the field that it belongs to
    alternatives: list[list[Operand]] = field(default_factory=list)
    operator: Token | None = None
    signs: list[Token] = field(default_factory=list)
    plus: Token | None = None

    def add(self, operand: Operand) -> None:
        """Take the operand under its signs into the conjunction or the new alternative."""
        node, start, end = operand
        while self.signs:
            sign = self.signs.pop()
            start = sign.start
            if sign.kind is not Kind.PLUS:
                node = Not(node, start=start, end=end)
        if self.alternatives and (self.operator is None or self.operator.kind is Kind.AND):
            self.alternatives[-1].append(Operand(node, start, end))
        else:
            self.alternatives.append([Operand(node, start, end)])
        self.operator = None

    def join(self, operator: Token) -> None:
        """Take an AND or OR, which stands between two operands."""
        if waiting := self._waiting():
            refuse(
                f"A word or group is missing between '{waiting.text}' and '{operator.text}'.",
                *place_of(operator),
            )
        if not self.alternatives:
            refuse(f"A word or group is missing before '{operator.text}'.", *place_of(operator))
        self.operator = operator

    def _waiting(self) -> Token | None:
        return self.signs[-1] if self.signs else self.operator

    def tree(self) -> Node | None:
        """The group's node; None when it is empty."""
        if waiting := self._waiting():
            refuse(f"A word or group is missing after '{waiting.text}'.", *place_of(waiting))
        if self.plus and len(self.alternatives) > 1:
            refuse("'+' can't stand beside OR: use AND and parentheses.", self.plus.start)
        either = [together(And, operands) for operands in self.alternatives]
        return together(Or, either).node if either else None


def together(kind: type[And] | type[Or], operands: list[Operand]) -> Operand:
    """The operands as one: the single one itself, or a node over all of them."""
    start, end = operands[0].start, operands[-1].end
    if len(operands) == 1:
        return operands[0]
    nodes = tuple(operand.node for operand in operands)
    return Operand(kind(nodes, start=start, end=end), start, end)


def place_of(token: Token) -> tuple[int, int]:
    """Where a token begins and how long it is."""
    return token.start, token.end - token.start
