"""JSON Patch (RFC 6902) with limits and with refusals that name the operation."""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Any

import jsonpatch
import jsonpointer

from catalog.shared.errors import BadRequest, below
from catalog.shared.json import check_text, dump, is_same_json

MAX_OPERATIONS = 1000
#: What all copying together may come to: ``copy`` can double the document with each operation.
MAX_COPIED_BYTES = 50 * 1024 * 1024
NEEDS = {
    "add": "value",
    "replace": "value",
    "test": "value",
    "move": "from",
    "copy": "from",
    "remove": "path",
}


class PatchTestFailed(BadRequest):
    """What a patch says that is so is not: where a contract knows conflicts, that is one."""


def apply_patch(document: dict[str, Any], operations: Any) -> dict[str, Any]:
    """The document after all operations; ``document`` itself stays as it is.

    Raises BadRequest that names the operation by its place, such as ``[2].path``; for a ``test`` it
    is PatchTestFailed.
    """
    if not isinstance(operations, list):
        raise BadRequest("A JSON Patch is a list of operations.")
    if len(operations) > MAX_OPERATIONS:
        raise BadRequest(f"At most {MAX_OPERATIONS} operations.")
    result: Any = copy.deepcopy(document)
    copied = 0
    for index, operation in enumerate(operations):
        _check_operation(operation, f"[{index}]")
        try:
            result = jsonpatch.JsonPatch([operation]).apply(result, in_place=True)
            copied += len(dump(result)) if operation["op"] == "copy" else 0
        except jsonpatch.JsonPatchTestFailed as exc:
            raise PatchTestFailed(
                f"The test of {operation['path'][:200]} failed: nothing was changed.",
                target=f"[{index}].value",
            ) from exc
        except RecursionError as exc:
            raise BadRequest("The document is nested too deep.", target=f"[{index}]") from exc
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as exc:
            source = operation["from"] if NEEDS[operation["op"]] == "from" else ""
            member = "path" if _is_place(result, source) else "from"
            raise BadRequest(
                f"Can't {operation['op']} {operation['path'][:200]}: there is no such place.",
                target=f"[{index}].{member}",
            ) from exc
        if copied > MAX_COPIED_BYTES:
            raise BadRequest("The patch copies too much.", target=f"[{index}]")
    if not isinstance(result, dict):
        raise BadRequest("The document must stay an object.")
    check_text(result)
    return result


def _is_place(document: Any, pointer: str) -> bool:
    try:
        jsonpointer.resolve_pointer(document, pointer)
    except (jsonpointer.JsonPointerException, TypeError):
        return False
    return True


def _check_operation(operation: Any, at: str) -> None:
    if not isinstance(operation, dict):
        raise BadRequest("An operation must be an object.", target=at)
    if not isinstance(op := operation.get("op"), str) or op not in NEEDS:
        raise BadRequest(f"Must be one of {', '.join(NEEDS)}.", target=f"{at}.op")
    for member in ("path", "from") if NEEDS[op] == "from" else ("path",):
        pointer = operation.get(member)
        if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
            raise BadRequest(
                "Must be a JSON Pointer, such as /metadata/name.", target=f"{at}.{member}"
            )
    if NEEDS[op] not in operation:
        raise BadRequest(f"A value is required to {op}.", target=f"{at}.value")


def refuse_changes(
    before: dict[str, Any], after: dict[str, Any], *, editable: Collection[str], path: str = ""
) -> None:
    """Raise BadRequest naming the first member that a patch changed and may not.

    ``editable`` are the paths of those that it may: ``metadata.name``, or a whole ``entity``.
    """
    for name in sorted(before.keys() | after.keys()):
        at = below(path, name)
        old, new = before.get(name), after.get(name)
        if at in editable:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            refuse_changes(old, new, editable=editable, path=at)
        elif not is_same_json(old, new):
            raise BadRequest("Reserved: it can't be patched.", target=at[:200])
