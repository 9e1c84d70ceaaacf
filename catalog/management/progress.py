"""A progress bar on stderr, where somebody looks at it."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from django.core.management.base import OutputWrapper
from tqdm import tqdm

FORMAT = "{percentage:3.0f}%|{bar}| {postfix[0]} [{elapsed}<{remaining}]"


class _Unended:
    """A command's stderr for the bar, which moves on its line: no line ends, no colours."""

    def __init__(self, stderr: OutputWrapper) -> None:
        self._stderr = stderr
        self.encoding = getattr(stderr, "encoding", None)  # tells whether it can draw blocks

    def write(self, text: str) -> None:
        self._stderr.write(text, str, "")

    def flush(self) -> None:
        self._stderr.flush()


class Progress:
    """How far a command is in ``total`` steps, such as bytes, and its cards (or other ``things``) a
    second.

    Shown when ``stderr`` is a terminal or ``is_forced``. What is said meanwhile goes above the bar.
    """

    def __init__(
        self, total: int, stderr: OutputWrapper, is_forced: bool, *, things: str = "cards"
    ) -> None:
        self._stderr, self._things = stderr, things
        self._bar = tqdm(
            total=total,
            file=_Unended(stderr),
            disable=not (is_forced or stderr.isatty()),
            bar_format=FORMAT,
            postfix=[f"0 {things}"],
        )
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()

    def show(self, done: int, count: int) -> None:
        """Move the bar to ``done`` steps."""
        seconds = time.monotonic() - self._began
        rate = count / seconds if seconds else 0
        self._bar.postfix = [f"{count} {self._things}, {rate:.0f} {self._things}/s"]
        self._bar.update(done - self._bar.n)

    def say(self, text: str) -> None:
        """Write a line to stderr."""
        self._bar.clear()
        self._stderr.write(text)
