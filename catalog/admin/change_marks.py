"""Changes drawn for a page: what was added marked green, what was removed red and struck out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.admin.card_changes import ABSENT, Change, is_plain
from catalog.admin.json_tables import MAX_MEMBERS, json_table
from catalog.models import Asset

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
#: Longer texts are not compared word by word, longer lists not element by element.
MAX_COMPARED = 5000
MAX_ELEMENTS = 1000
MAX_TEXT = 2000
MODES = dict(Asset.RovMode.choices)

Names = Mapping[str, str]


def drawn(change: Change, names: Names) -> SafeString:
    """The change as old and new; ``names`` are those of users by their ids."""
    old, new = (_readable(change.label, value, names) for value in (change.old, change.new))
    if isinstance(old, str) and isinstance(new, str):
        return _text(old, new)
    lists = [[] if value is ABSENT else value for value in (old, new)]
    if all(
        isinstance(value, list) and len(value) <= MAX_ELEMENTS and is_plain(value)
        for value in lists
    ):
        return _chips(*lists)
    parts = [_removed(old)] if old is not ABSENT else []
    parts += [_added(new)] if new is not ABSENT else []
    is_block = any(isinstance(value, dict | list) for value in (old, new))
    return format_html_join(
        "" if is_block else SafeString(" → "), "{}", ((part,) for part in parts)
    )


def people_of(changes: Sequence[Change]) -> set[str]:
    """The ids of users that the changes name."""
    values = [
        value
        for change in changes
        if change.label in ("owner", "shared with")
        for value in (change.old, change.new)
        if value is not ABSENT
    ]
    return {uid for value in values for uid in ([value] if isinstance(value, str) else value)}


def _readable(label: str, value: Any, names: Names) -> Any:
    if value is ABSENT:
        return value
    if label == "visibility":
        return MODES.get(value, value)
    if label == "owner":
        return names.get(value, f"user {value}")
    if label == "shared with":
        return [names.get(uid, f"user {uid}") for uid in value]
    return value


def _text(old: str, new: str) -> SafeString:
    if max(len(old), len(new)) > MAX_COMPARED:
        return format_html("{}{}", _removed(old), _added(new))
    return format_html('<div class="cw-text">{}</div>', format_html_join("", "{}", _runs(old, new)))


def _runs(old: str, new: str) -> Iterator[tuple[SafeString]]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after)
    if matcher.ratio() < 0.4:  # so little in common that the one text reads better after the other
        yield (_mark("del", old),)
        yield (SafeString(" "),)
        yield (_mark("ins", new),)
        return
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield (format_html("{}", "".join(before[i:i_end])),)
        else:
            yield (_mark("del", "".join(before[i:i_end])),)
            yield (_mark("ins", "".join(after[j:j_end])),)


def _mark(tag: str, text: str) -> SafeString:
    return format_html(f"<{tag}>{{}}</{tag}>", text) if text else SafeString("")


def _chips(old: list[Any], new: list[Any]) -> SafeString:
    before, after = ([_word(value) for value in values] for values in (old, new))
    matcher = SequenceMatcher(None, before, after)
    chips: list[tuple[str, str]] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            chips += [("span", word) for word in after[j:j_end]]
        else:
            chips += [("del", word) for word in before[i:i_end]]
            chips += [("ins", word) for word in after[j:j_end]]
    items = format_html_join(
        " ", '<li><{} class="cw-chip">{}</{}></li>',
        ((SafeString(tag), word, SafeString(tag)) for tag, word in chips[:MAX_MEMBERS]),
    )  # fmt: skip
    rest = len(chips) - MAX_MEMBERS
    more = format_html('<li class="cw-none">and {} more</li>', rest) if rest > 0 else ""
    return format_html('<ul class="cw-chips">{}{}</ul>', items, more)


def _removed(value: Any) -> SafeString:
    return _whole("del", "cw-removed", value)


def _added(value: Any) -> SafeString:
    return _whole("ins", "cw-added", value)


def _whole(tag: str, style: str, value: Any) -> SafeString:
    """A value that came or went as a whole: a table in a coloured box, or a marked word."""
    if isinstance(value, dict | list) and value:
        return format_html('<div class="cw-box {}">{}</div>', style, json_table(value))
    word = _word(value)
    if len(word) > MAX_TEXT:
        word = word[:MAX_TEXT] + "…"
    return format_html('<span class="cw-text">{}</span>', _mark(tag, word))


def _word(value: Any) -> str:
    if isinstance(value, str):
        return value or "empty text"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else json.dumps(value, ensure_ascii=False)
