"""JSON drawn as tables: readable, escaped, and limited."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.admin.json_tables import MAX_CELLS, MAX_MEMBERS, json_table

TABLE, LIST, FOLD = {"table", "thead", "tbody", "tr", "th", "td"}, {"ul", "ol", "li"}, {"details"}
KNOWN = TABLE | LIST | FOLD | {"summary", "div", "span", "a"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


class Balanced(HTMLParser):
    """Follows tags and fails where one is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(html: str) -> None:
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    assert parser.seen <= KNOWN


@given(JSON)
def test_any_json_makes_sound_html_of_known_tags(value: Any) -> None:
    check(json_table(value))


def test_objects_of_the_same_members_are_one_table_with_a_header() -> None:
    html = json_table([{"name": "ID", "type": {"type": "int"}}, {"name": "CITY"}])
    assert html.count("<table") == 1
    heads = ("<th scope='col'>name</th>", "<th scope='col'>type.type</th>")
    assert all(head in html for head in heads)
    assert "int" in html


def test_members_that_are_alike_are_rows_of_one_table() -> None:
    html = json_table({"A": {"text": "x"}, "B": {"text": "y"}})
    assert html.count("<table") == 1
    assert "<th scope='row'>A</th>" in html


def test_objects_with_little_in_common_stay_apart() -> None:
    html = json_table([{"a": 1, "b": 2}, {"c": 1, "d": 2}, {"e": 1, "f": 2}])
    assert html.count("<table") == 3


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; --", "</td></table>"],
)
def test_text_and_names_are_escaped(text: str) -> None:
    for value in (text, {text: text}, [text], [{text: text}], {"a": {text: 1}, "b": {text: 2}}):
        html = json_table(value)
        check(html)
        assert text not in html


def test_addresses_of_the_web_are_links_and_no_others() -> None:
    link = json_table({"at": "https://example.org/a?b=1&c=2"})
    assert 'href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer"' in link
    for text in (
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a/b",
        "see https://a/b",
        "//a/b",
    ):
        assert "<a " not in json_table({"at": text})


def test_what_is_empty_false_or_zero_is_told_apart() -> None:
    html = json_table({"none": None, "text": "", "no": False, "zero": 0, "list": []})
    assert html.count(">none</span>") == 3
    assert ">no</span>" in html
    assert ">0</span>" in html


def test_long_text_is_folded() -> None:
    html = json_table("x" * 1000)
    assert "<details" in html
    assert "…</summary>" in html


def test_depth_width_and_size_are_limited() -> None:
    deep: Any = "bottom"
    for _ in range(90):
        deep = {"below": deep}
    html = json_table(deep)
    assert html.count("<table") < 20
    assert "1 member" in html
    wide = json_table(list(range(MAX_MEMBERS + 5)))
    assert "and 5 more" in wide
    huge = json_table([[{"a": [1, 2]}] * 100] * 100)
    assert huge.count("<td>") <= MAX_CELLS * 2
