"""Bulk import: cards of a file into one container, in batches, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence

import psycopg
from django.db import DataError, IntegrityError, OperationalError, reset_queries, transaction

from catalog.card_files.entries import Entry, RefusedEntry
from catalog.models import Container, User
from catalog.services.card_batches import Batch, KnownUsers, Outcome, refusal
from catalog.services.card_identity import SeenCards
from catalog.services.incoming_cards import IncomingCard, read_incoming
from catalog.shared.errors import ApiError

BATCH = 1000
#: A batch of large cards ends sooner.
BATCH_BYTES = 8 * 1024 * 1024


def import_cards(
    entries: Iterable[Entry], *, container: Container, owner: User, is_dry_run: bool = False
) -> Generator[Outcome, None, None]:
    """Create and update cards as the entries say; yield what became of each batch, once stored.

    A line that breaks a rule is refused alone, and one that says what is stored changes nothing.
    New cards are ``owner``'s unless they say whose they are; the connections that they name are
    those that ``owner`` sees. Runs into one container take turns by batches. A dry run does all
    of it in one transaction, and takes it back. Raises NotFound when the container is deleted
    meanwhile.
    """
    batches = _Import(container, owner).run(entries)
    if not is_dry_run:
        yield from batches
        return
    with transaction.atomic():
        yield from batches
        transaction.set_rollback(True)


class _Import:
    """One run: what it has to remember from batch to batch."""

    def __init__(self, container: Container, owner: User) -> None:
        self._container, self._owner = container, owner
        self._seen = SeenCards()
        self._users = KnownUsers()

    def run(self, entries: Iterable[Entry]) -> Iterator[Outcome]:
        cards: list[IncomingCard] = []
        refusals: list[RefusedEntry] = []
        size = 0
        for entry in entries:
            if isinstance(entry, RefusedEntry):
                refusals.append(entry)
            else:
                try:
                    card = read_incoming(entry, self._container)
                except ApiError as exc:
                    refusals.append(refusal(entry.line, exc))
                else:
                    cards.append(card)
                    size += max(entry.size_bytes, len(card.entity_json))
            if len(cards) + len(refusals) >= BATCH or size >= BATCH_BYTES:
                yield self._outcome(cards, refusals)
                cards, refusals, size = [], [], 0
        if cards or refusals:
            yield self._outcome(cards, refusals)

    def _outcome(self, cards: Sequence[IncomingCard], refusals: list[RefusedEntry]) -> Outcome:
        outcome = self._store(cards) if cards else Outcome()
        outcome.refuse(*refusals)
        outcome.refusals.sort(key=lambda entry: entry.line)
        reset_queries()  # with DEBUG, Django keeps every one
        return outcome

    def _store(self, cards: Sequence[IncomingCard]) -> Outcome:
        """Store a batch; if the database refuses it, its halves, until the culprit is alone."""
        try:
            with transaction.atomic():
                batch = Batch(
                    cards,
                    container=self._container,
                    owner=self._owner,
                    seen=self._seen,
                    users=self._users,
                )
                outcome = batch.store()
        except (DataError, IntegrityError, OperationalError) as exc:
            if not _is_about_a_row(exc):
                raise
            return self._store_apart(cards, exc)
        self._seen.update(batch.touched)
        return outcome

    def _store_apart(self, cards: Sequence[IncomingCard], exc: Exception) -> Outcome:
        outcome = Outcome()
        if len(cards) == 1:
            outcome.refuse(
                RefusedEntry(cards[0].line, f"The database can't hold it: {_said(exc)}.")
            )
            return outcome
        half = len(cards) // 2
        for part in (cards[:half], cards[half:]):
            stored = self._store(part)
            outcome.count(stored)
            outcome.refusals += stored.refusals
        return outcome


def _is_about_a_row(exc: Exception) -> bool:
    # An index entry that is too long comes as an OperationalError, like a lost connection.
    return not isinstance(exc, OperationalError) or isinstance(
        exc.__cause__, psycopg.errors.ProgramLimitExceeded
    )


def _said(exc: Exception) -> str:
    cause = exc.__cause__
    return (
        cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    ) or "unknown reason"
