"""What surrounds commands and tests: when the database is started, and what a skip means."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.state import CHECKOUT, StateDirectory
from config.tests.servers import processes_of
from manage import needs_database


def _environment(state: StateDirectory, **variables: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "CARDWRIGHT_STATE": str(state.path), **variables}


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ("", False),
        ("help", False),
        ("--version", False),
        ("migrate --help", False),
        ("spectacular --file schema.yml", False),
        ("check", False),
        ("check --database default", True),
        ("migrate", True),
        ("load_demo", True),
        ("makemigrations --check", True),
    ],
)
def test_only_a_command_that_needs_the_database_starts_it(line: str, needs: bool) -> None:
    assert needs_database(line.split()) is needs


def test_a_command_has_the_database_while_it_runs(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state")
    done = subprocess.run(
        [
            *(sys.executable, CHECKOUT / "manage.py", "shell", "--no-imports", "-c"),
            "from django.db import connection as c; print(c.cursor().execute('SELECT 42') and 42)",
        ],
        cwd=tmp_path,
        env=_environment(state),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "42\n", done.stderr
    assert state.postgres.exists()
    assert processes_of(state) == set()


def test_a_terminated_command_leaves_no_database(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state")
    command = subprocess.Popen(
        [
            *(sys.executable, CHECKOUT / "manage.py", "shell", "--no-imports", "-c"),
            "import time; print('in', flush=True); time.sleep(60)",
        ],
        env=_environment(state),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    assert command.stdout.readline() == "in\n"
    command.send_signal(signal.SIGTERM)
    assert command.wait(timeout=30) == 128 + signal.SIGTERM
    assert processes_of(state) == set()


def test_a_command_that_can_not_have_the_database_says_so_in_one_sentence(tmp_path: Path) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, CHECKOUT / "manage.py", "migrate"],
        env=_environment(StateDirectory(tmp_path / "state"), CARDWRIGHT_POSTGRES_BIN=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "set DATABASE_URL" in done.stderr
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("required", "outcome"), [("", "2 skipped, 1 xfailed"), ("1", "1 failed, 1 xfailed, 1 error")]
)
def test_a_skip_is_a_failure_where_all_is_required(
    tmp_path: Path, required: str, outcome: str
) -> None:
    (tmp_path / "test_skips.py").write_text(
        "import pytest\n"
        "@pytest.mark.skip(reason='no browser here')\n"
        "def test_marked(): pass\n"
        "def test_called(): pytest.skip('no browser here')\n"
        "@pytest.mark.xfail(reason='known')\n"
        "def test_known(): assert False\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-rsf", "--rootdir", ".", "."],
        cwd=tmp_path,
        env=_environment(
            StateDirectory(tmp_path / "state"),
            CARDWRIGHT_REQUIRE_ALL=required,
            PYTHONPATH=str(CHECKOUT),
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout.splitlines()[-1], done.stdout
    assert "no browser here" in done.stdout
