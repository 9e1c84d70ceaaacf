"""``manage.py import_cards``: cards of a file into a catalog."""

from __future__ import annotations

import os
import signal
import time
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.card_files.formats import read_entries
from catalog.management.progress import Progress
from catalog.management.subjects import catalog_named, importing_user, require_asset_type
from catalog.services.card_batches import Outcome
from catalog.services.card_import import import_cards
from catalog.shared.errors import ApiError
from catalog.shared.history import changes_by

INTERRUPTED = 130

HELP = """\
Imports cards from FILE into a catalog; a second run changes nothing.

Files (by the end of the name and, for .json, by content):
  .jsonl .ndjson .json  a card a line, as the API gives it and export_cards writes it
  .json                 a DCAT-US catalog: its "dataset" list
  .json                 a Frictionless Data Package: its "resources" list
  .csv .tsv             a card a row, UTF-8 unless --encoding says otherwise

Which stored card a line is about:
  JSON Lines   its metadata.asset_id, if the catalog has that card (or this catalog's copy of one
               whose id belonged to another catalog); else its type and resource_key; else,
               without either, its type and name
  DCAT-US      type and identifier (else @id, else title), kept as the card's resource_key
  Data Package type and package name/resource name
  CSV          type and the first of the columns resource_key, identifier, id, key, url, email
               with a value; else database/cluster/schema/table/name, as many of these as there
               are; else a digest of the whole row

A JSON line is the whole card: what it leaves out is removed from the stored one. Other files say
what they know: attributes, tags and attachments that they don't mention stay. A line that can't be
stored is refused as FILE:LINE: [field: ]reason, and the rest goes on. Ctrl-C ends the run after the
present batch; the next run goes on from there."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--catalog", required=True, metavar="NAME", help="its name or id")
        parser.add_argument(
            "--type",
            default="data_asset",
            metavar="TYPE",
            help="asset type of cards that don't say theirs (default: %(default)s)",
        )
        parser.add_argument(
            "--owner",
            metavar="USER",
            help="whose the new cards are (default: the first administrator)",
        )
        parser.add_argument("--dry-run", action="store_true", help="do it all, then take it back")
        parser.add_argument(
            "--encoding", default="utf-8", help="of a CSV file (default: %(default)s)"
        )
        parser.add_argument(
            "--progress", action="store_true", help="show progress even where stderr is no terminal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        container = catalog_named(options["catalog"])
        owner = importing_user(options["owner"], container)
        require_asset_type(options["type"], container)
        _check_encoding(options["encoding"])
        path: Path = options["file"]
        total, began = Outcome(), time.monotonic()
        with (
            changes_by(user_id=owner.pk, route="manage.py import_cards"),
            interruption() as interrupted,
            _refusing(path),
            path.open("rb") as file,
        ):
            entries = read_entries(
                file,
                asset_type=options["type"],
                limit=settings.MAX_BODY_BYTES,
                encoding=options["encoding"],
            )
            outcomes = import_cards(
                entries, container=container, owner=owner, is_dry_run=options["dry_run"]
            )
            size = os.fstat(file.fileno()).st_size
            with closing(outcomes), Progress(size, self.stderr, options["progress"]) as progress:
                for outcome in outcomes:
                    total.count(outcome)
                    for refusal in outcome.refusals:
                        progress.say(f"{path}:{refusal}")
                    progress.show(file.tell(), total.cards)
                    if interrupted:
                        break
        self._sum_up(total, time.monotonic() - began, is_dry_run=options["dry_run"])
        if interrupted:
            raise CommandError("Interrupted: run it again to go on.", returncode=INTERRUPTED)
        if total.refused:
            raise CommandError(f"{total.refused} refused.")

    def _sum_up(self, total: Outcome, seconds: float, *, is_dry_run: bool) -> None:
        rate = total.cards / seconds if seconds else 0
        note = "; dry run: nothing was written" if is_dry_run else ""
        self.stdout.write(
            f"created {total.created}, changed {total.changed}, unchanged {total.unchanged}, "
            f"refused {total.refused} in {seconds:.1f} s ({rate:.0f} cards/s){note}"
        )


def _check_encoding(name: str) -> None:
    try:
        "".encode(name)
    except LookupError as exc:
        raise CommandError(f"There is no encoding '{name}'.") from exc


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Ends the command where the whole file is refused, or can't be read."""
    try:
        yield
    except ApiError as exc:
        raise CommandError(f"{path}: {exc.message}") from exc
    except OSError as exc:
        raise CommandError(f"{path}: {exc.strerror or exc}") from exc


@contextmanager
def interruption() -> Iterator[list[int]]:
    """A list that the first Ctrl-C fills instead of ending the program; the second ends it."""
    came: list[int] = []

    def note(number: int, frame: object) -> None:
        came.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.getsignal(signal.SIGINT)
    with suppress(ValueError):  # not the main thread: signals are somebody else's
        signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        with suppress(ValueError):
            signal.signal(signal.SIGINT, before)
