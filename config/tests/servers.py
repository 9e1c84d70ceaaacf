"""Users of an embedded server in processes of their own, and looks at it from outside."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded import processes
from config.embedded.sockets import connection_settings
from config.state import CHECKOUT, StateDirectory

USE_UNTIL_TOLD = """
import sys
from pathlib import Path
from config.embedded import account, postgres
from config.state import StateDirectory

try:
    with postgres.running(StateDirectory(Path(sys.argv[1]))):
        print("up", flush=True)
        sys.stdin.read()
except account.Unavailable as error:
    sys.exit(str(error))
"""


def use_server(
    state: StateDirectory, python: str = sys.executable, **options: Any
) -> subprocess.Popen[str]:
    """Start a process that uses the server until its standard input ends."""
    # The packages of the environment, for a Python that is not the environment's.
    packages = Path(psycopg.__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": f"{CHECKOUT}:{packages}"}
    return subprocess.Popen(
        [python, "-c", USE_UNTIL_TOLD, state.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env=environment,
        **options,
    )


def wait_until_up(user: subprocess.Popen[str]) -> None:
    assert user.stdout is not None
    line = user.stdout.readline()
    assert line == "up\n", user.communicate()[1]


def connect(state: StateDirectory) -> psycopg.Connection[tuple[Any, ...]]:
    where = connection_settings(state)
    return psycopg.connect(
        host=where["HOST"], port=where["PORT"], user=where["USER"], dbname=where["NAME"]
    )


def server_pid(state: StateDirectory) -> int:
    pid = processes.server_pid(state.postgres)
    assert pid is not None
    return pid


def processes_of(state: StateDirectory) -> set[int]:
    """Every process that works in the data directory, server and orphan alike."""
    return processes.members(state.postgres)


def kill_outright(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # the death of its server may have ended it
            os.kill(pid, signal.SIGKILL)


def python_for(uid: int) -> str:
    """A Python that an account can run with the packages of this environment, else skip."""
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            packages = Path(psycopg.__file__).parent.parent
            done = subprocess.run(
                [python, "-c", "import psycopg, config.embedded.postgres"],
                cwd="/",
                env={"PYTHONPATH": f"{CHECKOUT}:{packages}"},
                capture_output=True,
                check=False,
                user=uid,
                group=uid,
                extra_groups=[],
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip("no Python with psycopg can be run by an ordinary account")


@contextmanager
def directory_of(uid: int) -> Iterator[Path]:
    """A private directory of an account, where it can get to it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        os.chown(path, uid, uid)
        yield Path(path)
