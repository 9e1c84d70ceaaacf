"""Reads of cards and attachments: each is counted, and none of them waits or writes."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from catalog.models import (
    Asset,
    AssetEvent,
    AssetStatistics,
    Attachment,
    AttachmentEvent,
    Container,
    User,
)
from catalog.services import usage, usage_writes
from catalog.services.assets import delete_asset
from catalog.services.containers import delete_container
from catalog.services.usage_writes import Read, write_card_reads
from catalog.services.users import create_user
from catalog.tests.conftest import Caller
from catalog.tests.test_concurrency import CARD, at_once, attached

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning"),
]


@pytest.fixture(autouse=True)
def nothing_waits() -> Iterator[None]:
    """No read of another test waits to be written, and none of this one stays."""
    for reads in (usage._waiting.cards, usage._waiting.attachments):
        reads.clear()
    yield
    for reads in (usage._waiting.cards, usage._waiting.attachments):
        reads.clear()


@pytest.fixture
def query(catalog: Container) -> str:
    return f"?catalog_id={catalog.pk}"


@pytest.fixture
def card(rosa: Caller, query: str) -> str:
    """The path of a card, with its container."""
    return f"/v2/assets/{rosa.post(f'/v2/assets{query}', CARD).json()['asset_id']}{query}"


def counts(caller: Caller, card: str) -> tuple[int, str]:
    """What the card tells of its reads; the look is one more, and not written."""
    shown = caller.get(card).json()["metadata"]["usage"]
    return shown["access_count"], shown["last_accessor_id"]


def test_reads_are_counted_when_they_are_flushed_and_not_before(
    rosa: Caller, admin: Caller, card: str
) -> None:
    before = timezone.now()
    assert rosa.user
    assert admin.user
    assert [rosa.get(card).status_code for _ in range(3)] == [200] * 3
    assert admin.get(card).status_code == 200
    assert not AssetStatistics.objects.exists()
    usage.flush()
    statistics = AssetStatistics.objects.get()
    assert (statistics.access_count, statistics.last_accessor) == (4, admin.user)
    assert statistics.last_accessed_at is not None
    assert before <= statistics.last_accessed_at <= timezone.now()
    assert counts(rosa, card) == (4, admin.user.uid)
    usage.flush()
    assert counts(rosa, card) == (5, rosa.user.uid)


def test_a_read_runs_no_statement_more_and_no_thread(
    rosa: Caller, card: str, django_assert_num_queries: Any
) -> None:
    rosa.get(card)
    with django_assert_num_queries(2):  # the caller, the card
        rosa.get(card)
    assert not [thread for thread in threading.enumerate() if thread.name == "usage"]


def test_304_counts_and_a_refused_read_does_not(
    rosa: Caller, stranger: Caller, nobody: Caller, card: str
) -> None:
    client = Client()
    headers = {**rosa.authorization, "If-None-Match": "*"}
    assert client.get(card, headers=headers).status_code == 304
    assert stranger.get(card).status_code == 404
    assert nobody.get(card).status_code == 401
    assert rosa.get(card.partition("?")[0]).status_code == 400
    assert rosa.patch(card, []).status_code == 200
    usage.flush()
    assert AssetStatistics.objects.get().access_count == 1


def test_the_page_of_a_card_in_the_admin_counts(admin: Caller, rosa: Caller, card: str) -> None:
    assert admin.user
    asset = Asset.objects.get()
    client = Client()
    client.force_login(admin.user)
    for page in ("", "?edit"):
        assert client.get(f"/admin/catalog/asset/{asset.pk}/change/{page}").status_code == 200
    assert client.get("/admin/catalog/asset/").status_code == 200
    usage.flush()
    statistics = AssetStatistics.objects.get()
    assert (statistics.access_count, statistics.last_accessor) == (2, admin.user)


def test_reads_of_an_attachment_are_its_own(rosa: Caller, admin: Caller, query: str) -> None:
    asset_id, body = attached(rosa, query)
    where = f"/v2/assets/{asset_id}/attachments"
    created = rosa.post(f"{where}{query}", body).json()["attachment_id"]
    path = f"{where}/{created}{query}"
    assert [admin.get(path).status_code for _ in range(2)] == [200] * 2
    usage.flush()
    attachment = Attachment.objects.get()
    assert (attachment.access_count, attachment.last_accessor) == (2, admin.user)
    assert attachment.last_accessed_at > attachment.created_at
    assert rosa.get(path).json()["usage"]["access_count"] == 2
    assert not AssetStatistics.objects.exists()


def test_counting_changes_neither_version_nor_history(rosa: Caller, query: str) -> None:
    asset_id, body = attached(rosa, query)
    card = f"/v2/assets/{asset_id}{query}"
    where = f"/v2/assets/{asset_id}/attachments"
    created = rosa.post(f"{where}{query}", body).json()["attachment_id"]

    def state() -> tuple[Any, ...]:
        asset = Asset.objects.get(pk=asset_id)
        events = AssetEvent.objects.count(), AttachmentEvent.objects.count()
        return asset.version, asset.updated_at, rosa.get(card)["ETag"], *events

    before = state()
    rosa.get(f"{where}/{created}{query}")
    usage.flush()
    assert state() == before
    assert Attachment.objects.get().access_count == 1
    assert AssetStatistics.objects.get().access_count == 1


def test_the_latest_reader_is_told_whoever_writes_last(rosa: Caller, card: str) -> None:
    asset = Asset.objects.get()
    ida = create_user(username="ida", password="a long password")
    now = datetime(2030, 1, 1, tzinfo=UTC)

    def write(user: User | None, at: datetime, count: int) -> AssetStatistics:
        assert not write_card_reads({asset.pk: Read(count, at.timestamp(), user.pk if user else 0)})
        return AssetStatistics.objects.get()

    for user, at, expected in (
        (rosa.user, now, (2, now, rosa.user)),
        (ida, now - timedelta(seconds=1), (4, now, rosa.user)),  # flushed later, read before
        (ida, now + timedelta(seconds=1), (6, now + timedelta(seconds=1), ida)),
        (None, now + timedelta(seconds=2), (8, now + timedelta(seconds=2), ida)),  # a user gone
    ):
        row = write(user, at, 2)
        assert (row.access_count, row.last_accessed_at, row.last_accessor) == expected


def test_reads_that_are_counted_at_once_are_all_there(rosa: Caller, card: str) -> None:
    asset = Asset.objects.get()
    assert rosa.user
    user_id = rosa.user.pk

    def read(_: int) -> bool:
        for number in range(500):
            usage.count_card_read(asset.pk, user_id)
            if number % 100 == 0:
                usage.flush()
        return True

    assert at_once(8, read) == [True] * 8
    usage.flush()
    assert AssetStatistics.objects.get().access_count == 4000


def test_flushes_of_two_processes_at_once_lose_nothing(rosa: Caller, catalog: Container) -> None:
    assert rosa.user
    where = f"/v2/assets?catalog_id={catalog.pk}"
    ids = [UUID(rosa.post(where, CARD).json()["asset_id"]) for _ in range(40)]
    user_id = rosa.user.pk

    def write(number: int) -> int:
        waiting = {key: Read(1, 1e9, user_id) for key in (ids if number % 2 else reversed(ids))}
        rounds = 0
        while waiting:
            kept = write_card_reads(waiting)
            waiting = {key: waiting[key] for key in kept}
            rounds += 1
            assert rounds < 10_000
        return rounds

    assert None not in at_once(6, write)
    assert set(AssetStatistics.objects.values_list("access_count", flat=True)) == {6}
    assert AssetStatistics.objects.count() == 40


def test_a_flush_waits_for_nobody_who_changes_a_card(rosa: Caller, query: str, card: str) -> None:
    other = f"/v2/assets/{rosa.post(f'/v2/assets{query}', CARD).json()['asset_id']}{query}"
    for path in (card, other):
        rosa.get(path)
    held_id = UUID(card.removeprefix("/v2/assets/").partition("?")[0])
    held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Asset.objects.select_for_update().get(pk=held_id)
            held.set()
            may_end.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    usage.flush()
    free = Asset.objects.exclude(pk=held_id).get()
    assert [row.asset_id for row in AssetStatistics.objects.all()] == [free.pk]
    assert list(usage._waiting.cards) == [held_id]
    may_end.set()
    holder.join(30)
    usage.flush()
    assert AssetStatistics.objects.get(pk=held_id).access_count == 1


def test_a_flush_leaves_statistics_that_somebody_changes_for_later(rosa: Caller, card: str) -> None:
    rosa.get(card)
    usage.flush()
    rosa.get(card)
    held, may_end = threading.Event(), threading.Event()

    def rate() -> None:
        with transaction.atomic():
            AssetStatistics.objects.update(rating_total=5, rating_count=1)
            held.set()
            may_end.wait(30)
        connection.close()

    rater = threading.Thread(target=rate)
    rater.start()
    assert held.wait(30)
    usage.flush()
    assert AssetStatistics.objects.get().access_count == 1
    may_end.set()
    rater.join(30)
    usage.flush()
    row = AssetStatistics.objects.get()
    assert (row.access_count, row.rating_total, row.rating_count) == (2, 5, 1)


def test_reads_of_what_is_gone_are_passed_over(rosa: Caller, query: str, card: str) -> None:
    assert rosa.user
    kept = f"/v2/assets/{rosa.post(f'/v2/assets{query}', CARD).json()['asset_id']}{query}"
    for path in (card, kept):
        rosa.get(path)
    usage.count_attachment_read(uuid4(), rosa.user.pk)
    assert rosa.delete(f"{card}&purge_on_delete=true").status_code == 204
    usage.flush()
    assert [row.asset_id for row in AssetStatistics.objects.all()] == [Asset.objects.get().pk]
    assert len(usage._waiting) == 0


def test_a_purge_and_a_deleted_catalog_meet_a_flush(rosa: Caller, catalog: Container) -> None:
    """Neither fails, whoever is first: a first read makes a row that the deletion must find."""
    assert rosa.user
    user, where = rosa.user, f"/v2/assets?catalog_id={catalog.pk}"

    def act(number: int, asset: Asset | None = None) -> bool:
        if number == 0:
            if asset is not None:
                with transaction.atomic():
                    delete_asset(
                        actor=user,
                        asset=Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk),
                        purge=True,
                    )
            else:
                delete_container(container=catalog)
        for key in ids:
            usage.count_card_read(key, user.pk)
        usage.flush()
        return True

    for _ in range(10):
        ids = [UUID(rosa.post(where, CARD).json()["asset_id"])]
        asset = Asset.objects.get(pk=ids[0])
        assert at_once(3, functools.partial(act, asset=asset)) == [True] * 3
        assert not Asset.objects.filter(pk__in=ids).exists()
    ids = [UUID(rosa.post(where, CARD).json()["asset_id"]) for _ in range(20)]
    assert at_once(3, act) == [True] * 3
    assert not Container.objects.exists()
    assert not AssetStatistics.objects.exists()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_lost_database_loses_no_count(
    rosa: Caller,
    card: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    rosa.get(card)

    def fail(*args: Any) -> Any:
        raise error("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(usage, "write_card_reads", fail)
        with pytest.raises(error):
            usage.flush()
        rosa.get(card)
        usage._flush_or_log()
        assert "usage_not_written" in caplog.messages
    usage.flush()
    assert AssetStatistics.objects.get().access_count == 2


def test_many_cards_are_written_in_parts_and_memory_is_bounded(
    rosa: Caller, catalog: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rosa.user
    where = f"/v2/assets?catalog_id={catalog.pk}"
    ids = [UUID(rosa.post(where, CARD).json()["asset_id"]) for _ in range(7)]
    monkeypatch.setattr(usage, "CHUNK", 2)
    monkeypatch.setattr(usage, "MOST", 6)
    parts: list[int] = []

    def write(reads: usage_writes.Reads) -> Any:
        parts.append(len(reads))
        return write_card_reads(reads)

    monkeypatch.setattr(usage, "write_card_reads", write)
    for key in (*ids, *ids):
        usage.count_card_read(key, rosa.user.pk)
    usage.flush()
    assert parts == [2, 2, 2]
    rows = AssetStatistics.objects.values_list("asset_id", "access_count")
    assert dict(rows) == dict.fromkeys(ids[:6], 2)  # the seventh found no room


def test_a_thread_of_a_serving_process_writes_by_itself(
    rosa: Caller, card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Main:
        """A main thread that ends when it is told to."""

        ended = threading.Event()

        def is_alive(self) -> bool:
            return not self.ended.is_set()

        def join(self, timeout: float) -> None:
            self.ended.wait(timeout)

    main = Main()
    monkeypatch.setattr(threading, "main_thread", lambda: main)
    monkeypatch.setattr(usage, "_is_served", True)
    monkeypatch.setattr(usage, "_thread", None)
    rosa.get(card)
    rosa.get(card)
    thread = usage._thread
    assert thread is not None
    assert not thread.daemon
    assert not AssetStatistics.objects.exists()  # nothing is due yet
    main.ended.set()
    thread.join(30)
    assert AssetStatistics.objects.get().access_count == 2
