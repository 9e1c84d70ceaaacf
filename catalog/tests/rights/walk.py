"""Walks the operations of the schema as each of the people, one card in each state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from catalog.tests.rights.requests import ABOUT_A_CARD, BODIES, path_of
from catalog.tests.rights.world import PEOPLE, World

#: Of the card that an operation is about; ``absent`` is an id that no card has.
STATES = ("public", "private", "absent")


VARYING = re.compile(r'"trace":"[^"]*"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


@dataclass(frozen=True)
class Step:
    """One request of a walk, and its answer."""

    operation: str
    person: str
    state: str
    status: int
    text: str


def operations() -> dict[str, set[str]]:
    """Each operation of the API (``GET /v2/assets/{asset_id}``) with its parameters' names."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return {
        f"{method.upper()} {route}": {each["name"] for each in operation.get("parameters", ())}
        for route, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def walk(world: World, operation: str, parameters: set[str]) -> Iterator[Step]:
    """Send the operation as everybody, for each state of the card; undo each before the next."""
    states = STATES if ABOUT_A_CARD.search(operation) else STATES[:1]
    for person in PEOPLE:
        for state in states:
            method = operation.partition(" ")[0]
            path = path_of(world, operation, parameters, state)
            body = BODIES[operation](world, state) if operation in BODIES else None
            with transaction.atomic():
                answer = world.callers[person].send(method, path, body)
                transaction.set_rollback(True)
            text = answer.content.decode()
            yield Step(operation, person, state, answer.status_code, text)


def row(steps: list[Step]) -> list[str]:
    """The cells of the table: a status for each of the people, or one for each state."""
    cells = []
    for person in PEOPLE:
        statuses = [
            str(step.status) for step in steps if step.person == person and step.state != "absent"
        ]
        cells.append(statuses[0] if len({*statuses}) == 1 else " / ".join(statuses))
    return cells


def said(step: Step) -> str:
    """What an answer says, without what differs from one request to the next: ids, times, trace."""
    return VARYING.sub("…", step.text)
