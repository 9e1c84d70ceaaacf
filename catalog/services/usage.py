"""Reads of cards and attachments, counted in this process and written together now and then.

A read costs no statement: it waits in memory for the next flush, a few seconds later, which one
thread of a serving process does. A process that is stopped flushes before it ends; one that is
killed outright loses what waited.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import Error, close_old_connections, connection

from catalog.services.usage_writes import Read, write_attachment_reads, write_card_reads

logger = logging.getLogger(__name__)

#: With so many cards and attachments waiting, the next flush is due.
MANY = 10_000
#: More are not remembered; while the database is away, further ones are not counted.
MOST = 50_000
#: How soon the thread notices that one of both is so, or that the process ends.
LOOK_EVERY_S = 0.2
#: How long a process that ends tries to write what others hold: servers are killed after some
#: seconds.
LAST_FLUSH_S = 1.5
PAUSE_S = 0.05
CHUNK = 1000


@dataclass
class _Waiting:
    """What was read since the last flush, by id."""

    cards: dict[UUID, Read] = field(default_factory=dict)
    attachments: dict[UUID, Read] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.cards) + len(self.attachments)


_lock = threading.Lock()
_flushing = threading.Lock()
_waiting = _Waiting()
_is_served = False
_thread: threading.Thread | None = None


def count_card_read(asset_id: UUID, user_id: int) -> None:
    """Count that the user read the card just now."""
    _count(_waiting.cards, asset_id, user_id)


def count_attachment_read(attachment_id: UUID, user_id: int) -> None:
    """Count that the user read the attachment just now."""
    _count(_waiting.attachments, attachment_id, user_id)


def _count(reads: dict[UUID, Read], read_id: UUID, user_id: int) -> None:
    now = time.time()
    with _lock:
        read = reads.get(read_id)
        if read is not None:
            read.count += 1
            read.at, read.user_id = now, user_id
        elif len(_waiting) < MOST:
            reads[read_id] = Read(1, now, user_id)
    if _is_served and _thread is None:
        _start()


def flush() -> None:
    """Write what waits; what could not be written now waits for the next time.

    Raises an Error of the database, and then keeps everything that was not written.
    """
    with _flushing:
        for reads, write in (
            (_waiting.cards, write_card_reads),
            (_waiting.attachments, write_attachment_reads),
        ):
            with _lock:
                taken = sorted(reads.items())
                reads.clear()
            done = 0
            try:
                for done in range(0, len(taken), CHUNK):
                    part = dict(taken[done : done + CHUNK])
                    _put_back(reads, [(key, part[key]) for key in write(part)])
                done = len(taken)
            finally:
                _put_back(reads, taken[done:])


def _put_back(reads: dict[UUID, Read], kept: Iterable[tuple[UUID, Read]]) -> None:
    with _lock:
        for read_id, read in kept:
            later = reads.get(read_id)
            if later is None:
                reads[read_id] = read
            else:
                later.count += read.count


def keep_flushing() -> None:
    """Say that this process serves: from its first read on, a thread writes what waits."""
    global _is_served
    _is_served = True


def _start() -> None:
    global _thread
    with _lock:
        if _thread is None:
            # The interpreter waits for it, and it ends after the main thread has. Said outright: a
            # server's own threads are daemons, and what they start would be one, too.
            _thread = threading.Thread(target=_flush_until_the_end, name="usage", daemon=False)
            _thread.start()


def _flush_until_the_end() -> None:
    main = threading.main_thread()
    flushed_at = time.monotonic()
    while main.is_alive():
        # Waits for the end of the process: web servers differ in the hooks that they run at it.
        main.join(LOOK_EVERY_S)
        waited_s = time.monotonic() - flushed_at
        if waited_s >= settings.USAGE_FLUSH_S or len(_waiting) >= MANY:
            _flush_or_log()
            flushed_at = time.monotonic()
    ends_at = time.monotonic() + LAST_FLUSH_S
    _flush_or_log()
    while _waiting and time.monotonic() < ends_at:  # somebody was changing that card
        time.sleep(PAUSE_S)
        _flush_or_log()
    connection.close()


def _flush_or_log() -> None:
    if not _waiting:
        return
    close_old_connections()
    try:
        flush()
    except Error:  # also of a connection that was closed
        logger.warning("usage_not_written", extra={"waiting": len(_waiting)}, exc_info=True)
        connection.close()
