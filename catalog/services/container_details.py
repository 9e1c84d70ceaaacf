"""Members of a container's document that are kept and given back, and mean nothing here."""

from __future__ import annotations

from typing import Any

from catalog.models import Container
from catalog.shared.errors import BadRequest
from catalog.shared.json import dump

#: All of a container's details together: patch after patch could let them grow.
MAX_DETAILS_BYTES = 1024 * 1024


def details_with(
    container: Container, changes: dict[str, Any], *, target: str | None = None
) -> dict[str, Any]:
    """The container's details with these members set, or left out where they are None.

    Raises BadRequest, naming ``target``, when they would become too large.
    """
    merged = container.details | changes
    details = {name: value for name, value in merged.items() if value is not None}
    if len(dump(details)) > MAX_DETAILS_BYTES:
        words = f"All that the {container.kind} keeps would be more than {MAX_DETAILS_BYTES} bytes."
        raise BadRequest(words, target=target)
    return details
