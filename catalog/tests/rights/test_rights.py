"""Every route, as everybody: the answers are those of the table in docs/rights.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from catalog.tests.rights.requests import kind_of
from catalog.tests.rights.walk import operations, row, said, walk
from catalog.tests.rights.world import PEOPLE, SECRET
from catalog.tests.rights.worlds import WorldOf

TABLE = Path(__file__).parents[3] / "docs" / "rights.md"
ROW = re.compile(r"\| `([A-Z]+ /[^`]*)` \|(.*)\|$")
#: Who finds the private card.
INSIDERS = {"owner", "collaborator", "administrator"}


def documented() -> dict[str, list[str]]:
    """The rows of the table: the cells of each operation."""
    lines = TABLE.read_text("utf-8").splitlines()
    found = [match for line in lines if (match := ROW.match(line))]
    return {match[1]: [cell.strip() for cell in match[2].split("|")] for match in found}


OPERATIONS = operations()


def test_the_table_has_every_route_and_no_other() -> None:
    assert documented().keys() == OPERATIONS.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_the_route_answers_as_the_table_says(operation: str, world_of: WorldOf) -> None:
    """And to whoever may not see the private card, it is as if it did not exist."""
    world = world_of(kind_of(operation))
    steps = list(walk(world, operation, OPERATIONS[operation]))
    assert dict(zip(PEOPLE, row(steps), strict=True)) == dict(
        zip(PEOPLE, documented().get(operation, ["?"] * len(PEOPLE)), strict=True)
    ), f"| `{operation}` | {' | '.join(row(steps))} |"
    answers = {(step.person, step.state): step for step in steps}
    for step in steps:
        if step.person in INSIDERS:
            continue
        assert SECRET not in json.dumps(step.text), f"{operation} as {step.person}"
        if step.state == "private":
            absent = answers[step.person, "absent"]
            assert (step.status, said(step)) == (absent.status, said(absent)), step.person
