"""Text as words: what a card gets, what a query needs, and that the two meet."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.words import MAX_BYTES, fold, query_words, value_lexeme, words

alphabet = st.characters(exclude_categories=["Cs"])
# Plain random text hardly has compounds: half of it is put together from what makes them.
PARTS = (
    "a B z 0 9 _ - . / \\ @ ' é customer Orders HTTP ß İ ı ﬁ Ǆ ２ ٣ Ёж ΌΣ ᾳ C++ 🚀 "
    "データ 図 ﾞ กิน 데이터 हिन्दी"
)
parts = st.sampled_from([*PARTS.split(), " ", "\u0301", "\u0345", "\u200d", "\0"])
texts = st.text(alphabet, max_size=30) | st.lists(parts, max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź Œuvre ÆTHER", "lodz oeuvre aether"),
        ("Straße STRASSE", "strasse strasse"),
        ("ISPARTA ısparta İstanbul", "isparta isparta istanbul"),
        ("ΌΔΟΣ όδος", "οδοσ οδοσ"),
        ("Ёлка Йод", "елка иод"),
        ("データ ﾃﾞｰﾀ", "データ データ"),
        ("हिन्दी", "हिन्दी"),
        ("ﬁle ２０２１ ٢٠٢١ २०२१ m²", "file 2021 2021 2021 m2"),
        ("l’été обʼєкт", "l'ete об'єкт"),
        ("Daten\u00adbank \u200eabc\u200f", "datenbank abc"),
        ("e\u0301 \u00e9", "e e"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_character_folds_to_what_stays() -> None:
    unsteady = []
    for code in range(sys.maxunicode + 1):
        # Planes without a character that any text has.
        if 0x32400 <= code < 0xE0000 or code >= 0xE1000 or 0xD800 <= code < 0xE000:
            continue
        folded = fold(f"a{chr(code)}é")
        if fold(folded) != folded:
            unsteady.append(hex(code))
    assert unsteady == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("v2", "v 2 v2"),
        ("HTTPServer", "httpserver http server"),
        ("iPhone", "iphone i phone"),
        ("CUSTOMER_ID", "customer id customerid"),
        ("SalesOrderLine", "salesorderline sales order line salesorder orderline"),
        ("don't", "don t dont"),
        ("a__b", "a b ab"),
        ("C++ & C#", "c"),
        ("a=b:c", "a b c"),
        ("🚀 go!", "go"),
        ("図書館", "図 書 館 図書 書館"),
        ("図", "図"),
        ("2026年", "2026 年"),
        ("กิน", "กิ น กิน"),
        ("SQL데이터", "sql 데이터 sql데이터"),
        ("ÉtéBleu", "etebleu ete bleu"),
        ("हिन्दी", "हिन्दी"),
        ("", ""),
        ("-- _ \0 ́", ""),
        (
            "customerOrders_v2",
            "customer orders customerorders v 2 v2 ordersv customerordersv customerordersv2",
        ),
    ],
)
def test_words_of_a_card(text: str, found: str) -> None:
    assert sorted(words(text)) == sorted(found.split())


@pytest.mark.parametrize(
    ("card", "query"),
    [
        (card, query)
        for card, queries in {
            "customerOrders_v2": "orders customer customerOrders customerorders_v2 v2 orders_v2",
            "see CustomerOrders_2021.v3 now": "CustomerOrders_2021.v3 customerorders 2021 v3",
            "mail to user@example.com, please": "user@example.com example.com USER",
            "from 2026-11-20T10:00 on": "2026-11-20 2026-11 20",
            "at 10.0.0.1": "10.0.0.1 10.0",
            "in C++": "C++ c",
            "file a/b/c.csv": "a/b/c b/c csv",
            "getHTTPServer": "HTTPServer server http gethttpserver",
            "customer_orders": "customerOrders customer-orders CUSTOMERORDERS",
            "l’été à Łódź": "été l'ete lodz ŁÓDŹ",
            "データカタログ": "データ カタログ ﾃﾞｰﾀ タ",
            "API를 쓴다": "api API를",
        }.items()
        for query in queries.split()
    ],
)
def test_a_query_finds_the_card(card: str, query: str) -> None:
    needed = query_words(query)
    assert needed
    assert set(needed) <= set(words(card))


@pytest.mark.parametrize(
    ("card", "query"),
    [
        ("10.0.1.0", "0.0.1"),
        ("2026-11-03 and 2020-12-20", "2026-11-20"),
        ("v 2", "v2"),
        ("customers", "customer"),
        ("ハタ", "バタ"),
        ("館書図", "図書"),
    ],
)
def test_a_query_does_not_find_what_has_other_neighbours(card: str, query: str) -> None:
    assert not set(query_words(query)) <= set(words(card))


@settings(max_examples=400, deadline=None)
@given(texts)
def test_any_text(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    found = words(text)
    assert len(found) == len(set(found))
    assert set(words(folded)) <= set(found)
    assert query_words(folded) == query_words(text)
    for word in [*found, *query_words(text)]:
        assert word
        assert len(word.encode()) <= MAX_BYTES
        assert not set(word) & set(":=<@?*& '\\")
        assert all(unicodedata.category(character)[0] in "LMN" for character in word)
        assert fold(word) == word
    assert value_lexeme(text) == value_lexeme(folded) == value_lexeme(f" {text}\n")


@settings(max_examples=300, deadline=None)
@given(st.lists(texts, max_size=4).map(" ".join))
def test_every_word_of_a_text_finds_it(text: str) -> None:
    found = set(words(text))
    assert set(query_words(text)) <= found
    for word in text.split():
        assert set(query_words(word)) <= found, word
        assert set(query_words(fold(word))) <= found, word


@settings(max_examples=200, deadline=None)
@given(st.text("aåéñłøßıİσςЁйΆ zZÉ_-2", max_size=20), st.sampled_from(["NFC", "NFD"]))
def test_case_and_form_do_not_matter(text: str, form: str) -> None:
    assert query_words(text.upper()) == query_words(text)
    assert query_words(text.lower()) == query_words(text)
    other = unicodedata.normalize("NFC" if form == "NFC" else "NFD", text)
    assert words(other) == words(text)


def test_long_words_and_values_are_cut_and_still_found() -> None:
    long = "é" * 300
    (word,) = words(long)
    assert word.startswith("e" * 120 + "#")
    assert words(long + "e") != [word]
    assert words("e" * 200) == ["e" * 200]
    for text in (long, "図" * 70, "ж" * 101, "a_" * 200, "กิ" + "\u0e34" * 300, "Zz" * 5000):
        assert set(query_words(text)) <= set(words(text))
        assert all(len(word.encode()) <= MAX_BYTES for word in words(text))
    (cyrillic,) = words("ж" * 101)
    assert cyrillic.startswith("ж" * 60 + "#")
    assert value_lexeme("ж " * 100).startswith("ж " * 40 + "#")
    assert value_lexeme("a" * 201) != value_lexeme("a" * 202)


def test_values_keep_what_words_lose() -> None:
    assert value_lexeme("  Über  C++:\t=\0x ") == "uber c++: = x"
    assert value_lexeme("") == ""


@pytest.mark.parametrize("pile", ["\u05b0\u0301", "ﾞ\u0301", "\u0301", "\U0001e944"])
def test_piles_of_marks_end(pile: str) -> None:
    text = "Ab" + pile * 100_000
    assert set(query_words(text)) <= set(words(text))
    assert fold(fold(text)) == fold(text)
