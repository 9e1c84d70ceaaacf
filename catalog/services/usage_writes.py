"""Counted reads added to what the database knows of cards and attachments.

Nothing here waits for somebody who changes a card: what is locked is left for the next time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from catalog.shared.json import dump


@dataclass(slots=True)
class Read:
    """How often something was read, and by whom last; ``at`` in seconds since 1970."""

    count: int
    at: float
    user_id: int


Reads = dict[UUID, Read]

#: A lock that nobody should hold for long, such as that of another process's flush.
LONGEST_WAIT = "1s"

GIVEN = """
WITH given AS (
    SELECT given.id, given.count, to_timestamp(given.at) AS at, reader.id AS reader_id
    FROM json_to_recordset(%s) AS given (id uuid, count bigint, at float8, user_id bigint)
    LEFT JOIN catalog_user AS reader ON reader.id = given.user_id
)"""
LATEST = """
    access_count = had.access_count + given.count,
    last_accessed_at = GREATEST(had.last_accessed_at, given.at),
    last_accessor_id = CASE WHEN had.last_accessed_at > given.at OR given.reader_id IS NULL
        THEN had.last_accessor_id ELSE given.reader_id END"""
COUNT_CARDS = f"""{GIVEN}, held AS (
    SELECT asset_id FROM catalog_assetstatistics JOIN given ON given.id = asset_id
    ORDER BY asset_id FOR NO KEY UPDATE OF catalog_assetstatistics SKIP LOCKED
)
UPDATE catalog_assetstatistics AS had SET {LATEST}
FROM given JOIN held ON held.asset_id = given.id
WHERE had.asset_id = given.id RETURNING had.asset_id"""  # noqa: S608  constants of ours
# The first read of a card: whoever deletes its container, or the card, is not waited for either.
COUNT_NEW_CARDS = f"""{GIVEN}, held AS (
    SELECT asset.id FROM catalog_asset AS asset JOIN given ON given.id = asset.id
    JOIN catalog_container AS container ON container.id = asset.container_id
    WHERE NOT EXISTS (SELECT FROM catalog_assetstatistics WHERE asset_id = asset.id)
    ORDER BY asset.id FOR KEY SHARE OF asset, container SKIP LOCKED
)
INSERT INTO catalog_assetstatistics (
    asset_id, access_count, last_accessed_at, last_accessor_id,
    rating_total, rating_count, last_revision
)
SELECT given.id, given.count, given.at, given.reader_id, 0, 0, 0
FROM given JOIN held ON held.id = given.id ORDER BY given.id
ON CONFLICT (asset_id) DO NOTHING RETURNING asset_id"""  # noqa: S608
COUNT_ATTACHMENTS = f"""{GIVEN}, held AS (
    SELECT attachment.id FROM catalog_attachment AS attachment
    JOIN given ON given.id = attachment.id
    ORDER BY attachment.id FOR NO KEY UPDATE OF attachment SKIP LOCKED
)
UPDATE catalog_attachment AS had SET {LATEST}
FROM given JOIN held ON held.id = given.id
WHERE had.id = given.id RETURNING had.id"""  # noqa: S608


def write_card_reads(reads: Reads) -> Collection[UUID]:
    """Add reads to the cards' statistics; return those of cards that are being changed.

    Cards that there are no more are passed over.
    """
    return _write(reads, [COUNT_CARDS, COUNT_NEW_CARDS], "catalog_asset")


def write_attachment_reads(reads: Reads) -> Collection[UUID]:
    """The same for attachments."""
    return _write(reads, [COUNT_ATTACHMENTS], "catalog_attachment")


@transaction.atomic
def _write(reads: Reads, statements: list[str], table: str) -> Collection[UUID]:
    left = set(reads)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
        for statement in statements:
            cursor.execute(statement, [_rows(reads, left)])
            left -= {row[0] for row in cursor.fetchall()}
            if not left:
                return left
        cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s)", [list(left)])  # noqa: S608
        return {row[0] for row in cursor.fetchall()}


def _rows(reads: Reads, ids: set[UUID]) -> str:
    """As JSON: a thousand rows cost a tenth of what four arrays do."""
    rows = [
        {"id": key, "count": read.count, "at": read.at, "user_id": read.user_id}
        for key, read in reads.items()
        if key in ids
    ]
    return dump(rows).decode()
