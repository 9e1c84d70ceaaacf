"""Copies a PostgreSQL installation to where an unprivileged account can reach it, once."""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

#: Tried in this order. The last two are shared by all accounts, so what is found there is checked.
PLACES = (Path("/var/lib"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108
PARTS = ("bin", "lib", "share")


def reachable_copies(installation: Path) -> Iterator[Path]:
    """Yield copies of ``installation`` that belong to root and that everybody may read.

    Take the first that runs: a place may be mounted without the right to execute. The name
    holds a digest of the server program, so another version is another copy; a copy appears
    complete or not at all.
    """
    package = installation.parent
    with (installation / "bin" / "postgres").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    for place in PLACES:
        home = place / "cardwright"
        copied = home / f"postgres-{digest}"
        try:
            _make_ours(home)
            if not copied.is_dir():
                _copy(installation, copied)
        except OSError:
            continue
        yield copied / package.name / installation.name


def _make_ours(directory: Path) -> None:
    """Make the directory, or refuse one that someone else made or may write to."""
    try:
        directory.mkdir(mode=0o755)
        directory.chmod(0o755)  # whatever the umask; it is new and ours
    except FileExistsError:
        found = directory.lstat()
        if (
            not stat.S_ISDIR(found.st_mode)
            or found.st_uid != os.geteuid()
            or stat.S_IMODE(found.st_mode) != 0o755
        ):
            raise PermissionError(f"{directory} was not made by us") from None


def _copy(installation: Path, copied: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(dir=copied.parent, prefix=".unfinished-"))
    try:
        package = installation.parent
        # A wheel's programs look for their libraries beside the package.
        libraries = package.with_name(f"{package.name}.libs")
        inside = unfinished / package.name / installation.name
        for source, target in (
            *((installation / part, inside / part) for part in PARTS),
            (libraries, unfinished / libraries.name),
        ):
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True)
        for directory, _, files in os.walk(unfinished):
            Path(directory).chmod(0o755)
            for name in files:
                path = Path(directory) / name
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        try:
            unfinished.rename(copied)
        except OSError:
            if not copied.is_dir():  # else another start was quicker, with the same bytes
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
