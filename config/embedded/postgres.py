"""Starts, shares and stops the one embedded server of a state directory.

Two locks order its users: ``postgres.start`` lets one at a time look, start or stop;
``postgres.users`` is shared by all who use the server, and who can take it alone was the last.
A third, on the data directory, is inherited by every process of the server: while one of them
lives nobody else can take it, which tells a stale pid file from a server, whatever the pids say.
"""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from config.embedded import cluster, processes
from config.embedded.account import Account, Unavailable, choose_account
from config.embedded.binaries import child_environment, find_binaries
from config.embedded.sockets import (
    DATABASE,
    PORT,
    connection_settings,
    link_socket_directory,
    unlink_socket_directory,
)
from config.embedded.waiting import Patience
from config.interruptions import undisturbed
from config.state import StateDirectory

__all__ = ["connection_settings", "ensure_running", "running"]

LOG = "postgres.log"
LONGEST_LOG_BYTES = 10_000_000
#: A fast shutdown takes less, but for one that meets a restart after a crash, which may hang.
STOP_PATIENCE_S = 10.0


@contextmanager
def running(state: StateDirectory, stop_patience_s: float = STOP_PATIENCE_S) -> Iterator[None]:
    """Use the server inside the block: started if need be, stopped if nobody else is using it.

    Raises Unavailable when no server can run here or it does not answer in time.
    """
    state.create()
    users = os.open(state.path / "postgres.users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with _turn(state, Patience.to_start()):
            fcntl.flock(users, fcntl.LOCK_SH)
            _start(state)
        yield
    finally:
        with undisturbed():  # a second Ctrl-C would leave the server behind
            fcntl.flock(users, fcntl.LOCK_UN)
            try:
                _stop_if_unused(state, users, stop_patience_s)
            finally:
                os.close(users)


def ensure_running(state: StateDirectory) -> None:
    """Start the server again if it has died under its users; cheap when it has not."""
    link_socket_directory(state)
    lock = processes.lock_if_idle(state.postgres)
    if lock is not None:
        os.close(lock)
        with _turn(state, Patience.to_start()):
            _start(state)


def _stop_if_unused(state: StateDirectory, users: int, patience_s: float) -> None:
    # Who holds the turn for longer than this is starting, will use the server, and stop it.
    with suppress(Unavailable), _turn(state, Patience(patience_s)):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # in use by somebody else
        processes.stop(state.postgres, patience_s)
        unlink_socket_directory(state)


@contextmanager
def _turn(state: StateDirectory, patience: Patience) -> Iterator[None]:
    turn = os.open(state.path / "postgres.start", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            try:
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                patience.wait("another process that starts or stops the database")
        yield
    finally:
        os.close(turn)


def _start(state: StateDirectory) -> None:
    """Return when the server answers; the caller has the turn."""
    account = choose_account(state.postgres)
    patience = Patience.to_start()
    if cluster.major_version(state.postgres) is None:
        cluster.initialise(state, account, find_binaries(account, None), patience)
    link_socket_directory(state)
    server: subprocess.Popen[bytes] | None = None
    while True:
        lock = processes.lock_if_idle(state.postgres)
        if lock is not None:
            try:
                if server is not None:
                    raise Unavailable(f"it ended at once, see {state.logs / LOG}")
                server = _launch(state, account, lock)
            finally:
                os.close(lock)
        refusal = _refusal(state)
        if refusal is None:
            return
        if server is None:
            processes.end_orphans(state.postgres)
        patience.wait("the database to recover", refusal)


def _launch(state: StateDirectory, account: Account, lock: int) -> subprocess.Popen[bytes]:
    """Start the server, which inherits the lock."""
    binaries = find_binaries(account, cluster.major_version(state.postgres))
    cluster.prepare_to_start(state.postgres, lock, account)
    where = processes.path_of(lock, state.postgres)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{where}"',
        "port": PORT,
        "max_connections": "100",
        "shared_buffers": "128MB",
        # Statements come with their values: password hashes and cards, which no log shall have.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "fsync": os.environ.get("CARDWRIGHT_POSTGRES_FSYNC", "on"),
    }
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with _open_log(state.logs / LOG) as log:
        return processes.keep(
            subprocess.Popen(  # noqa: S603
                [binaries.directory / "postgres", "-D", where, *arguments],
                cwd="/",
                env=child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                start_new_session=True,  # a Ctrl-C at our terminal is not for the server
                **account.identity,
            )
        )


def _open_log(path: Path) -> BinaryIO:
    if path.exists() and path.stat().st_size > LONGEST_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _refusal(state: StateDirectory) -> str | None:
    """Why the server does not answer; None when it does, and our database exists."""
    import psycopg  # late, for it takes as long as the server takes to start

    where = connection_settings(state)
    try:
        with psycopg.connect(
            host=where["HOST"],
            port=where["PORT"],
            user=where["USER"],
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        ) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError as error:
        return " ".join(str(error).split())
    return None
