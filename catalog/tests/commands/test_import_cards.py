"""``import_cards``: what is read, what is refused, what a second run does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.management import CommandError

from catalog.management.commands import import_cards as command
from catalog.models import Asset, Attachment, Collaborator, Container, User
from catalog.services import card_import, member_rules
from catalog.services.card_batches import Batch
from catalog.tests.commands.runs import card, run, write_lines
from catalog.tests.factories import CatalogFactory, UserFactory


def stored(catalog: Container) -> list[str]:
    """The names of the catalog's live cards."""
    return sorted(Asset.objects.live().filter(container=catalog).values_list("name", flat=True))


def state() -> list[Any]:
    """Every column of every card, collaborator and attachment."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Asset, Collaborator, Attachment)
    ]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cards.jsonl"


def test_creates_a_card_of_each_line_and_sums_up(
    catalog: Container, owner: User, file: Path
) -> None:
    write_lines(
        file, card("Książka 本 📚", "a", tags=["x"], description="d\n"), card("Second", "b")
    )
    result = run("import_cards", file, "--catalog", "Library")
    assert result.out.startswith("created 2, changed 0, unchanged 0, refused 0 in ")
    assert result.out.endswith(" cards/s)\n")
    assert (result.err, result.error) == ("", None)
    made = Asset.objects.get(resource_key="a")
    assert (made.name, made.tags, made.description) == ("Książka 本 📚", ["x"], "d\n")
    assert (made.owner, made.container, made.asset_type.name) == (owner, catalog, "data_asset")
    assert made.entity == {"data_asset": {"mime_type": "text/csv"}}


def test_text_of_any_kind_is_kept_as_it_is(catalog: Container, file: Path) -> None:
    texts = ["\\N", "\\.", "\t\\t\r\n", '{"a",b}', "NULL", "a\u2028b", "\\", "\x01\x7f", "𝔘 \u202e"]
    body = card("\\N", "\\.", description="".join(texts), tags=texts, source_system={"\\N": texts})
    body["entity"]["data_asset"] = {text: text for text in texts}
    assert run("import_cards", write_lines(file, body), "--catalog", "Library").counts == (
        1,
        0,
        0,
        0,
    )
    for description in ("changed", "".join(texts)):  # once by COPY, then by UPDATE
        made = Asset.objects.get()
        assert [made.name, made.resource_key, made.tags] == ["\\N", "\\.", texts]
        assert made.source_system == {"\\N": texts}
        assert made.entity["data_asset"] == {text: text for text in texts}
        body["metadata"]["description"] = description
        write_lines(file, body)
        assert run("import_cards", file, "--catalog", "Library").counts == (0, 1, 0, 0)
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 1, 0)


@pytest.mark.parametrize("text", ["", "\n \n"])
@pytest.mark.parametrize("name", ["cards.jsonl", "cards.csv", "data.json"])
def test_reads_an_empty_file(catalog: Container, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    result = run("import_cards", tmp_path / name, "--catalog", "Library")
    assert (result.counts, result.error) == ((0, 0, 0, 0), None)


def test_a_second_run_changes_nothing(catalog: Container, file: Path) -> None:
    write_lines(
        file,
        card("By key", "k"),
        card("By name"),
        card("By id", asset_id=str(uuid4())),
        card("Numbers") | {"entity": {"data_asset": {"a": [1e23, 10**30, 1.0, -0.0, 0.1, True]}}},
    )
    assert run("import_cards", file, "--catalog", "Library").counts == (4, 0, 0, 0)
    before = state()
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 4, 0)
    assert state() == before


def test_changes_only_what_a_line_says_differently(catalog: Container, file: Path) -> None:
    write_lines(file, card("One", "a"), card("Two", "b"))
    run("import_cards", file, "--catalog", "Library")
    before = {asset.resource_key: asset for asset in Asset.objects.all()}
    changed = card("One again", "a", tags=["new"])
    changed["entity"]["asset_terms"] = {"list": []}
    write_lines(file, changed, card("Two", "b"))
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 1, 1, 0)
    one, two = Asset.objects.get(resource_key="a"), Asset.objects.get(resource_key="b")
    assert (one.pk, one.name, one.tags) == (before["a"].pk, "One again", ["new"])
    assert one.asset_attributes == ["data_asset", "asset_terms"]
    assert one.entity == changed["entity"]
    assert one.updated_at > before["a"].updated_at
    assert two.updated_at == before["b"].updated_at


def test_tells_true_from_one(catalog: Container, file: Path) -> None:
    body = card("Flag", "f") | {"entity": {"data_asset": {"dataset": 1}}}
    run("import_cards", write_lines(file, body), "--catalog", "Library")
    body["entity"]["data_asset"]["dataset"] = True
    assert run("import_cards", write_lines(file, body), "--catalog", "Library").counts == (
        0,
        1,
        0,
        0,
    )
    assert Asset.objects.get().entity["data_asset"]["dataset"] is True


def test_names_file_line_field_and_reason_and_goes_on(
    catalog: Container, file: Path, settings: LazySettings
) -> None:
    settings.MAX_BODY_BYTES = 1000
    write_lines(
        file,
        card("First", "a"),
        '{"metadata": {"name": ',
        card("Unknown type", asset_type="book") | {"entity": {"book": {}}},
        card(" ", "d"),
        card("x" * 2000, "e"),
        card("nul \0", "f"),
        card("Last", "g"),
        "[]",
        json.dumps(card("Café")).encode().decode("unicode_escape"),
    )
    with file.open("ab") as end:
        end.write(b'{"metadata": "\xff"}\n')
    result = run("import_cards", file, "--catalog", "Library")
    assert result.reasons == [
        "cards.jsonl:2: Not JSON: Expecting value at column 22.",
        "cards.jsonl:3: metadata.asset_type: There is no asset type 'book' in this catalog.",
        "cards.jsonl:4: metadata.name: Must not be blank.",
        "cards.jsonl:5: The line is longer than 1000 bytes, the most that a card may have.",
        "cards.jsonl:6: metadata.name: Text must not contain NUL characters or lone surrogates.",
        "cards.jsonl:8: A card must be an object.",
        "cards.jsonl:10: The line is not UTF-8: byte 14 can't be read.",
    ]
    assert str(file) + ":2: " in result.err
    assert stored(catalog) == ["Café", "First", "Last"]
    assert result.counts == (3, 0, 0, 7)
    assert str(result.error) == "7 refused."
    assert result.error
    assert result.error.returncode == 1


def test_a_row_that_only_the_database_refuses_leaves_the_others(
    catalog: Container, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An index holds no such key: it does not compress and has 4 bytes a character. Our own rule
    # refuses it before the database does; another index may come without such a rule.
    monkeypatch.setattr(member_rules, "MAX_KEY_BYTES", 10_000)
    key = "".join(chr(0x20000 + (number * 7919) % 40000) for number in range(1000))
    write_lines(file, *(card(f"Card {n}", f"k{n}") for n in range(10)), card("Wide", key))
    write_lines(file, *file.read_text().splitlines(), card("After", "z"))
    result = run("import_cards", file, "--catalog", "Library")
    assert result.counts == (11, 0, 0, 1)
    assert result.reasons[0].startswith(
        "cards.jsonl:11: The database can't hold it: index row size"
    )
    assert "Wide" not in stored(catalog)
    assert "After" in stored(catalog)


def test_stores_nothing_of_a_batch_that_fails(
    catalog: Container, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_import, "BATCH", 2)
    write_lines(file, *(card(f"Card {n}", f"k{n}") for n in range(5)))
    write, calls = Batch.store, []

    def fail_at_the_second(batch: Any) -> Any:
        outcome = write(batch)
        calls.append(outcome)
        if len(calls) == 2:
            raise RuntimeError("pulled the plug")
        return outcome

    monkeypatch.setattr(Batch, "store", fail_at_the_second)
    with pytest.raises(RuntimeError, match="pulled the plug"):
        run("import_cards", file, "--catalog", "Library")
    assert stored(catalog) == ["Card 0", "Card 1"]
    monkeypatch.undo()
    assert run("import_cards", file, "--catalog", "Library").counts == (3, 0, 2, 0)


def test_an_interrupted_run_ends_after_its_batch_and_the_next_goes_on(
    catalog: Container, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_import, "BATCH", 2)
    write_lines(file, *(card(f"Card {n}", f"k{n}") for n in range(5)))
    monkeypatch.setattr(command, "interruption", Interrupted)
    result = run("import_cards", file, "--catalog", "Library")
    assert result.counts == (2, 0, 0, 0)
    assert result.error
    assert result.error.returncode == 130
    assert stored(catalog) == ["Card 0", "Card 1"]
    monkeypatch.undo()
    assert run("import_cards", file, "--catalog", "Library").counts == (3, 0, 2, 0)


class Interrupted:
    """Ctrl-C during the first batch."""

    def __enter__(self) -> list[int]:
        return [2]

    def __exit__(self, *reason: object) -> None:
        pass


def test_a_dry_run_tells_everything_and_writes_nothing(catalog: Container, file: Path) -> None:
    run(
        "import_cards",
        write_lines(file, card("One", "a"), card("Two", "b")),
        "--catalog",
        "Library",
    )
    before = state()
    write_lines(
        file, card("One", "a"), card("Changed", "b"), card("New", "c"), card(" "), card("No", "c")
    )
    result = run("import_cards", file, "--catalog", "Library", "--dry-run")
    assert result.counts == (1, 1, 1, 2)
    assert result.out.endswith("dry run: nothing was written\n")
    assert state() == before
    assert run("import_cards", file, "--catalog", "Library").counts == (1, 1, 1, 2)


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_key_that_comes_twice_is_unchanged_if_it_says_the_same_and_refused_if_not(
    catalog: Container, file: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(card_import, "BATCH", batch)
    write_lines(file, card("One", "a"), card("One", "a"), card("Other", "a"))
    result = run("import_cards", file, "--catalog", "Library")
    assert result.counts == (1, 0, 1, 1)
    assert result.reasons == [
        "cards.jsonl:3: metadata.resource_key: An earlier line was about the card of this resource "
        "key 'a', and said something else."
    ]
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 2, 1)
    assert stored(catalog) == ["One"]


def test_refuses_a_key_that_several_cards_have(catalog: Container, file: Path) -> None:
    write_lines(file, *(card("Twin", "t", asset_id=str(uuid4())) for _ in range(2)))
    assert run("import_cards", file, "--catalog", "Library").counts == (2, 0, 0, 0)
    result = run("import_cards", write_lines(file, card("Which", "t")), "--catalog", "Library")
    assert result.reasons == [
        "cards.jsonl:1: metadata.resource_key: 2 cards of type 'data_asset' have this resource "
        "key: name one by its asset_id."
    ]


def test_keeps_what_a_server_knew_of_a_card(catalog: Container, file: Path) -> None:
    author, reader = UserFactory.create(), UserFactory.create()
    body = card(
        "Kept",
        asset_id=str(uuid4()),
        created=1541526037123,
        created_at="2018-11-06T17:40:37Z",
        owner_id=author.uid,
        rov={"mode": 8, "collaborator_ids": {reader.uid: {"user_iam_id": reader.uid}}},
        usage={"access_count": 7},
        size=5,
        version=2,
        catalog_id=str(uuid4()),
    )
    body["href"] = "/v2/assets/1"
    run("import_cards", write_lines(file, body), "--catalog", "Library")
    made = Asset.objects.get()
    assert str(made.pk) == body["metadata"]["asset_id"]
    assert made.created_at.isoformat() == "2018-11-06T17:40:37.123000+00:00"
    assert (made.owner, made.size, made.rov_mode) == (author, 5, 8)
    assert list(made.collaborators.all()) == [reader]
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 1, 0)


def test_an_unknown_owner_is_the_importing_user_and_an_unknown_collaborator_refused(
    catalog: Container, owner: User, file: Path
) -> None:
    write_lines(
        file,
        card("Orphan", "a", owner_id="999999"),
        card("Shared", "b", rov={"mode": 8, "collaborator_ids": {"999999": {}}}),
    )
    result = run("import_cards", file, "--catalog", "Library")
    assert result.counts == (1, 0, 0, 1)
    assert result.reasons == [
        "cards.jsonl:2: metadata.rov.collaborator_ids.999999: There is no user 999999."
    ]
    assert Asset.objects.get().owner == owner
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 1, 1)


def connection(asset_id: str) -> dict[str, Any]:
    body = card("Warehouse", asset_id=asset_id, asset_type="connection")
    return body | {"entity": {"connection": {"datasource_type": "postgresql"}}}


def attached(asset_id: str, **attachment: Any) -> dict[str, Any]:
    item = {"asset_type": "data_asset", "name": "bytes", "connection_path": "/a"} | attachment
    return card("Attached", asset_id=asset_id) | {"attachments": [item]}


def test_keeps_attachments_of_connections_that_came_before(catalog: Container, file: Path) -> None:
    one, two, other, item = (str(uuid4()) for _ in range(4))
    write_lines(
        file,
        attached(one, connection_id=other),
        connection(other),
        attached(
            two, connection_id=other, id=item, create_time=1541526037123, transfer_complete=True
        ),
    )
    result = run("import_cards", file, "--catalog", "Library")
    assert result.reasons == [
        "cards.jsonl:1: attachments[0].connection_id: "
        f"There is no connection {other} in this catalog."
    ]
    made = Attachment.objects.get()
    assert (str(made.pk), str(made.asset_id), str(made.connection_id)) == (item, two, other)
    assert run("import_cards", file, "--catalog", "Library").counts == (1, 0, 2, 0)


def test_changes_attachments_in_place_and_removes_what_a_line_leaves_out(
    catalog: Container, file: Path
) -> None:
    one, other, item = (str(uuid4()) for _ in range(3))
    first = attached(one, connection_id=other, id=item)
    first["attachments"].append(
        {"asset_type": "data_profile", "connection_id": other, "connection_path": "/p"}
    )
    run("import_cards", write_lines(file, connection(other), first), "--catalog", "Library")
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 2, 0)
    assert Asset.objects.get(pk=one).asset_attributes == ["data_asset", "data_profile"]
    first["attachments"] = [first["attachments"][0] | {"connection_path": "/b"}]
    write_lines(file, first)
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 1, 0, 0)
    made = Attachment.objects.get()
    assert (str(made.pk), made.connection_path) == (item, "/b")
    assert Asset.objects.get(pk=one).asset_attributes == ["data_asset"]


def test_a_card_that_another_catalog_has_is_copied_once(catalog: Container, file: Path) -> None:
    one, other = str(uuid4()), str(uuid4())
    write_lines(file, connection(other), attached(one, connection_id=other, id=str(uuid4())))
    run("import_cards", file, "--catalog", "Library")
    copy = CatalogFactory.create(name="Copy")
    assert run("import_cards", file, "--catalog", "Copy").counts == (2, 0, 0, 0)
    assert run("import_cards", file, "--catalog", "Copy").counts == (0, 0, 2, 0)
    made = Attachment.objects.get(asset__container=copy)
    assert str(made.asset_id) != one
    assert made.connection_id == Asset.objects.get(container=copy, name="Warehouse").pk
    assert stored(catalog) == stored(copy)


def test_takes_a_named_card_out_of_the_trash(catalog: Container, file: Path) -> None:
    write_lines(file, card("Binned", asset_id=str(uuid4())))
    run("import_cards", file, "--catalog", "Library")
    Asset.objects.update(deleted_at="2026-01-01T00:00:00Z")
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 1, 0, 0)
    assert stored(catalog) == ["Binned"]


def test_a_card_does_not_change_its_type(catalog: Container, file: Path) -> None:
    body = card("Typed", asset_id=str(uuid4()))
    run("import_cards", write_lines(file, body), "--catalog", "Library")
    body["metadata"]["asset_type"] = "folder_asset"
    body["entity"] = {"folder_asset": {}}
    result = run("import_cards", write_lines(file, body), "--catalog", "Library")
    assert result.reasons == [
        "cards.jsonl:1: metadata.asset_type: "
        "The card is of type 'data_asset', which can't be changed."
    ]


def test_another_source_leaves_alone_what_it_does_not_know(
    catalog: Container, tmp_path: Path
) -> None:
    file = tmp_path / "data.json"
    dataset = {"identifier": "x", "title": "Rain", "keyword": ["wet"], "modified": "2026"}
    file.write_text(json.dumps({"dataset": [dataset]}))
    run("import_cards", file, "--catalog", "Library")
    Asset.objects.update(
        description="written here",
        entity={"data_asset": {"old": 1}, "asset_terms": {"list": ["t"]}},
        asset_attributes=["data_asset", "asset_terms"],
        rov_mode=8,
    )
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 1, 0, 0)
    made = Asset.objects.get()
    assert (made.description, made.rov_mode) == ("written here", 8)
    assert made.entity == {
        "data_asset": {"dataset": True, "identifier": "x", "modified": "2026"},
        "asset_terms": {"list": ["t"]},
    }
    assert made.asset_attributes == ["data_asset", "asset_terms"]
    assert run("import_cards", file, "--catalog", "Library").counts == (0, 0, 1, 0)


def test_rows_become_cards_of_the_type_that_is_named(catalog: Container, tmp_path: Path) -> None:
    file = tmp_path / "folders.csv"
    file.write_bytes('\ufeffName,host,Tags\r\nPapers,a.example,"x; y"\r\n'.encode())
    result = run("import_cards", file, "--catalog", str(catalog.pk), "--type", "folder_asset")
    assert result.counts == (1, 0, 0, 0)
    made = Asset.objects.get()
    assert (made.name, made.tags, made.resource_key) == ("Papers", ["x", "y"], "Papers")
    assert made.entity == {"folder_asset": {"host": "a.example"}}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--catalog", "Nowhere"], "There is no catalog 'Nowhere'."),
        (["--catalog", "Twice"], "Several catalogs are named 'Twice': give the id."),
        (
            ["--catalog", "Library", "--type", "book"],
            "There is no asset type 'book' in the catalog 'Library'.",
        ),
        (["--catalog", "Library", "--owner", "nobody"], "There is no user 'nobody'."),
        (["--catalog", "Library", "--owner", "guest"], "guest can't own cards in 'Library'"),
        (["--catalog", "Library", "--encoding", "utf-9"], "There is no encoding 'utf-9'."),
    ],
)
def test_refuses_arguments_that_name_nothing(
    catalog: Container, file: Path, arguments: list[str], reason: str
) -> None:
    UserFactory.create(username="guest")
    CatalogFactory.create_batch(2, name="Twice")
    result = run("import_cards", write_lines(file, card("One")), *arguments)
    assert reason in str(result.error)
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("absent.csv", None, "No such file"),
        ("list.json", "[1]", "Neither JSON Lines of cards, nor a DCAT-US catalog"),
        ("broken.json", '{"oops" [', "Not JSON"),
    ],
)
def test_refuses_a_file_that_no_reader_is_for(
    catalog: Container, tmp_path: Path, name: str, text: str | None, reason: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    result = run("import_cards", tmp_path / name, "--catalog", "Library")
    assert isinstance(result.error, CommandError)
    assert reason in str(result.error)


def test_shows_progress_when_asked(catalog: Container, file: Path) -> None:
    write_lines(file, card("One", "a"), card(" "))
    result = run("import_cards", file, "--catalog", "Library", "--progress")
    refusal, bar = result.err.split("\n")[:2]
    assert refusal.endswith(f"\r{file}:2: metadata.name: Must not be blank.")
    assert re.search(r"\r100%\|[#█]+\| 2 cards, \d+ cards/s \[00:0\d<00:0\d\]$", bar)


def test_asks_as_often_for_many_cards_as_for_few(
    catalog: Container, file: Path, django_assert_num_queries: Any
) -> None:
    other = str(uuid4())
    few = [connection(other), attached(str(uuid4()), connection_id=other)]
    many = few + [attached(str(uuid4()), connection_id=other) for _ in range(20)]
    counts = []
    for cards in (few, many):
        Asset.objects.all().delete()
        write_lines(file, *cards)
        for _ in range(2):
            with django_assert_num_queries(0, exact=False) as queries:
                run("import_cards", file, "--catalog", "Library")
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
