"""The state directory: its place, its secrets, and who may serve from it."""

import multiprocessing
import os
import stat
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from config.state import CHECKOUT, StateDirectory, StateInUse, state_directory


def _ask_for_secret(path: Path, barrier: Barrier, answers: "Queue[str]") -> None:
    barrier.wait()
    answers.put(StateDirectory(path).secret("token-key"))


def test_the_state_directory_is_in_the_checkout_unless_it_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CARDWRIGHT_STATE")
    assert state_directory().path == CHECKOUT / ".state"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARDWRIGHT_STATE", "kept here")
    assert state_directory().path == tmp_path / "kept here"


def test_naming_a_state_directory_touches_nothing(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state")
    assert state.objects.parent == state.path
    assert not state.path.exists()


def test_what_is_made_is_private_and_what_exists_keeps_its_mode(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "outer" / "state")
    state.path.parent.mkdir(mode=0o755)
    state.path.mkdir(mode=0o751)
    state.create()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in state.path.iterdir()}
    assert modes == dict.fromkeys(("objects", "keys", "logs", "metrics"), 0o700)
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o751


def test_a_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state")
    secret = state.secret("secret-key")
    assert len(secret) >= 50
    assert state.secret("secret-key") == secret
    assert state.secret("token-key") != secret
    assert stat.S_IMODE((state.keys / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o700


def test_processes_that_ask_for_a_new_secret_at_once_get_the_same(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(8), context.Queue()
    askers = [
        context.Process(target=_ask_for_secret, args=(tmp_path / "state", barrier, answers))
        for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    assert len({answers.get(timeout=30) for _ in askers}) == 1
    for asker in askers:
        asker.join()


def test_a_second_server_on_the_same_directory_is_told_who_holds_it(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state")
    refused = pytest.raises(StateInUse, match=rf"process {os.getpid()} .*{state.path}")
    with state.held(), refused, state.held():
        pass
    with state.held():
        pass
