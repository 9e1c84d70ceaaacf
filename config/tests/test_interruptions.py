"""A request to stop is never lost, and never leaves what must be finished half done."""

import subprocess
import sys

import pytest

from config.state import CHECKOUT

ASK = "import os, signal, time\nfrom config.interruptions import run_until_stopped, undisturbed\n"
LOST_IN_A_FINALIZER = """
class Dropped:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)

def work():
    Dropped()
    time.sleep(60)
"""
TAKEN_FOR_SOMETHING_ELSE = """
def work():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    except BaseException as error:
        raise ValueError("the connection is in a bad state") from error
"""
ASKED_BEFORE_IT_COULD_ANSWER = """
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
os.kill(os.getpid(), signal.SIGTERM)

def work():
    time.sleep(60)
"""
ASKED_AGAIN_WHILE_CLEANING_UP = """
def work():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    finally:
        with undisturbed():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)
            print("clean")
"""


@pytest.mark.parametrize(
    "work",
    [
        LOST_IN_A_FINALIZER,
        TAKEN_FOR_SOMETHING_ELSE,
        ASKED_BEFORE_IT_COULD_ANSWER,
        ASKED_AGAIN_WHILE_CLEANING_UP,
    ],
)
def test_a_request_to_stop_ends_the_work_quietly(work: str) -> None:
    done = _run(work)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ("clean\nended\n" if "clean" in work else "ended\n")


def test_an_error_that_nobody_asked_for_is_not_hidden() -> None:
    done = _run("def work():\n    raise ValueError('a fault')\n")
    assert done.returncode == 1
    assert "ValueError: a fault" in done.stderr


def test_a_hang_up_is_ignored_under_nohup() -> None:
    work = (
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "def work():\n    os.kill(os.getpid(), signal.SIGHUP)\n    print('still here')\n"
    )
    assert _run(work).stdout == "still here\nended\n"


def _run(work: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"{ASK}{work}\nrun_until_stopped(work)\nprint('ended')"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
