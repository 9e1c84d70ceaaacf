"""Runs a command as a user would, and keeps what it said."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command


@dataclass
class Run:
    """Both outputs, and the refusal that makes the exit code non-zero."""

    out: str
    err: str
    error: CommandError | None

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Created, changed, unchanged, refused."""
        words = self.out.replace(",", "").split()
        created, changed, unchanged, refused = (int(words[place]) for place in (1, 3, 5, 7))
        return created, changed, unchanged, refused

    @property
    def reasons(self) -> list[str]:
        """The lines of stderr without the path's directory."""
        return [line.rpartition("/")[2] for line in self.err.splitlines()]


def run(command: str, *arguments: Any) -> Run:
    out, err = io.StringIO(), io.StringIO()
    error = None
    try:
        call_command(command, *map(str, arguments), stdout=out, stderr=err)
    except CommandError as exc:
        error = exc
    return Run(out.getvalue(), err.getvalue(), error)


def card(name: str, key: str | None = None, **metadata: Any) -> dict[str, Any]:
    """A small card."""
    about = {"name": name, "asset_type": "data_asset"} | metadata
    if key is not None:
        about["resource_key"] = key
    return {"metadata": about, "entity": {"data_asset": {"mime_type": "text/csv"}}}


def write_lines(path: Path, *cards: Any) -> Path:
    """JSON Lines; text is a line as it is."""
    lines = [line if isinstance(line, str) else json.dumps(line) for line in cards]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
