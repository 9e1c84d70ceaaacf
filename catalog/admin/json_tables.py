"""JSON as nested tables of HTML: escaped, and limited in depth, width and length."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MAX_DEPTH = 8
MAX_MEMBERS = 200
#: Cells of one document; a page of more helps nobody and takes long to draw.
MAX_CELLS = 3000
MAX_COLUMNS = 12
LONG_TEXT, MAX_TEXT = 240, 20_000
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+\Z", re.IGNORECASE)

Rows = Sequence[Any]
#: Each column as the path to its value.
Columns = list[tuple[str, ...]]
NOTHING = format_html('<span class="cw-none">{}</span>', "none")


def json_table(value: Any) -> SafeString:
    """``value``, which is JSON, for a page."""
    return _Renderer().value(value, 0)


class _Renderer:
    """Draws one document, and counts what it has drawn."""

    def __init__(self) -> None:
        self.cells = 0

    def value(self, value: Any, depth: int) -> SafeString:
        self.cells += 1
        if value is None or value in ("", [], {}):
            return NOTHING
        if isinstance(value, bool):
            return format_html('<span class="cw-flag">{}</span>', "yes" if value else "no")
        if isinstance(value, dict | list):
            if depth >= MAX_DEPTH or self.cells > MAX_CELLS:
                most = MAX_TEXT if self.cells <= MAX_CELLS else LONG_TEXT
                return _folded(_preview(value), json.dumps(value, ensure_ascii=False)[:most])
            if isinstance(value, dict):
                return self.table(value, depth)
            return self.list_of(value, depth)
        return text_cell(str(value))

    def table(self, members: dict[str, Any], depth: int) -> SafeString:
        """One row for each member; objects of the same members as a table with a header."""
        shown = dict(list(members.items())[:MAX_MEMBERS])
        columns = _columns_of(list(shown.values())) if len(shown) > 1 else None
        if columns:
            return self.grid(list(shown.values()), columns, len(members), depth, list(shown))
        rows = format_html_join(
            "", "{}", ((self.row(name, member, depth),) for name, member in shown.items())
        )
        return format_html('<table class="cw-table">{}{}</table>', rows, _rest(len(members), 2))

    def row(self, name: str, member: Any, depth: int) -> SafeString:
        """A member's name beside its value, or above it when that is a table, which is wide."""
        drawn = self.value(member, depth + 1)
        if not _is_wide(member):
            return format_html("<tr><th scope='row'>{}</th><td>{}</td></tr>", name, drawn)
        return format_html(
            "<tr><th scope='rowgroup' colspan='2'>{}</th></tr>"
            "<tr class='cw-below'><td colspan='2'>{}</td></tr>",
            name,
            drawn,
        )

    def list_of(self, values: Rows, depth: int) -> SafeString:
        """Objects of the same members as one table; plain values in a row; else a list."""
        shown = values[:MAX_MEMBERS]
        columns = _columns_of(shown)
        if columns:
            return self.grid(shown, columns, len(values), depth, [])
        if not any(isinstance(value, dict | list) for value in shown):
            return self.words(shown, len(values))
        items = format_html_join(
            "", "<li>{}</li>", ((self.value(value, depth + 1),) for value in shown)
        )
        return format_html('<ol class="cw-list">{}{}</ol>', items, _more(len(values), "li"))

    def grid(
        self, rows: Rows, columns: Columns, total: int, depth: int, names: Sequence[str]
    ) -> SafeString:
        """A table with a header; ``names`` go before the rows of an object's members."""
        head = format_html_join(
            "", "<th scope='col'>{}</th>", ((".".join(path),) for path in columns)
        )
        body = format_html_join(
            "",
            "<tr>{}{}</tr>",
            (
                (
                    format_html("<th scope='row'>{}</th>", names[index]) if names else "",
                    self.cells_of(row, columns, depth),
                )
                for index, row in enumerate(rows)
            ),
        )
        corner = SafeString("<td></td>") if names else ""
        return format_html(
            '<table class="cw-table cw-grid"><thead><tr>{}{}</tr></thead>'
            "<tbody>{}{}</tbody></table>",
            corner,
            head,
            body,
            _rest(total, len(columns) + bool(names)),
        )

    def cells_of(self, row: dict[str, Any], columns: Columns, depth: int) -> SafeString:
        values = (_member(row, path) for path in columns)
        return format_html_join(
            "", "<td>{}</td>", ((self.value(value, depth + 1),) for value in values)
        )

    def words(self, values: Rows, total: int) -> SafeString:
        items = format_html_join(
            " ", '<li class="cw-chip">{}</li>', ((self.value(v, 0),) for v in values)
        )
        return format_html('<ul class="cw-chips">{}{}</ul>', items, _more(total, "li"))


def text_cell(text: str) -> SafeString:
    """Text: an address of the web as a link, long text folded."""
    if len(text) <= 2000 and WEB_ADDRESS.match(text):
        return format_html(
            '<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>', text, text
        )
    if len(text) > LONG_TEXT:
        return _folded(text[:LONG_TEXT].rstrip() + "…", text[:MAX_TEXT])
    return format_html('<span class="cw-text">{}</span>', text)


def _columns_of(values: Rows) -> Columns | None:
    """The columns when all values are objects that have at least half of all members.

    A member that is itself a small object, such as a column's type, becomes several columns.
    """
    if not values or not all(isinstance(value, dict) and value for value in values):
        return None
    names = list(dict.fromkeys(name for value in values for name in value))
    if len(names) > MAX_COLUMNS or any(len(value) * 2 < len(names) for value in values):
        return None
    flat: Columns = [(name,) for name in names]
    deep = [path for name in names for path in _paths(name, [value.get(name) for value in values])]
    return deep if len(deep) <= MAX_COLUMNS else flat


def _paths(name: str, members: Rows) -> Columns:
    given = [member for member in members if member is not None]
    if not given or not all(isinstance(member, dict) and member for member in given):
        return [(name,)]
    below = list(dict.fromkeys(key for member in given for key in member))
    plain = not any(isinstance(value, dict | list) for member in given for value in member.values())
    return [(name, key) for key in below] if plain and len(below) <= MAX_COLUMNS // 2 else [(name,)]


def _member(row: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = row
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_wide(value: Any) -> bool:
    """Whether it is drawn as a table."""
    if isinstance(value, list):
        return any(isinstance(element, dict | list) for element in value)
    return isinstance(value, dict) and bool(value)


def _folded(summary: str, text: str) -> SafeString:
    return format_html(
        '<details class="cw-fold"><summary>{}</summary><div class="cw-text">{}</div></details>',
        summary,
        text,
    )


def _preview(value: Any) -> str:
    count = len(value)
    return (
        f"{count} {'member' if isinstance(value, dict) else 'element'}{'' if count == 1 else 's'}"
    )


def _rest(total: int, columns: int) -> SafeString:
    if total <= MAX_MEMBERS:
        return SafeString("")
    return format_html(
        '<tr><td colspan="{}" class="cw-none">and {} more</td></tr>', columns, total - MAX_MEMBERS
    )


def _more(total: int, tag: str) -> SafeString:
    if total <= MAX_MEMBERS:
        return SafeString("")
    return format_html('<{} class="cw-none">and {} more</{}>', tag, total - MAX_MEMBERS, tag)
