"""Turns a request to stop into an exception that can not get lost; shields cleaning up from it."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SIGNALS = (*STOP_SIGNALS, signal.SIGALRM)
INSIST_EVERY_S = 0.2


class StopRequested(KeyboardInterrupt):
    """SIGTERM or Ctrl-C; a KeyboardInterrupt, so that libraries let go as they do for one."""


def run_until_stopped(work: Callable[[], None]) -> None:
    """Call ``work``, and return when it has returned or the program has been asked to stop."""
    requested = threading.Event()

    def request(number: int, frame: FrameType | None) -> None:
        # Python drops an exception that is raised inside a finalizer, and a library may catch
        # it, so a timer calls this again, until the work has been left, and nothing else does.
        if number == signal.SIGALRM or not requested.is_set():
            requested.set()
            signal.setitimer(signal.ITIMER_REAL, INSIST_EVERY_S)
            raise StopRequested

    try:
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as by nohup
                signal.signal(number, request)
        # bin/bootstrap.py has held them back since before this program could answer them.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        work()
    except BaseException:
        _stop_listening()
        if not requested.is_set():
            raise
        # else it is the request, or what a library that it interrupted has made of it
    _stop_listening()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back requests to stop inside the block, for cleaning up that is itself short."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop_listening() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
