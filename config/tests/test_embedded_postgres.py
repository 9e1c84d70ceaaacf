"""The embedded server: shared, stopped, killed and recovered, on real binaries."""

import os
import pwd
import stat
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from config.embedded import postgres, processes, waiting
from config.embedded.account import Unavailable
from config.embedded.sockets import socket_directory
from config.state import StateDirectory
from config.tests.servers import (
    connect,
    directory_of,
    kill_outright,
    processes_of,
    python_for,
    server_pid,
    use_server,
    wait_until_up,
)

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become other accounts")
needs_proc = pytest.mark.skipif(not processes.PROC.is_dir(), reason="needs Linux's /proc")


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    """Below pytest's directory, which is private to us."""
    return StateDirectory(tmp_path / "state")


def _modes(path: Path) -> dict[Path, tuple[int, int, int]]:
    found = {each: each.stat() for each in (path, *path.parents)}
    return {each: (stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid) for each, s in found.items()}


def test_the_server_answers_and_then_leaves_no_process(state: StateDirectory) -> None:
    with postgres.running(state):
        with connect(state) as connection:
            row = connection.execute("SELECT current_user, lower('É'), 1 + 1").fetchone()
        assert row == ("cardwright", "é", 2)
        assert server_pid(state)
    assert processes_of(state) == set()
    with pytest.raises(psycopg.OperationalError):
        connect(state)


