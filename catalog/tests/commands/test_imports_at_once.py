"""Imports that meet: two at once, a catalog that goes, and Ctrl-C."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from catalog.management.commands.import_cards import interruption
from catalog.models import Asset, Container
from catalog.services import card_import
from catalog.services.card_batches import Batch
from catalog.services.containers import delete_container
from catalog.tests.commands.runs import Run, card, run, write_lines


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_each_card_once(
    catalog: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_import, "BATCH", 10)
    file = write_lines(tmp_path / "cards.jsonl", *(card(f"Card {n}", f"k{n}") for n in range(200)))
    start = Barrier(2)

    def importing(_: int) -> Run:
        start.wait()
        try:
            return run("import_cards", file, "--catalog", "Library")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(importing, range(2)))
    assert [result.error for result in runs] == [None, None]
    assert sum(result.counts[0] for result in runs) == 200
    assert sum(result.counts[2] for result in runs) == 200
    assert Asset.objects.count() == 200


def test_ends_when_the_catalog_is_deleted_meanwhile(
    catalog: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_import, "BATCH", 1)
    file = write_lines(tmp_path / "cards.jsonl", card("One"), card("Two"))
    store = Batch.store

    def delete_after(batch: Any) -> Any:
        outcome = store(batch)
        delete_container(container=catalog)
        return outcome

    monkeypatch.setattr(Batch, "store", delete_after)
    result = run("import_cards", file, "--catalog", "Library")
    assert str(result.error) == f"{file}: There is no catalog {catalog.pk}."


def test_the_first_interrupt_is_noted_and_the_second_ends_the_program() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruption() as came:
        assert not came
        os.kill(os.getpid(), signal.SIGINT)
        assert came
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
