"""Which operating-system account the embedded server runs as; PostgreSQL refuses to run as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict


class Unavailable(RuntimeError):
    """The embedded server can't run here; the message is one sentence for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The embedded PostgreSQL can't run: {reason}; "
            "set DATABASE_URL to use a PostgreSQL server (15 or newer) of your own."
        )


class ProcessIdentity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def identity(self) -> ProcessIdentity:
        """Arguments for ``subprocess`` that turn a child into this account; none when we are it."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, descriptor: int) -> None:
        """Give an open file or directory to this account."""
        if os.geteuid() != self.uid:
            os.fchown(descriptor, self.uid, self.gid)


def choose_account(data_directory: Path) -> Account:
    """Ourselves; as root, the owner of the data directory, else an unprivileged account.

    No account is ever created. Raises Unavailable.
    """
    me = os.geteuid()
    try:
        owner: int | None = data_directory.stat().st_uid
    except FileNotFoundError:
        owner = None
    if me != 0 and owner not in (None, me):
        raise Unavailable(f"{data_directory} belongs to user id {owner}, and we run as {me}")
    if me != 0 or owner:
        return _account_of(me or owner or 0)
    for name in ("nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Unavailable("we run as root, and neither the account nobody nor daemon exists")


def _account_of(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Unavailable(f"user id {uid} has no entry in the list of accounts") from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
