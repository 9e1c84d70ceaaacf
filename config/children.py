"""Starts and ends the processes that the supervisor keeps: the web server and the worker."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from config.state import CHECKOUT

WEB_PROCESSES = 2
WEB_THREADS = 4
#: A worker that lived this long was well, and is started again at once.
WELL_AFTER_S = 60.0
LONGEST_BACKOFF_S = 30.0


def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Run a module in a process group of its own; its output goes to our stderr."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "config.tether", str(os.getpid()), module, *arguments],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        process_group=0,
    )


def start_web_server(host: str, port: int) -> subprocess.Popen[bytes]:
    return start(
        "granian",
        *("--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"),
        *("--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS)),
        *("--backlog", "1024", "--http1-keep-alive"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "2"),
        *("--log-level", "warning"),
        "config.wsgi:application",
    )


class Worker:
    """The process that runs jobs; started again, less and less eagerly, whenever it ends."""

    def __init__(self) -> None:
        self._backoff_s = 1.0
        self._again_at: float | None = None
        self._start()

    def look_after(self) -> None:
        """Start the process again if it has ended and has waited for its turn."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self._again_at is None:
            if now - self._started > WELL_AFTER_S:
                self._backoff_s = 1.0
            self._again_at = now + self._backoff_s
            sys.stderr.write(
                f"the worker ended with status {self.process.returncode}; "
                f"it is started again in {self._backoff_s:.0f} s\n"
            )
            self._backoff_s = min(self._backoff_s * 2, LONGEST_BACKOFF_S)
        elif now >= self._again_at:
            self._start()

    def _start(self) -> None:
        self.process = start(
            *("manage", "procrastinate", "worker", "--concurrency", "1"),
            *("--shutdown-graceful-timeout", "1"),
        )
        self._started = time.monotonic()
        self._again_at = None


def stop(processes: list[subprocess.Popen[bytes]], limit_s: float) -> None:
    """Ask all to end, and kill, with their groups, those that have not after ``limit_s``."""
    deadline = time.monotonic() + limit_s
    for process in processes:
        with suppress(ProcessLookupError):
            process.terminate()
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(deadline - time.monotonic(), 0))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
