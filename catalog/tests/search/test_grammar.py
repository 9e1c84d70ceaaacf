"""The query language: what is read, what is refused and where."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.grammar import (
    MAX_CLAUSES,
    MAX_DEPTH,
    MAX_LENGTH,
    QuerySyntaxError,
    parse,
    render,
)
from catalog.search.tokens import tokens
from catalog.search.tree import (
    And,
    Everything,
    HasValue,
    Mark,
    Node,
    Not,
    Or,
    Phrase,
    Range,
    Value,
    Word,
    joined,
)
from catalog.tests.search.queries import CANONICAL, REFUSED


def nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, And | Or):
        for inner in node.nodes:
            yield from nodes(inner)
    elif isinstance(node, Not):
        yield from nodes(node.node)


def outcome(query: str) -> str:
    """All that can be seen of a parse, places included."""
    try:
        return repr(parse(query))
    except QuerySyntaxError as refusal:
        return f"{refusal.position} {refusal.length} {refusal}"


@pytest.mark.parametrize(("query", "canonical"), CANONICAL)
def test_a_query_means_its_canonical_text(query: str, canonical: str) -> None:
    assert render(parse(query)) == canonical
    assert parse(canonical) == parse(query)


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len({query for query, _ in CANONICAL}) == len(CANONICAL) >= 150
    assert len({query for query, *_ in REFUSED}) == len(REFUSED)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("*:*", Everything()),
        ("*", Everything()),
        ("a.b:*", HasValue("a.b")),
        ("a", Word(None, ("a",))),
        ("a:b", Word("a", ("b",))),
        ("a:-5", Word("a", ("-5",))),
        (r"Sm*t\*h?", Word(None, ("Sm", Mark.ANY, "t*h", Mark.ONE))),
        ("a:b c*", Value("a", (("b",), ("c", Mark.ANY)))),
        ('"a*"', Phrase(None, "a*")),
        ("a:'b c'", Phrase("a", "b c")),
        ("a:[1 TO 2}", Range("a", "1", "2", True, False)),
        ("a:>1", Range("a", "1", None, False, True)),
        ("a:<=1", Range("a", None, "1", True, True)),
        (
            "a OR b AND NOT c",
            Or((Word(None, ("a",)), And((Word(None, ("b",)), Not(Word(None, ("c",))))))),
        ),
        ("f:(a b) c", And((And((Word("f", ("a",)), Word("f", ("b",)))), Word(None, ("c",))))),
    ],
)
def test_a_query_is_read_as_this_tree(query: str, tree: Node) -> None:
    assert parse(query) == tree


def test_words_and_values_give_their_text_and_pattern() -> None:
    value, word = parse("f:Getting Started"), parse(r"a\*")
    assert isinstance(value, Value)
    assert isinstance(word, Word)
    assert (value.text, value.pattern) == ("Getting Started", ("Getting Started",))
    assert (word.text, word.pattern) == ("a*", ("a*",))
    wild, one = parse("f:Get* S?"), parse("a*")
    assert isinstance(wild, Value)
    assert isinstance(one, Word)
    assert wild.pattern == ("Get", Mark.ANY, " S", Mark.ONE)
    assert wild.text is one.text is None


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("  a ", ["a"]),
        ("😀 f:a  b OR c", ["😀 f:a  b OR c", "😀 f:a  b", "😀", "f:a  b", "c"]),
        ("f: [1 TO 2] -'x y'", ["f: [1 TO 2] -'x y'", "f: [1 TO 2]", "-'x y'", "'x y'"]),
        ("(a) +b", ["(a) +b", "a", "b"]),
        ("x (a (b OR c))", ["x (a (b OR c))", "x", "a (b OR c)", "a", "b OR c", "b", "c"]),
        ("x f:(a !b)", ["x f:(a !b)", "x", "a !b", "a", "!b", "b"]),
        ("x *:* f:>= 5", ["x *:* f:>= 5", "x", "*:*", "f:>= 5"]),
    ],
)
def test_every_node_knows_its_place(query: str, places: list[str]) -> None:
    assert [query[node.start : node.end] for node in nodes(parse(query))] == places


@pytest.mark.parametrize(("query", "position", "length", "message"), REFUSED)
def test_a_wrong_query_is_refused_at_its_place(
    query: str, position: int, length: int, message: str
) -> None:
    with pytest.raises(QuerySyntaxError) as refusal:
        parse(query)
    assert message in refusal.value.message == str(refusal.value)
    assert (refusal.value.position, refusal.value.length) == (position, length)


def test_length_depth_and_clauses_have_limits() -> None:
    assert parse("a" * MAX_LENGTH) == Word(None, ("a" * MAX_LENGTH,))
    assert outcome("a" * (MAX_LENGTH + 5)).startswith(f"{MAX_LENGTH} 5 The query is 10005")
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == Word(None, ("a",))
    deeper = MAX_DEPTH + 1
    assert outcome("(" * deeper + "a" + ")" * deeper).startswith(f"{MAX_DEPTH} 1 The query is nest")
    assert outcome("!" * MAX_DEPTH + "a").startswith("Not(")
    assert outcome("!" * deeper + "a").startswith(f"{MAX_DEPTH} 1 The query is nested")
    assert outcome("NOT f:(" * 26 + "a").startswith("11 2 'f:' stands in the group")
    assert outcome("NOT (" * 25 + "a" + ")" * 25).startswith("Not(")
    assert outcome("NOT (" * 26 + "a" + ")" * 26).startswith("125 3 The query is nested")
    assert outcome("a " * MAX_CLAUSES).startswith("And(")
    assert outcome("a " * (MAX_CLAUSES + 1)).startswith(f"{2 * MAX_CLAUSES} 1 The query has more")
    assert outcome("f:" + "a " * 4000).startswith("Value(")


@pytest.mark.parametrize(
    "piece",
    [
        *"()[]{}\"'\\:*?!+-&|~^<>=./0",
        *("a:", "a ", "*:", "[0", "[0]", "a[", "&&", "NOT ", "AND ", "f:(", "f:[", "[* TO ", "(-"),
        *("\\*", "\\\\", '"\\"', "~1", ">=", "a* ", "f:a*b? ", "😀 "),
    ],
)
def test_ten_thousand_hostile_characters_take_no_time(piece: str) -> None:
    query = piece * (MAX_LENGTH // len(piece))
    for text in (query, f"a{query}"[:MAX_LENGTH], f"f:{query}"[:MAX_LENGTH], f'f:["{query}'):
        begun = time.process_time()
        outcome(text[:MAX_LENGTH])
        try:
            list(tokens(text))
        except QuerySyntaxError as refusal:
            assert refusal.position <= len(text)  # noqa: PT017 either outcome is fine
        assert time.process_time() - begun < 0.5


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    | st.sampled_from("\\\"'()[]{}*?:!+-&|~^<>=/. \tab01TO"),
    min_size=1,
    max_size=8,
) | st.sampled_from(["AND", "OR", "NOT", "TO", "-", "10", "2026-11-20T10", "*", "a.*[0]", "tags[]"])
PATTERNS = st.lists(TEXTS | st.sampled_from(Mark), min_size=1, max_size=4).map(joined).filter(bool)
WORDS = PATTERNS.filter(lambda pattern: pattern != (Mark.ANY,))
PHRASES = TEXTS.filter(lambda text: bool(text.strip()))
LEAVES = (
    st.just(Everything())
    | st.builds(HasValue, TEXTS)
    | st.builds(Word, st.none() | TEXTS, WORDS)
    | st.builds(Value, TEXTS, st.lists(PATTERNS, min_size=2, max_size=4).map(tuple))
    | st.builds(Phrase, st.none() | TEXTS, PHRASES)
    | st.builds(Range, TEXTS, PHRASES, PHRASES, st.booleans(), st.booleans())
    | st.builds(
        lambda name, low, closed: Range(name, low, None, closed), TEXTS, PHRASES, st.booleans()
    )
    | st.builds(
        lambda name, high, closed: Range(name, None, high, True, closed),
        TEXTS,
        PHRASES,
        st.booleans(),
    )
)
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(And, st.lists(inner, min_size=2, max_size=4).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=2, max_size=4).map(tuple))
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_a_tree_written_down_is_read_as_the_same_tree(tree: Node) -> None:
    text = render(tree)
    read = parse(text)
    assert read == tree
    for node in nodes(read):
        assert parse(text[node.start : node.end]) == node


PIECES = st.sampled_from(
    [*"\\\"'()[]{}*?:!+-&|~^<>= ab0.", "AND", " OR ", "NOT ", " TO ", "f:", "*:*", "[a TO b]", ">="]
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_read_or_refused_with_a_place_inside_of_it(text: str) -> None:
    try:
        tree = parse(text)
    except QuerySyntaxError as refusal:
        assert refusal.message  # noqa: PT017 either outcome is fine
        assert 0 <= refusal.position <= refusal.position + refusal.length <= len(text)  # noqa: PT017
    else:
        assert parse(render(tree)) == tree
        for node in nodes(tree):
            assert 0 <= node.start < node.end <= len(text)


def test_eight_threads_read_as_one_does() -> None:
    queries = [query for query, *_ in CANONICAL] + [query for query, *_ in REFUSED]
    alone = [outcome(query) for query in queries]
    rounds = 20_000 // len(queries) + 1

    def read(first: int) -> list[tuple[str, str]]:
        turned = queries[first:] + queries[:first]
        return [(query, outcome(query)) for query in turned]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(read, (number % len(queries) for number in range(rounds))))
    expected = dict(zip(queries, alone, strict=True))
    assert sum(len(answer) for answer in answers) >= 20_000
    for answer in answers:
        assert dict(answer) == expected
