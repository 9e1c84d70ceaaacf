"""Tells whether any process of a server lives, and ends them all."""

import fcntl
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc/self/fd")
#: Given after the first signal, a fast shutdown, has had its time: immediate, then no choice.
ESCALATION = ((signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

_children: list[subprocess.Popen[bytes]] = []


def lock_if_idle(directory: Path) -> int | None:
    """The open, locked directory if no process of a server lives in it, else None.

    The lock belongs to what is open, so a child that inherits the descriptor keeps it locked.
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def path_of(descriptor: int, directory: Path) -> str:
    """A name of the open directory that works for a child that inherits the descriptor.

    On Linux it needs no right to walk the directory's parents, so they can stay private.
    """
    return f"/proc/self/fd/{descriptor}" if PROC.is_dir() else str(directory)


def keep(child: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """Remember a server that we started, to collect its exit status once it has ended."""
    _children.append(child)
    return child


def stop(directory: Path, patience_s: float) -> None:
    """Fast shutdown of the server of this data directory, harsher after ``patience_s``."""
    for number, limit_s in ((signal.SIGINT, patience_s), *ESCALATION):
        deadline = time.monotonic() + limit_s
        told: set[int] = set()
        while not _is_idle(directory):
            if time.monotonic() > deadline:
                break
            server = server_pid(directory)
            if server is None:
                end_orphans(directory)
            elif server not in told:
                _signal(server, number)
                told.add(server)
            time.sleep(0.02)
        else:
            break
    _children[:] = [child for child in _children if child.poll() is None]


def end_orphans(directory: Path) -> None:
    """End what a killed server left: it would finish work whose outcome nobody can be told.

    Until then it keeps the shared memory, and no other server can start.
    """
    if server_pid(directory) is None:
        for pid in members(directory):
            _signal(pid, signal.SIGQUIT)


def _is_idle(directory: Path) -> bool:
    try:
        descriptor = lock_if_idle(directory)
    except FileNotFoundError:
        return True
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is not None


def server_pid(directory: Path) -> int | None:
    """The pid in postmaster.pid, unless it is stale and may be anybody's by now."""
    try:
        pid = int((directory / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None
    if PROC.is_dir():
        return pid if _lives_in(pid, directory) else None
    return pid if _exists(pid) else None


def members(directory: Path) -> set[int]:
    """All processes of the server, where the system tells: each works in the data directory."""
    if not PROC.is_dir():
        return set()
    pids = {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    return {pid for pid in pids if _lives_in(pid, directory)}


def _lives_in(pid: int, directory: Path) -> bool:
    process = Path(f"/proc/{pid}")
    try:
        return (process / "comm").read_text() == "postgres\n" and os.path.samestat(
            (process / "cwd").stat(), directory.stat()
        )
    except OSError:
        return False


def _exists(pid: int) -> bool:
    with suppress(OSError):
        os.kill(pid, 0)
        return True
    return False


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
