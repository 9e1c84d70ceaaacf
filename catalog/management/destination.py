"""Where a command writes what it gives out: a file that is complete or not there, or stdout."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper


@contextmanager
def destination(path: Path | None, stdout: OutputWrapper) -> Iterator[Callable[[bytes], Any]]:
    """What writes a piece of UTF-8. A file has its name only when it is complete.

    Raises CommandError where it can't be written, or nobody reads on.
    """
    try:
        if path is None:
            yield lambda piece: stdout.write(piece.decode(), ending="")
        else:
            with _unfinished(path) as write:
                yield write
    except BrokenPipeError:
        # Whoever read has enough; Python would complain once more when it flushes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise CommandError("Nobody reads on.") from None
    except OSError as exc:
        raise CommandError(f"{path or 'stdout'}: {exc.strerror or exc}") from exc


@contextmanager
def _unfinished(path: Path) -> Iterator[Callable[[bytes], Any]]:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file.write
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _umask() -> int:
    present = os.umask(0)
    os.umask(present)
    return present
