"""Compares an answer with an example: the same keys, the same values, but for placeholders."""

from __future__ import annotations

import re
from typing import Any

#: ``<name>`` stands for text of that form, or a number; ``<name:variable>`` also remembers it.
FORMS = {
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "uid": r"\d+",
    "seconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "milliseconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "microseconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "trace": r"[a-z0-9]{25}",
    "token": r"p-[0-9a-f]{12}-[\w-]{43}",
    "masked": r"p-[0-9a-f]{12}-\*{4}",
    "text": r"(?s).+",
}
PLACEHOLDER = re.compile(r"<(\w+)(?::(\w+))?>\Z")
#: Milliseconds between 2020 and 2100: seconds or microseconds in their place would be noticed.
MILLISECONDS = range(1_577_836_800_000, 4_102_444_800_000)


def filled(value: Any, variables: dict[str, str]) -> Any:
    """The value with each ``{variable}`` replaced, in keys too."""
    if isinstance(value, dict):
        return {filled(key, variables): filled(member, variables) for key, member in value.items()}
    if isinstance(value, list):
        return [filled(member, variables) for member in value]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda m: variables.get(m[1], m[0]), value)
    return value


def remember(expected: Any, actual: Any, variables: dict[str, str]) -> None:
    """Collect what ``<form:variable>`` placeholders stand for, wherever shapes agree."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in expected.keys() & actual.keys():
            remember(expected[key], actual[key], variables)
    elif isinstance(expected, list) and isinstance(actual, list):
        for one, other in zip(expected, actual, strict=False):
            remember(one, other, variables)
    elif isinstance(expected, str) and (match := PLACEHOLDER.match(expected)) and match[2]:
        variables.setdefault(match[2], str(actual))


def differences(expected: Any, actual: Any, variables: dict[str, str], at: str = "") -> list[str]:
    """What differs, each with its place; nothing when the shapes are equal."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [f"{at}: an object was expected, not {actual!r}"]
        found = [f"{at}.{key}: missing" for key in expected.keys() - actual.keys()]
        found += [f"{at}.{key}: not expected" for key in actual.keys() - expected.keys()]
        for key in expected.keys() & actual.keys():
            found += differences(expected[key], actual[key], variables, f"{at}.{key}")
        return found
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(actual) != len(expected):
            return [f"{at}: a list of {len(expected)} was expected, not {actual!r}"]
        pairs = enumerate(zip(expected, actual, strict=True))
        return [
            line
            for index, (one, other) in pairs
            for line in differences(one, other, variables, f"{at}[{index}]")
        ]
    if isinstance(expected, str) and (match := PLACEHOLDER.match(expected)):
        return _placeholder(match[1], match[2], actual, variables, at)
    if type(expected) is not type(actual) or expected != actual:
        return [f"{at}: {expected!r} was expected, not {actual!r}"]
    return []


def _placeholder(
    form: str, variable: str | None, actual: Any, variables: dict[str, str], at: str
) -> list[str]:
    if form in ("int", "ms"):
        is_number = isinstance(actual, int) and not isinstance(actual, bool)
        fits = is_number and (form == "int" or actual in MILLISECONDS)
    else:
        fits = isinstance(actual, str) and re.fullmatch(FORMS[form], actual) is not None
    if not fits:
        return [f"{at}: <{form}> was expected, not {actual!r}"]
    if variable and variables[variable] != str(actual):
        return [f"{at}: {variables[variable]!r} was expected again, not {actual!r}"]
    return []
