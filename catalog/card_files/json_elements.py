"""The elements of one list in a JSON document of any size, with the lines where they begin."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import ijson

from catalog.card_files.entries import RefusedEntry
from catalog.card_files.lines import CHUNK, too_long
from catalog.shared.errors import BadRequest

Events = list[tuple[str, Any]]

OPENING = {"start_map": dict, "start_array": list}
CLOSING = ("end_map", "end_array")


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the list, and the line where it begins."""

    line: int
    value: Any


def parsed(file: BinaryIO, *, limit: int) -> Iterator[tuple[int, int, Events]]:
    """The events of a document piece by piece, with each piece's line and size in bytes.

    Raises BadRequest that names what is wrong, when the events before it were yielded.
    """
    events: Events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events)
    line, silent = 1, 0
    try:
        # In pieces that end where a line does, so that an event's line is known when it comes.
        while chunk := file.readline(CHUNK):
            parser.send(chunk)
            silent = 0 if events else silent + len(chunk)
            if silent > limit:  # the parser holds a text until it ends
                raise BadRequest(too_long("text", limit))
            yield line, len(chunk), events
            events.clear()
            line += chunk.endswith(b"\n")
        parser.close()
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as exc:
        yield line, 0, events
        what = str(exc).partition("\n")[0].strip().rstrip(".")
        raise BadRequest(f"Not JSON: {what}.") from exc


def elements(file: BinaryIO, member: str, *, limit: int) -> Iterator[Element | RefusedEntry]:
    """What the list ``member`` of the document's object holds; one of more than ``limit`` bytes
    is refused.

    Where the document is no JSON any more, reading ends with a refusal: what came before was
    yielded.
    """
    builder = _Builder(member, limit)
    line = 1
    try:
        for line, size, events in parsed(file, limit=limit):
            yield from builder.take(events, line, size)
    except BadRequest as exc:
        yield RefusedEntry(line, f"{exc.message} Nothing after it was read.")


def top_level_text(file: BinaryIO, names: tuple[str, ...], *, limit: int) -> dict[str, str]:
    """Those of these members of the document's object that are text."""
    found: dict[str, str] = {}
    depth, key = 0, None
    with suppress(BadRequest):  # whoever reads the elements meets it again, and says so
        for _, _, events in parsed(file, limit=limit):
            for event, value in events:
                depth += (event in OPENING) - (event in CLOSING)
                if event == "map_key" and depth == 1:
                    key = value
                elif event == "string" and depth == 1 and key in names:
                    found[str(key)] = value
    return found


class _Builder:
    """Puts values together from the parser's events: its own list of containers, no recursion."""

    def __init__(self, member: str, limit: int) -> None:
        self._member, self._limit = member, limit
        self._depth = 0
        self._top_key = ""
        self._in_list = False
        self._open: list[tuple[Any, Any]] = []  # containers, and the key that waits for a value
        self._key: Any = None
        self._line = self._bytes = 0
        self._is_refused = ""

    def take(self, events: Events, line: int, size: int) -> Iterator[Element | RefusedEntry]:
        """The elements that end within these events, which were read from ``size`` bytes."""
        self._bytes += size
        if self._open and self._bytes > self._limit:
            self._is_refused = too_long("element", self._limit)
        for event, value in events:
            if event == "map_key":
                if self._depth == 1:
                    self._top_key = value
                self._key = value
            elif event in OPENING:
                yield from self._begin(event, line, size)
            elif event in CLOSING:
                yield from self._end()
            else:
                yield from self._scalar(event, value, line)

    def _begin(self, event: str, line: int, size: int) -> Iterator[RefusedEntry]:
        self._depth += 1
        if self._depth == 2 and self._top_key == self._member:
            self._in_list = event == "start_array"
            if not self._in_list:
                yield RefusedEntry(line, "Must be a list.", self._member)
        elif self._in_list and self._depth > 2:
            if not self._open:
                self._line, self._bytes, self._is_refused = line, size, ""
            self._open.append((OPENING[event](), self._key))

    def _end(self) -> Iterator[Element | RefusedEntry]:
        self._depth -= 1
        if self._depth == 1:
            self._in_list = False
        if not self._open:
            return
        container, key = self._open.pop()
        if self._open:
            self._put(container, key)
        elif self._is_refused:
            yield RefusedEntry(self._line, self._is_refused)
        else:
            yield Element(self._line, container)

    def _scalar(self, event: str, value: Any, line: int) -> Iterator[Element | RefusedEntry]:
        if self._depth == 1 and self._top_key == self._member and event != "null":
            yield RefusedEntry(line, "Must be a list.", self._member)
        if not self._in_list:
            return
        if event == "number" and not isinstance(value, int):
            value = float(value)  # a Decimal until here
            if math.isinf(value):
                self._is_refused = "A number in it is too large."
        if self._open:
            self._put(value, self._key)
        else:
            yield Element(line, value)

    def _put(self, value: Any, key: Any) -> None:
        if self._is_refused:
            return
        container = self._open[-1][0]
        if isinstance(container, dict):
            container[key] = value
        else:
            container.append(value)
