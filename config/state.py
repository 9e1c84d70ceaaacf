"""Where an installation keeps all that it writes: one directory, with its secrets and its lock."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


class StateInUse(RuntimeError):
    """Another process serves from this state directory; the message names it."""


@dataclass(frozen=True)
class StateDirectory:
    """Paths below one absolute directory; making one touches nothing on disk."""

    path: Path

    @property
    def postgres(self) -> Path:
        """The embedded server's data directory; it belongs to the account that runs the server."""
        return self.path / "postgres"

    @property
    def objects(self) -> Path:
        return self.path / "objects"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics"

    def create(self) -> None:
        """Make the directories that are missing, private; those that exist keep their mode."""
        for directory in (self.path, self.objects, self.keys, self.logs, self.metrics):
            _make_private(directory)

    def secret(self, name: str) -> str:
        """Return the secret called ``name``, which is made, random, when first asked for.

        Callers that ask at the same time, in any number of processes, get the same value.
        """
        kept = self.keys / name
        try:
            return kept.read_text()
        except FileNotFoundError:
            _make_private(self.path)
            _make_private(self.keys)
        with locked(self.keys):
            if not kept.exists():
                write_private(kept, secrets.token_urlsafe(48))
            return kept.read_text()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other server away from this directory; raises StateInUse if one is here."""
        self.create()
        descriptor = os.open(self.path / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(descriptor, 20).decode() or "unknown"
                raise StateInUse(
                    f"process {holder} is already running on the state directory {self.path}"
                ) from None
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            yield
        finally:
            os.close(descriptor)


def state_directory() -> StateDirectory:
    """The directory that ``CARDWRIGHT_STATE`` names now, else ``.state`` in the checkout."""
    named = os.environ.get("CARDWRIGHT_STATE")
    return StateDirectory(Path(named).expanduser().absolute() if named else CHECKOUT / ".state")


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Wait for the exclusive lock of a directory and hold it; no file is left behind."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str) -> None:
    """Put ``text`` in a file of mode 0600; a reader sees all of it or no file, even after a crash.

    One writer at a time: the caller holds a lock.
    """
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    unfinished.replace(path)


def _make_private(directory: Path) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
