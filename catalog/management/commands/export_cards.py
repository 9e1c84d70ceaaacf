"""``manage.py export_cards``: the cards of a catalog as JSON Lines."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalog.management.destination import destination
from catalog.management.progress import Progress
from catalog.management.subjects import catalog_named, require_asset_type, user_named
from catalog.selectors.card_export import export_lines, exported_cards

STEP = 1000


class Command(BaseCommand):
    help = (
        "Writes the cards of a catalog as JSON Lines, as the API gives them but without "
        "catalog_id, usage and href. import_cards reads them back: into the same catalog without "
        "any change; into an empty one as the same cards, with their ids where no other card has "
        "them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="default: stdout")
        parser.add_argument("--catalog", required=True, metavar="NAME", help="its name or id")
        parser.add_argument("--type", metavar="TYPE", help="only cards of this asset type")
        parser.add_argument(
            "--as", dest="username", metavar="USER", help="only cards that this user sees"
        )
        parser.add_argument(
            "--progress", action="store_true", help="show progress even where stderr is no terminal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        username = options["username"]
        catalog = catalog_named(options["catalog"])
        if options["type"]:
            require_asset_type(options["type"], catalog)
        cards = exported_cards(
            catalog,
            asset_type=options["type"],
            user=user_named(username) if username else None,
        )
        began, count = time.monotonic(), 0
        with (
            destination(path, self.stdout) as write,
            Progress(cards.count(), self.stderr, options["progress"]) as progress,
        ):
            for count, line in enumerate(export_lines(cards), 1):
                write(line)
                if count % STEP == 0:
                    progress.show(count, count)
            progress.show(count, count)
        seconds = time.monotonic() - began
        summary = (
            f"exported {count} in {seconds:.1f} s ({count / seconds if seconds else 0:.0f} cards/s)"
        )
        (self.stdout if path else self.stderr).write(summary)
