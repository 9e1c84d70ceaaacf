"""Names the embedded server's socket and database, without touching either."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from config.embedded.account import Unavailable
from config.state import StateDirectory

DATABASE = ROLE = "cardwright"
PORT = "5432"  # only a part of the socket's name; nothing listens on TCP
#: A socket's path has room for 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 100


def socket_directory(state: StateDirectory) -> Path:
    """The data directory, or a short link to it where its path is no name for a socket."""
    direct = state.postgres
    socket = os.fsencode(direct / f".s.PGSQL.{PORT}")
    # A comma separates hosts in libpq, and nothing escapes it.
    if len(socket) <= LONGEST_SOCKET_PATH and b"," not in socket:
        return direct
    digest = hashlib.sha256(os.fsencode(direct)).hexdigest()[:16]
    return Path(f"/tmp/cardwright-{os.geteuid()}-{digest}")  # noqa: S108


def link_socket_directory(state: StateDirectory) -> None:
    """Make the link of ``socket_directory`` if one is needed; raises Unavailable."""
    link = socket_directory(state)
    if link == state.postgres:
        return
    with suppress(FileExistsError):
        link.symlink_to(state.postgres)
    # In a directory shared by all accounts someone else may have been first.
    if not _is_ours(link, state):
        raise Unavailable(f"{link} exists and was not made by us")


def unlink_socket_directory(state: StateDirectory) -> None:
    """Remove the link; whoever uses the server next makes it again."""
    link = socket_directory(state)
    if link != state.postgres and _is_ours(link, state):
        link.unlink()


def connection_settings(state: StateDirectory) -> dict[str, str]:
    """The part of Django's ``DATABASES`` that says where the server is; starts nothing."""
    return {
        "NAME": DATABASE,
        "USER": ROLE,
        "HOST": str(socket_directory(state)),
        "PORT": PORT,
    }


def _is_ours(link: Path, state: StateDirectory) -> bool:
    try:
        return link.lstat().st_uid == os.geteuid() and link.readlink() == state.postgres
    except OSError:
        return False
