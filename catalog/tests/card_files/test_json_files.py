"""DCAT-US catalogs, Data Packages and JSON Lines, and how they are told apart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.shared.errors import BadRequest
from catalog.tests.card_files.readers import cards, lines, read, refusals

DATASET: dict[str, Any] = {
    "identifier": "id-1",
    "title": "Rain",
    "description": "Millimetres",
    "keyword": ["wet", "wet", " "],
    "license": None,
    "publisher": {"name": "Office"},
    "distribution": [{"accessURL": "a"}, {"mediaType": "text/csv"}, {"mediaType": "text/html"}],
}


def catalog(*datasets: Any, **members: Any) -> str:
    return json.dumps({"@type": "dcat:Catalog", **members, "dataset": list(datasets)})


def test_a_dataset_becomes_a_data_asset() -> None:
    assert cards(read(catalog(DATASET), "data.json")) == [
        {
            "metadata": {
                "name": "Rain",
                "asset_type": "data_asset",
                "resource_key": "id-1",
                "description": "Millimetres",
                "tags": ["wet"],
            },
            "entity": {
                "data_asset": {
                    "identifier": "id-1",
                    "publisher": {"name": "Office"},
                    "distribution": DATASET["distribution"],
                    "dataset": True,
                    "mime_type": "text/csv",
                }
            },
        }
    ]


def test_a_dataset_of_another_type_gets_no_members_of_a_data_asset() -> None:
    (body,) = cards(read(catalog({"identifier": "a"}), "data.json", asset_type="book"))
    assert body["entity"] == {"book": {"identifier": "a"}}
    assert body["metadata"] == {"name": "a", "asset_type": "book", "resource_key": "a"}


@pytest.mark.parametrize(
    ("dataset", "key"),
    [
        ({"identifier": 7}, "7"),
        ({"@id": "u", "title": "t"}, "u"),
        ({"title": "t"}, "t"),
        ({}, "dataset-"),
    ],
)
def test_the_key_of_a_dataset(dataset: dict[str, Any], key: str) -> None:
    (body,) = cards(read(catalog(dataset), "data.json"))
    assert body["metadata"]["resource_key"].startswith(key)


def test_a_title_and_tags_that_are_too_long_stay_whole_in_the_attribute() -> None:
    dataset = {"identifier": "a", "title": "t" * 300, "keyword": ["k" * 300, "short"]}
    (body,) = cards(read(catalog(dataset), "data.json"))
    assert body["metadata"]["name"] == "t" * 254 + "…"
    assert body["metadata"]["tags"] == ["k" * 254 + "…", "short"]
    attribute = body["entity"]["data_asset"]
    assert (attribute["title"], attribute["keyword"]) == (dataset["title"], dataset["keyword"])


def test_the_line_of_a_dataset_is_where_it_begins() -> None:
    text = '{"dataset": [\n{"title": "a"}, {"title": "b",\n"x": [{"dataset": [1]}]\n},\n\n'
    text += ' {"title": "c"}]}\n'
    entries = read(text, "data.json")
    assert lines(entries) == [2, 2, 6]
    assert [body["metadata"]["name"] for body in cards(entries)] == ["a", "b", "c"]
    indented = json.dumps({"x": {"dataset": [1]}, "dataset": [DATASET, DATASET]}, indent=1)
    assert lines(read(indented, "data.json")) == [
        number for number, line in enumerate(indented.split("\n"), 1) if line == "  {"
    ]


def test_a_dataset_that_can_not_be_stored_is_refused_alone() -> None:
    datasets = (
        {"title": "a", "x": "\0"},
        5,
        {"title": "b", "x": ["y" * 1000] * 300},
        {"title": "c"},
    )
    entries = read(json.dumps({"dataset": datasets}, indent=0), "data.json", limit=200_000)
    assert refusals(entries) == [
        (3, "entity.data_asset.x: Text must not contain NUL characters or lone surrogates."),
        (7, "dataset: A dataset must be an object."),
        (8, "The element is longer than 200000 bytes, the most that a card may have."),
    ]
    assert entries[-1].body["metadata"]["name"] == "c"  # type: ignore[union-attr]
    infinite = '{"dataset": [{"title": "a", "x": 1e999}, {"title": "b", "x": 1.5}]}'
    assert refusals(read(infinite, "data.json")) == [(1, "A number in it is too large.")]


def test_reading_ends_where_the_document_is_no_json() -> None:
    text = '{"dataset": [\n{"title": "a"},\n{"title": "b"\n"x": 1},\n{"title": "c"}]}'
    entries = read(text, "data.json")
    assert lines(entries) == [2, 4]
    assert refusals(entries)[0][1].startswith("Not JSON: ")
    assert refusals(entries)[0][1].endswith(" Nothing after it was read.")
    assert len(refusals(read(catalog(DATASET)[:-1], "data.json"))) == 1
    assert refusals(read(b'{"dataset": [{"title": "\xff"}]}', "data.json"))[0][0] == 1


def test_a_text_without_end_is_not_held_in_memory() -> None:
    huge = '{"dataset": [{"title": "a"}, {"title": "' + "x" * 1_000_000
    assert refusals(read(huge, "data.json", limit=100_000)) == [
        (
            1,
            "The text is longer than 100000 bytes, the most that a card may have. "
            "Nothing after it was read.",
        )
    ]


def test_a_member_that_is_no_list_is_refused() -> None:
    for value in ("5", '{"title": "a"}', '"x"'):
        assert refusals(read(f'{{"dataset": {value}}}', "data.json")) == [
            (1, "dataset: Must be a list.")
        ]
    assert read('{"dataset": null}', "data.json") == []


def test_a_resource_becomes_a_data_asset_named_after_its_package() -> None:
    package = {
        "resources": [
            {
                "name": "airports",
                "path": "a.csv",
                "mediatype": "text/csv",
                "schema": {"fields": []},
            },
            {"path": "b.png", "title": "Icon", "bytes": 3},
        ],
        "name": "vega",
    }
    table, icon = cards(read(json.dumps(package), "datapackage.json"))
    assert table["metadata"] == {
        "name": "airports",
        "asset_type": "data_asset",
        "resource_key": "vega/airports",
    }
    assert table["entity"]["data_asset"] == {
        "path": "a.csv",
        "mediatype": "text/csv",
        "schema": {"fields": []},
        "dataset": True,
        "mime_type": "text/csv",
    }
    assert icon["metadata"]["name"] == "Icon"
    assert icon["metadata"]["resource_key"] == "vega/b.png"
    assert icon["entity"]["data_asset"] == {"path": "b.png", "bytes": 3, "dataset": False}


def test_a_card_of_json_lines_is_passed_on_as_it_is() -> None:
    body = {"metadata": {"name": "a"}, "entity": {}, "href": "x"}
    for name in ("a.jsonl", "a.ndjson", "a.json"):
        (entry,) = read(json.dumps(body) + "\r\n", name)
        assert (entry.line, entry.body, entry.is_whole) == (1, body, True)  # type: ignore[union-attr]


def test_a_line_may_be_as_long_as_a_body_and_no_longer() -> None:
    fits = json.dumps({"metadata": "x" * 985})
    assert len(fits) == 1001
    entries = read(f'{fits}\n{fits[:-3]}"}}\n\n{{}}', "a.jsonl")
    assert refusals(entries) == [
        (1, "The line is longer than 1000 bytes, the most that a card may have.")
    ]
    assert lines(entries) == [1, 2, 4]


def test_only_a_line_feed_ends_a_line() -> None:
    assert lines(read('{"a": "\u2028\u0085"}\n{}\n', "a.jsonl")) == [1, 2]


@pytest.mark.parametrize("raw", [b"\xff\xfea\0", b"\xfe\xff\0a"])
@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl"])
def test_utf_16_is_refused_as_such(raw: bytes, name: str) -> None:
    with pytest.raises(BadRequest, match="UTF-16"):
        read(raw, name)


@pytest.mark.parametrize(
    "text", ["[1, 2]", "5", '"dataset"', '{"rows": []}', '{"a": 1}\n{"metadata": {}}']
)
def test_other_json_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BadRequest, match="Neither JSON Lines"):
        read(text, "a.json")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.tsv", "a"])
@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf", b" \n\n"])
def test_an_empty_file_has_no_cards(name: str, raw: bytes) -> None:
    assert read(raw, name) == []