def test_no_mode_or_owner_of_a_parent_directory_changes(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    before = _modes(private)
    with postgres.running(StateDirectory(private)):
        pass
    assert _modes(private) == before


@needs_root
def test_as_root_the_server_runs_as_an_unprivileged_account_below_a_private_directory(
    state: StateDirectory,
) -> None:
    with postgres.running(state):
        owner = Path(f"/proc/{server_pid(state)}").stat().st_uid
        assert owner == state.postgres.stat().st_uid
        assert pwd.getpwuid(owner).pw_name in ("nobody", "daemon")
        assert stat.S_IMODE(state.path.stat().st_mode) == 0o700
        assert state.path.stat().st_uid == 0


@needs_root
def test_an_ordinary_user_runs_the_server_and_root_may_join() -> None:
    someone = pwd.getpwnam("daemon")
    python = python_for(someone.pw_uid)
    with directory_of(someone.pw_uid) as path:
        state = StateDirectory(path / "state")
        user = use_server(state, python, user=someone.pw_uid, group=someone.pw_gid, extra_groups=[])
        wait_until_up(user)
        assert Path(f"/proc/{server_pid(state)}").stat().st_uid == someone.pw_uid
        with postgres.running(state), connect(state) as connection:
            connection.execute("SELECT 1")
        user.communicate()
        assert user.returncode == 0
        assert processes_of(state) == set()


@needs_root
def test_a_user_id_without_an_account_is_told_to_set_the_database_url() -> None:
    nameless = 54_321
    python = python_for(nameless)
    with directory_of(nameless) as path:
        user = use_server(
            StateDirectory(path / "state"), python, user=nameless, group=nameless, extra_groups=[]
        )
        _, complaint = user.communicate()
    assert user.returncode == 1
    assert complaint.count("\n") == 1
    assert "user id 54321 has no entry" in complaint
    assert "set DATABASE_URL" in complaint


def test_six_first_starts_at_once_share_one_server(state: StateDirectory) -> None:
    users = [use_server(state) for _ in range(6)]
    for user in users:
        wait_until_up(user)
    pid = server_pid(state)
    for user in users[:5]:
        user.communicate()
    assert server_pid(state) == pid
    users[5].communicate()
    assert [user.returncode for user in users] == [0] * 6
    assert processes_of(state) == set()


def test_the_last_user_stops_the_server_whoever_started_it(state: StateDirectory) -> None:
    starter = use_server(state)
    wait_until_up(starter)
    with postgres.running(state):
        starter.communicate()
        with connect(state) as connection:
            connection.execute("SELECT 1")
    assert processes_of(state) == set()


@needs_proc
def test_a_killed_server_and_its_orphans_are_outlived_by_what_was_committed(
    state: StateDirectory,
) -> None:
    with postgres.running(state):
        with connect(state) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        busy = connect(state)
        orphan = busy.info.backend_pid
        busy.pgconn.send_query(b"SELECT sum(sqrt(n)) FROM generate_series(1, 100000000) n")
        kill_outright(server_pid(state))
        with postgres.running(state), connect(state) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (1,)
            assert orphan not in processes_of(state)
        busy.close()
    assert processes_of(state) == set()


def test_a_server_that_dies_under_its_users_is_started_again(state: StateDirectory) -> None:
    with postgres.running(state):
        first = server_pid(state)
        postgres.ensure_running(state)
        assert server_pid(state) == first
        kill_outright(*processes_of(state))
        _wait_for(lambda: not processes_of(state))
        postgres.ensure_running(state)
        with connect(state) as connection:
            connection.execute("SELECT 1")


def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(
    state: StateDirectory,
) -> None:
    with postgres.running(state):
        left = (state.postgres / "postmaster.pid").read_text().split("\n")
    left[0] = str(os.getppid())
    (state.postgres / "postmaster.pid").write_text("\n".join(left))
    with postgres.running(state), connect(state) as connection:
        connection.execute("SELECT 1")


def test_a_long_recovery_is_waited_for_and_said(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _need_slow_recovery(state)
    monkeypatch.setattr(waiting, "SAY_EVERY_S", 1.0)
    joining = use_server(state)
    time.sleep(0.3)
    with postgres.running(state), connect(state) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (1,)
        wait_until_up(joining)
        joining.communicate()
    assert "waiting for" in capsys.readouterr().err


def test_a_recovery_longer_than_the_limit_is_one_sentence(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    _need_slow_recovery(state)
    monkeypatch.setenv("CARDWRIGHT_POSTGRES_TIMEOUT", "1")
    refused = pytest.raises(Unavailable, match=r"for the database to recover .*set DATABASE_URL")
    with refused, postgres.running(state, stop_patience_s=0.5):
        pass
    assert processes_of(state) == set()


@pytest.mark.parametrize("initdb_dies", [True, False])
def test_an_interrupted_initialisation_is_made_again(
    state: StateDirectory, initdb_dies: bool
) -> None:
    unfinished = state.path / "postgres.new"
    user = use_server(state)
    _wait_for((unfinished / "PG_VERSION").exists)
    kill_outright(user.pid)
    user.communicate()
    if initdb_dies:
        kill_outright(*processes.members(unfinished))
    with postgres.running(state), connect(state) as connection:
        connection.execute("SELECT 1")
    assert not unfinished.exists()


def test_a_directory_that_holds_something_else_is_left_alone(state: StateDirectory) -> None:
    state.create()
    state.postgres.mkdir()
    (state.postgres / "thesis.txt").write_text("years of work")
    with pytest.raises(Unavailable, match="is in the way"), postgres.running(state):
        pass
    assert (state.postgres / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("name", ["with space 'quoted'", "a,b", "x" * 90])
def test_the_path_of_the_state_directory_may_be_odd_or_long(tmp_path: Path, name: str) -> None:
    state = StateDirectory(tmp_path / name)
    with postgres.running(state), connect(state) as connection:
        connection.execute("SELECT 1")
    link = socket_directory(state)
    assert link == state.postgres or not link.is_symlink()


@needs_root
def test_a_link_that_someone_else_made_is_refused(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / ("x" * 90))
    link = socket_directory(state)
    link.symlink_to(tmp_path)
    os.chown(link, 1, 1, follow_symlinks=False)
    try:
        with pytest.raises(Unavailable, match="was not made by us"), postgres.running(state):
            pass
    finally:
        assert link.readlink() == tmp_path
        link.unlink()


def test_the_log_is_kept_in_the_state_directory_and_does_not_grow_for_ever(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LONGEST_LOG_BYTES", 100)
    for _ in range(2):
        with postgres.running(state):
            pass
    assert (state.logs / "postgres.log.1").stat().st_size > 100
    assert "database system is ready" in (state.logs / "postgres.log").read_text()


def _need_slow_recovery(state: StateDirectory) -> None:
    """Leave a crashed server whose recovery asks an archive, which takes seconds to say no."""
    with postgres.running(state):
        with connect(state) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        kill_outright(*processes_of(state))
        _wait_for(lambda: not processes_of(state))
    (state.postgres / "recovery.signal").touch()
    owner = state.postgres.stat()
    os.chown(state.postgres / "recovery.signal", owner.st_uid, owner.st_gid)
    with (state.postgres / "postgresql.auto.conf").open("a") as file:
        file.write("restore_command = 'sleep 2; false'\n")


def _wait_for(condition: Callable[[], bool], limit_s: float = 30.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_the_log_has_no_statement_and_no_value(state: StateDirectory) -> None:
    with postgres.running(state), connect(state) as connection:
        connection.execute("CREATE TABLE t (name text UNIQUE)")
        connection.execute("INSERT INTO t VALUES ('a secret value')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO t VALUES ('a secret value')")
    log = (state.logs / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "secret" not in log
