"""Makes a data directory that is whole or absent, and readies it for each start."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from config.embedded.account import Account, Unavailable
from config.embedded.binaries import Binaries, child_environment
from config.embedded.processes import lock_if_idle, path_of
from config.embedded.sockets import PORT, ROLE
from config.embedded.waiting import Patience
from config.state import StateDirectory

IDENTITY_MAP = "cardwright"
STALE = ("postmaster.pid", f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock")


def major_version(data_directory: Path) -> int | None:
    """The PostgreSQL version that made the directory; None if there is no database yet."""
    try:
        return int((data_directory / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def initialise(
    state: StateDirectory, account: Account, binaries: Binaries, patience: Patience
) -> None:
    """Make the data directory; the caller has the turn. Raises Unavailable.

    It is made beside its place and moved there when it is finished, so an interrupted attempt
    is never mistaken for a database, and nothing that may be one is ever removed.
    """
    unfinished = state.path / "postgres.new"
    if unfinished.exists():
        # A launcher that was killed may have left initdb at work.
        while (leftover := lock_if_idle(unfinished)) is None:
            patience.wait("an interrupted initialisation to end")
        os.close(leftover)
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    lock = lock_if_idle(unfinished)
    if lock is None:
        raise Unavailable(f"{unfinished} is in use")
    try:
        account.own(lock)
        _initdb(unfinished, lock, account, binaries)
    finally:
        os.close(lock)
    try:
        unfinished.rename(state.postgres)
    except OSError as error:
        raise Unavailable(f"{state.postgres} holds no database but is in the way") from error
    descriptor = os.open(state.path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def prepare_to_start(data_directory: Path, lock: int, account: Account) -> None:
    """Say who may connect, and remove what a killed server left; the caller holds the lock."""
    for name in STALE:
        # Its pid may be another process's by now, which PostgreSQL would take for a server.
        (data_directory / name).unlink(missing_ok=True)
    names = {account.name, *_names_of(os.geteuid(), 0)}
    identities = "".join(f'{IDENTITY_MAP} "{name}" {ROLE}\n' for name in sorted(names))
    _write(lock, "pg_ident.conf", identities, account)
    _write(lock, "pg_hba.conf", f"local all {ROLE} peer map={IDENTITY_MAP}\n", account)


def _initdb(directory: Path, lock: int, account: Account, binaries: Binaries) -> None:
    with subprocess.Popen(  # noqa: S603
        [
            binaries.directory / "initdb",
            *("-D", path_of(lock, directory)),
            *("-U", ROLE, "-A", "peer", "-E", "UTF8"),
            *_locale(binaries.major),
        ],
        cwd="/",
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=(lock,),
        start_new_session=True,
        **account.identity,
    ) as initdb:
        try:
            _, complaints = initdb.communicate()
        except BaseException:
            os.killpg(initdb.pid, signal.SIGKILL)  # it has children of its own
            raise
    if initdb.returncode:
        complaint = (complaints.strip().splitlines() or ["no reason given"])[0]
        raise Unavailable(f"initdb failed, {complaint}")


def _locale(major: int) -> list[str]:
    """Sorted by code point, yet with upper and lower case beyond ASCII where there is a way."""
    options = ["--no-locale"]
    if Path("/usr/lib/locale/C.utf8").is_dir():
        options.append("--lc-ctype=C.UTF-8")
    if major >= 17:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return options


def _names_of(*uids: int) -> Iterator[str]:
    for uid in uids:
        with suppress(KeyError):
            yield pwd.getpwuid(uid).pw_name


def _write(directory: int, name: str, text: str, account: Account) -> None:
    """Replace a file; never follow a link, for the account could have put one there for root."""
    unfinished = f"{name}.new"
    with suppress(FileNotFoundError):
        os.unlink(unfinished, dir_fd=directory)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(unfinished, flags, 0o600, dir_fd=directory)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        account.own(descriptor)
    os.replace(unfinished, name, src_dir_fd=directory, dst_dir_fd=directory)
