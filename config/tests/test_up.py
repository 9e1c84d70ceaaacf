"""bin/up from outside: what it prints, what it serves, how it stops, what it survives."""

import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from config.state import CHECKOUT, StateDirectory
from config.tests.servers import kill_outright, processes_of, server_pid

pytestmark = [
    pytest.mark.up,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc"),
]
LONGEST_STOP_S = 5.0


class Up:
    """One ``bin/up``, on a free port unless one is named."""

    def __init__(
        self, state: StateDirectory, *arguments: str, port: int | None = None, **variables: str
    ) -> None:
        self.state = state
        self.port = port or _free_port()
        self._errors = state.path.with_name(f"{state.path.name}.err").open("w+")
        environment = {  # nothing of this session's, whose settings have set variables too
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CARDWRIGHT_", "DATABASE_", "DJANGO_", "PROMETHEUS_"))
        }
        self.process = subprocess.Popen(
            [
                *(CHECKOUT / "bin" / "up", "--state", state.path.name, "--port", str(self.port)),
                *arguments,
            ],
            cwd=state.path.parent,  # so the path is relative, and not to the checkout
            env={**environment, "CARDWRIGHT_VENV": sys.prefix, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def wait_until_ready(self) -> list[str]:
        """Return what was printed up to and with the ready line."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("ready "):
                return lines
        raise AssertionError(f"never ready: {lines} {self.errors()[-2000:]}")

    def errors(self) -> str:
        self._errors.seek(0)
        return self._errors.read()

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self) -> dict[str, int]:
        """The server and the worker, by name."""
        found = {}
        for pid in _running_for(self.state):
            with suppress(OSError):  # it has just ended
                parent = Path(f"/proc/{pid}/stat").read_text().split()[3]
                line = Path(f"/proc/{pid}/cmdline").read_text()
                for name in ("granian", "procrastinate"):
                    if parent == str(self.process.pid) and name in line:
                        found[name] = pid
        return found

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop, and return its exit code; all must have stopped in time."""
        asked = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        assert time.monotonic() - asked < LONGEST_STOP_S
        assert _running_for(self.state) == set()
        return code


@contextmanager
def kept_up(directory: Path) -> Iterator[Up]:
    """One with an empty catalog, up inside the block, whose state is below the directory."""
    started = Up(StateDirectory(directory / "state"), "--no-demo")
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.process.terminate()
        started.process.wait()


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path / "state of mine")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One that is up, for tests that leave it so."""
    with kept_up(tmp_path_factory.mktemp("up")) as started:
        yield started


def test_it_says_ready_serves_and_stops_with_nothing_left(state: StateDirectory) -> None:
    up = Up(state, "--no-demo")
    administrator, ready = up.wait_until_ready()
    assert ready == f"ready http://127.0.0.1:{up.port}"
    assert [up.get(path) for path in ("/healthz", "/readyz")] == [200, 200]
    _wait_for(lambda: set(up.children()) == {"granian", "procrastinate"})
    password = (state.path / "admin-password").read_text()
    assert administrator == f"administrator admin, password {password}"
    assert stat.S_IMODE((state.path / "admin-password").stat().st_mode) == 0o600
    assert up.end() == 0

    again = Up(state, "--no-demo")
    began = time.monotonic()
    assert again.wait_until_ready() == [f"ready http://127.0.0.1:{again.port}"]
    assert time.monotonic() - began < 10, "3 s are promised; this only notices a great change"
    assert again.end(signal.SIGINT) == 0


def test_the_first_start_loads_the_demo_catalog_and_no_other_does(state: StateDirectory) -> None:
    first = Up(state)
    first.wait_until_ready()
    assert first.end() == 0
    assert re.search(r"demo catalog: \d+ cards", first.errors())
    second = Up(state)
    second.wait_until_ready()
    assert second.end() == 0
    assert "demo catalog" not in second.errors()


def test_the_password_of_the_administrator_may_be_chosen(state: StateDirectory) -> None:
    up = Up(state, "--no-demo", CARDWRIGHT_ADMIN_PASSWORD="chosen by me")
    administrator, _ = up.wait_until_ready()
    assert administrator == "administrator admin, password chosen by me"
    assert (state.path / "admin-password").read_text() == "chosen by me"
    assert up.end() == 0


def test_all_that_is_written_is_in_the_state_directory(up: Up) -> None:
    names = {path.name for path in up.state.path.iterdir()}
    assert {"admin-password", "keys", "logs", "objects", "postgres"} <= names
    assert {path.name for path in up.state.path.parent.iterdir()} == {"state", "state.err"}


def test_a_second_one_on_the_same_state_is_told_who_holds_it(up: Up) -> None:
    second = Up(StateDirectory(up.state.path), "--no-demo")
    assert second.process.wait(timeout=60) == 1
    assert second.errors() == (
        f"process {up.process.pid} is already running on the state directory {up.state.path}\n"
    )
    assert up.get("/readyz") == 200


def test_a_port_in_use_is_one_sentence_and_nothing_is_started(
    up: Up, state: StateDirectory
) -> None:
    other = Up(state, "--no-demo", port=up.port)
    assert other.process.wait(timeout=60) == 1
    assert other.errors() == (
        f"can't serve on http://127.0.0.1:{up.port}: Address already in use\n"
    )
    assert not state.postgres.exists()


def test_commands_share_the_database_with_it(up: Up) -> None:
    done = subprocess.run(
        [sys.executable, CHECKOUT / "manage.py", "migrate", "--check"],
        env={"PATH": os.environ["PATH"], "CARDWRIGHT_STATE": str(up.state.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert up.get("/readyz") == 200


def test_a_worker_that_ends_is_started_again(up: Up) -> None:
    _wait_for(lambda: "procrastinate" in up.children())
    first = up.children()["procrastinate"]
    kill_outright(first)
    _wait_for(lambda: up.children().get("procrastinate", first) != first)
    assert "the worker ended with status -9" in up.errors()


def test_a_database_that_is_killed_is_started_again(up: Up) -> None:
    kill_outright(server_pid(up.state))
    _wait_for(lambda: up.get("/readyz") == 200 and bool(processes_of(up.state)))


def test_the_death_of_the_web_server_ends_it_with_a_sentence(state: StateDirectory) -> None:
    up = Up(state, "--no-demo")
    up.wait_until_ready()
    kill_outright(up.children()["granian"])
    assert up.process.wait(timeout=60) == 1
    assert "the web server ended with status -9\n" in up.errors()
    assert _running_for(state) == set()


def test_killed_outright_it_leaves_nobody_on_the_port_and_comes_up_again(
    state: StateDirectory,
) -> None:
    up = Up(state, "--no-demo")
    up.wait_until_ready()
    kill_outright(up.process.pid)
    _wait_for(lambda: not _running_for(state) - processes_of(state))
    again = Up(state, "--no-demo", port=up.port)
    again.wait_until_ready()
    assert again.end() == 0


def test_with_every_process_killed_outright_it_comes_up_again(state: StateDirectory) -> None:
    up = Up(state, "--no-demo")
    up.wait_until_ready()
    kill_outright(*_running_for(state))
    up.process.wait()
    again = Up(state, "--no-demo", port=up.port)
    assert again.wait_until_ready() == [f"ready http://127.0.0.1:{up.port}"]
    assert again.get("/readyz") == 200
    assert again.end() == 0


@pytest.mark.parametrize("sign", ["postgres.new", "postgres/postmaster.pid", "admin-password"])
def test_a_stop_during_the_first_start_leaves_nothing_and_the_next_start_completes_it(
    state: StateDirectory, sign: str
) -> None:
    up = Up(state, "--no-demo")
    _wait_for((state.path / sign).exists)
    assert up.end() == 0
    again = Up(state, "--no-demo")
    *_, administrator, _ = ["", *again.wait_until_ready()]
    if administrator:
        assert re.fullmatch(r"administrator admin, password \S+", administrator)
    assert again.end() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _running_for(state: StateDirectory) -> set[int]:
    """Every process that was started for this state directory."""
    marks = (str(state.path).encode(), f"--state\0{state.path.name}\0".encode())
    found = processes_of(state)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                where = (entry / "cwd").readlink()
            except OSError:
                continue
            if marks[0] in words or (marks[1] in words and where == state.path.parent):
                found.add(int(entry.name))
    return found


def _wait_for(condition: Callable[[], bool], limit_s: float = 30.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
