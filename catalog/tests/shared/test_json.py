"""JSON in and out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.shared.errors import BadRequest
from catalog.shared.json import MAX_DEPTH, UNSTORABLE, dump, parse

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.items() for part in item for text in texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


@given(VALUES)
def test_what_is_written_is_read_back_unless_the_database_could_not_hold_it(value: Any) -> None:
    raw = json.dumps(value).encode()
    if any(UNSTORABLE.search(text) for text in texts(value)):
        with pytest.raises(BadRequest):
            parse(raw)
    else:
        assert parse(raw) == value
        assert json.loads(dump(value)) == value


@given(st.binary(max_size=200))
def test_no_bytes_at_all_are_a_fault(raw: bytes) -> None:
    try:
        parse(raw)
    except BadRequest as refusal:
        assert refusal.message  # noqa: PT017 either outcome is fine


@pytest.mark.parametrize("bracket", ["[]", "{}"])
def test_nesting_is_counted_outside_of_strings_only(bracket: str) -> None:
    opened = "[" if bracket == "[]" else '{"a":'
    closed = "]" if bracket == "[]" else "}"
    for depth, fits in ((MAX_DEPTH - 1, True), (MAX_DEPTH + 1, False), (100_000, False)):
        raw = (opened * depth + "1" + closed * depth).encode()
        if fits:
            assert parse(raw)
        else:
            with pytest.raises(BadRequest, match="deeper"):
                parse(raw)
    assert parse(json.dumps("[{" * 500 + '\\"').encode()) == "[{" * 500 + '\\"'


def test_the_time_to_refuse_grows_as_the_body_does_and_not_as_its_square() -> None:
    # Quadratic, it took half a minute for a hundredth of this.
    with pytest.raises(BadRequest):
        parse(b"[" * 101 + b'"' + b'\\"' * 2_000_000)
    with pytest.raises(BadRequest):
        parse(b"[" * 101 + b'"' * 4_000_001)


def test_a_fragment_is_passed_on_even_beside_a_number_past_64_bits() -> None:
    fragment = orjson.Fragment(b'{"a": 1}')
    assert json.loads(dump({"x": fragment})) == {"x": {"a": 1}}
    assert json.loads(dump({"x": fragment, "big": 2**70})) == {"x": {"a": 1}, "big": 2**70}


WRITE_DEEP = """
from catalog.shared.json import MAX_DEPTH, dump
for width in range(0, 400, 3):
    value = "x"
    for _ in range(MAX_DEPTH):
        value = [value, *[7] * width]
    for _ in range(3):
        dump(value)
"""


def test_writes_what_is_nested_as_deep_as_may_be() -> None:
    # In a process of its own: a writer that goes past its buffer takes the process with it.
    subprocess.run([sys.executable, "-c", WRITE_DEEP], check=True, env=os.environ)
