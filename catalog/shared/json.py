"""JSON in and out: strict where it is read, fast where it is written."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

import orjson
from django.conf import settings
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from catalog.shared.errors import BadRequest, TooLarge, below

MAX_DEPTH = 100
#: Escapes that can decode to a character the database can't hold: NUL and lone surrogates.
SUSPICIOUS = re.compile(rb"\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})")
#: A string, also one that never ends, or a bracket. Possessive: there is no way back, so nothing is
#: tried again, and the time grows as the body does.
TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _refuse_constant(name: str) -> NoReturn:
    raise BadRequest(f"{name} is not a JSON value.")


def parse(raw: bytes) -> Any:
    """Read one JSON text, or refuse it with what is wrong and where.

    Refused: broken syntax or UTF-8, NaN and infinities, more than ``MAX_DEPTH`` levels, and text
    that the database can't hold (NUL, lone surrogates) with the path of its field.
    """
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(raw) > MAX_DEPTH:
        raise BadRequest(f"The JSON body is nested deeper than {MAX_DEPTH} levels.")
    try:
        # Decoded here: given bytes, json guesses other encodings and lets raw surrogates pass.
        value = json.loads(
            raw.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite
        )
    except json.JSONDecodeError as exc:
        raise BadRequest(
            f"The body is not JSON: {exc.msg} at line {exc.lineno}, column {exc.colno}."
        ) from exc
    except UnicodeDecodeError as exc:
        raise BadRequest(f"The body is not UTF-8: byte {exc.start} can't be read.") from exc
    except ValueError as exc:  # an integer of thousands of digits
        raise BadRequest("The body has a number that is too long.") from exc
    if SUSPICIOUS.search(raw):
        check_text(value)
    return value


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise BadRequest(f"The number {text[:40]} is too large.")
    return number


def _depth(raw: bytes) -> int:
    """How deep brackets nest, outside of strings."""
    deepest = depth = 0
    for match in TOKEN.finditer(raw):
        token = match.group()
        if token in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token in b"]}":
            depth -= 1
    return deepest


def check_text(value: Any, path: str = "") -> None:
    """Refuse text that the database can't hold, and too deep nesting, naming the field."""
    levels: list[tuple[Any, str, int]] = [(value, path, 1)]
    while levels:
        value, path, depth = levels.pop()
        if isinstance(value, str):
            if UNSTORABLE.search(value):
                raise BadRequest(
                    "Text must not contain NUL characters or lone surrogates.",
                    target=_printable(path),
                )
        elif isinstance(value, Mapping | list):
            if depth > MAX_DEPTH:
                raise BadRequest(
                    f"Nested deeper than {MAX_DEPTH} levels.", target=_printable(path)[:200]
                )
            members = value.items() if isinstance(value, Mapping) else enumerate(value)
            for key, member in members:
                inner = below(path, key)
                if isinstance(key, str) and UNSTORABLE.search(key):
                    raise BadRequest(
                        "A name must not contain NUL characters or lone surrogates.",
                        target=_printable(inner),
                    )
                levels.append((member, inner, depth + 1))


def _printable(path: str) -> str:
    return UNSTORABLE.sub("\ufffd", path)


def dump(value: Any) -> bytes:
    """Write JSON; ``orjson.Fragment`` is passed on as it is."""
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer past 64 bits: correct before fast
        return json.dumps(value, ensure_ascii=False, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, orjson.Fragment):
        return json.loads(orjson.dumps(value))
    return str(value)


def is_same_json(one: Any, other: Any) -> bool:
    """Whether the database would call them equal: 1 is 1.0, 1e23 its digits, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return Decimal(repr(one)) == Decimal(repr(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            is_same_json(one[name], other[name]) for name in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same_json, one, other))
    return type(one) is type(other) and one == other


class StrictJSONParser(BaseParser):
    """Reads a body of limited size as JSON."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        # One byte more than is allowed is enough to know; a stream without a length is read no
        # further.
        raw = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(raw) > settings.MAX_BODY_BYTES:
            raise TooLarge(f"The body is larger than {settings.MAX_BODY_BYTES} bytes.")
        return parse(raw.removeprefix(b"\xef\xbb\xbf"))


class JSONPatchParser(StrictJSONParser):
    """A JSON Patch under its own media type (RFC 6902)."""

    media_type = "application/json-patch+json"


class OrjsonRenderer(BaseRenderer):
    """Writes JSON."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else dump(data)


class AlwaysJSON(BaseContentNegotiation):
    """Parsers by content type; the answer is JSON whatever was asked for, as clients of the API
    expect.
    """

    def select_parser(self, request: Request, parsers: Any) -> Any:
        content_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type
