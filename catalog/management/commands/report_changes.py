"""``manage.py report_changes``: who changed what when, as CSV for an audit."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.management.destination import destination
from catalog.management.progress import Progress
from catalog.management.subjects import container_ever_named, user_ever_named
from catalog.models import Container
from catalog.selectors.change_report import (
    ReportedChange,
    Selection,
    changes,
    count_changes,
)
from catalog.shared.paging import read_moment

STEP = 1000
DATE = re.compile(r"\d{4}-\d\d-\d\d")
#: What a spreadsheet takes for a formula where a cell begins with it.
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
HELP = """\
Writes every change of cards, their attachments and collaborators, of catalogs, projects and spaces
and their members as CSV: a line each, oldest first. Columns: time, user, route, trace, kind (asset,
attachment, collaborator, container, member), id, container, name (of the card or container), action
and the names of the columns that changed. Values are in the history of each card. What was purged
or deleted is still reported. A text that a spreadsheet would take for a formula begins with '."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="since", metavar="TIME", help="a date or a time, UTC")
        parser.add_argument(
            "--to", dest="until", metavar="TIME", help="a date, all of it, or the time before which"
        )
        parser.add_argument("--user", metavar="NAME", help="only changes of this user")
        places = parser.add_mutually_exclusive_group()
        for kind in Container.Kind.values:
            places.add_argument(
                f"--{kind}", metavar="NAME", help="only changes in it; its name or id"
            )
        parser.add_argument("--output", metavar="FILE", type=Path, help="default: stdout")
        parser.add_argument(
            "--progress", action="store_true", help="show progress even where stderr is no terminal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        selection = _selection(options)
        is_shown = options["progress"] or self.stderr.isatty()
        total = count_changes(selection) if is_shown else 0
        count = 0
        with (
            destination(options["output"], self.stdout) as write,
            Progress(total, self.stderr, options["progress"], things="changes") as progress,
        ):
            write(_line(ReportedChange._fields))
            for count, change in enumerate(changes(selection), 1):
                write(_line(_cells(change)))
                if count % STEP == 0:
                    progress.show(count, count)
            progress.show(count, count)
        if options["output"]:
            self.stdout.write(f"reported {count} changes")


def _selection(options: dict[str, Any]) -> Selection:
    kind = next((kind for kind in Container.Kind.values if options[kind]), None)
    return Selection(
        since=_moment(options["since"], "--from"),
        until=_moment(options["until"], "--to", to_the_end=True),
        user_id=user_ever_named(options["user"]).pk if options["user"] else None,
        container_id=container_ever_named(kind, options[kind]) if kind else None,
    )


def _moment(text: str | None, option: str, *, to_the_end: bool = False) -> datetime | None:
    if text is None:
        return None
    try:
        time = read_moment(text.strip())
    except ValueError as exc:
        raise CommandError(f"{option}: {exc}") from exc
    is_day = to_the_end and DATE.fullmatch(text.strip())
    return time + timedelta(days=1) if is_day else time


def _cells(change: ReportedChange) -> list[str]:
    shown = change._replace(time=change.time.astimezone(UTC).isoformat())  # type: ignore[arg-type]
    return [
        *("" if cell is None else str(cell) for cell in shown[:-1]),
        " ".join(change.columns),
    ]


def _line(cells: Any) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(
        f"'{cell}" if FORMULA.match(cell) else cell for cell in cells
    )
    return line.getvalue().encode()
