"""CSV as people have it: ragged, marked, quoted over lines, in other encodings."""

from __future__ import annotations

import pytest

from catalog.tests.card_files.readers import cards, lines, read, refusals


def test_name_description_and_tags_are_the_cards_own_and_the_rest_its_attribute() -> None:
    text = 'name,description,tags,col_type,empty\norders,All orders,"a, b;a",int,\n'
    assert cards(read(text, "a.csv")) == [
        {
            "metadata": {
                "name": "orders",
                "description": "All orders",
                "tags": ["a", "b"],
                "asset_type": "data_asset",
                "resource_key": "orders",
            },
            "entity": {"data_asset": {"col_type": "int"}},
        }
    ]


@pytest.mark.parametrize(
    ("header", "row", "key"),
    [
        ("resource_key,id,name", "r,1,n", "r"),
        ("name,id,email", "n,1,a@b.example", "1"),
        ("name,id,email", "n,,a@b.example", "a@b.example"),
        ("database,cluster,schema,name", "hive,gold,s,t", "hive/gold/s/t"),
        ("name,database,cluster,schema,table_name", "c,hive,gold,s,t", "hive/gold/s/t/c"),
        ("Schema,Title", "a/b,c", "a%2Fb/c"),
        ("schema,name", ",n", "n"),
    ],
)
def test_the_key_is_a_column_that_identifies_or_the_name_after_its_path(
    header: str, row: str, key: str
) -> None:
    (body,) = cards(read(f"{header}\n{row}\n", "a.csv"))
    assert body["metadata"]["resource_key"] == key


def test_rows_without_a_key_are_told_apart_by_all_their_cells() -> None:
    first, second, again = cards(read("from,to\na,b\na,c\na,b\n", "a.csv"))
    keys = [body["metadata"]["resource_key"] for body in (first, second, again)]
    assert keys[0] == keys[2] != keys[1]
    assert keys[0].startswith("row-")
    assert first["metadata"]["name"] == "a"
    assert first["entity"] == {"data_asset": {"from": "a", "to": "b"}}
    (turned,) = cards(read("to,from,more\nb,a,\n", "a.csv"))
    assert turned["metadata"]["resource_key"] == keys[0]


def test_ragged_rows_and_odd_headers_lose_nothing() -> None:
    text = "name,,x,x,x_2\na,b,c,d,e,f,g\nshort,1\n\n,,,\n"
    first, short = cards(read(text, "a.csv"))
    assert first["entity"]["data_asset"] == {
        "column_2": "b",
        "x": "c",
        "x_2": "d",
        "x_2_2": "e",
        "column_6": "f",
        "column_7": "g",
    }
    assert short["entity"]["data_asset"] == {"column_2": "1"}


def test_the_line_of_a_row_is_where_it_begins() -> None:
    text = '\nname,note\na,"one\ntwo\nthree"\nb,x\n\nc,"\r\n"\nd,y\n'
    entries = read(text, "a.csv")
    assert lines(entries) == [3, 6, 8, 10]
    assert cards(entries)[0]["entity"]["data_asset"]["note"] == "one\ntwo\nthree"


def test_a_mark_crlf_and_unicode_are_read() -> None:
    raw = "\ufeffname,note\r\nŻółw 🐢,本\r\n".encode()
    (body,) = cards(read(raw, "a.csv"))
    assert body["metadata"]["name"] == "Żółw 🐢"
    assert body["entity"] == {"data_asset": {"note": "本"}}


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.tsv", "name\tx,y\na\t1\n"), ("a.csv", "name\tx y\na\t1\n"), ("a.csv", "name;x\na;1\n")],
)
def test_other_delimiters_are_told_from_name_or_header(name: str, text: str) -> None:
    (body,) = cards(read(text, name))
    assert body["metadata"]["name"] == "a"
    assert list(body["entity"]["data_asset"].values()) == ["1"]


def test_a_row_that_can_not_be_read_is_refused_alone() -> None:
    raw = b'name,note\na,"\xe9\n5"\nb,x\nn,nul\0\nc,' + b"x" * 2000 + b"\n"
    raw += b'd,"' + b"line\n" * 300 + b'"\ne,y\n'
    entries = read(raw, "a.csv")
    assert refusals(entries) == [
        (
            2,
            "Line 2 is not utf-8 at byte 4: convert it, or name its encoding with --encoding.",
        ),
        (
            5,
            "entity.data_asset.note: Text must not contain NUL characters or lone surrogates.",
        ),
        (6, "The row is longer than 1000 bytes, the most that a card may have."),
        (
            7,
            "The row is longer than 1000 bytes, the most that a card may have. "
            "It was taken to end at line 307.",
        ),
    ]
    assert lines(entries) == [2, 4, 5, 6, 7, 308]


def test_another_encoding_can_be_named() -> None:
    (body,) = cards(read("name\ncaf\xe9\n".encode("latin-1"), "a.csv", encoding="latin-1"))
    assert body["metadata"]["name"] == "café"


def test_a_header_that_can_not_be_read_is_the_only_refusal() -> None:
    assert refusals(read(b"n\xe9,b\n1,2\n3,4\n", "a.csv")) == [
        (
            1,
            "Line 1 is not utf-8 at byte 2: convert it, or name its encoding with --encoding.",
        )
    ]


def test_a_long_name_is_shortened_and_kept_whole_in_the_attribute() -> None:
    name = "n" * 300
    (body,) = cards(read(f"name,x\n{name},1\n", "a.csv"))
    assert body["metadata"]["name"] == "n" * 254 + "…"
    assert body["entity"]["data_asset"]["name"] == name


def test_a_key_too_long_for_the_index_ends_in_a_digest() -> None:
    one, other = cards(read(f"id\n{'本' * 500}a\n{'本' * 500}b\n", "a.csv", limit=5000))
    keys = [body["metadata"]["resource_key"] for body in (one, other)]
    assert keys[0] != keys[1]
    assert all(len(key.encode()) <= 1000 for key in keys)


def test_a_quote_that_never_ends_is_refused_and_takes_no_rows_for_its_own() -> None:
    rows = "".join(f"row{n},{n}\n" for n in range(2000))
    entries = list(read(f'name,v\nfirst,1\n"second,2\n{rows}last,9\n', "a.csv"))
    assert lines(entries) == [2, 3]
    assert [line for line, _ in refusals(entries)] == [3]


def test_text_after_a_closing_quote_is_refused() -> None:
    entries = list(read('name,v\n"sec"ond,2\nthird,3\n', "a.csv"))
    assert lines(entries) == [2, 3]
    assert [line for line, _ in refusals(entries)] == [2]
