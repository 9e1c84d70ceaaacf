"""The limit of requests, kept by all processes of the real server together."""

from __future__ import annotations

import threading
import time
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path

import pytest

from config.state import StateDirectory
from config.tests.test_schemathesis import Administrator
from config.tests.test_up import Up

pytestmark = [
    pytest.mark.up,
    pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning"),
]

LIMIT = 1500
CALLERS = 8
LONGEST_S = 150.0


class Window:
    """What was answered in one window, told apart by when it ends."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.told: list[int] = []


def spend(admin: Administrator, windows: dict[str, Window], lock: threading.Lock) -> None:
    """Ask over one connection until the limit was met."""
    connection = HTTPConnection(admin.url.removeprefix("http://"), timeout=30)
    headers = {"Authorization": f"Bearer {admin.token}"}
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        connection.request("GET", "/v2/catalogs?limit=1", headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.getheader("X-RateLimit-Limit") == str(LIMIT)
        ends = answer.getheader("X-RateLimit-Reset") or ""
        with lock:
            window = windows.setdefault(ends, Window())
            window.statuses[answer.status] += 1
            window.told.append(int(answer.getheader("X-RateLimit-Remaining") or -1))
        if answer.status == 429:
            assert 1 <= int(answer.getheader("Retry-After") or 0) <= 61
            break
    connection.close()


def test_two_processes_together_answer_what_the_limit_allows_and_no_more(tmp_path: Path) -> None:
    up = Up(
        StateDirectory(tmp_path / "state"),
        "--no-demo",
        CARDWRIGHT_RATE_LIMIT_PER_MINUTE=str(LIMIT),
    )
    up.wait_until_ready()
    admin = Administrator(up)
    windows: dict[str, Window] = {}
    lock = threading.Lock()
    threads = [threading.Thread(target=spend, args=(admin, windows, lock)) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_S + 60)
    processes = list((up.state.path / "metrics").glob("histogram_*.db"))
    assert up.end() == 0
    assert len(processes) == 2, "both server processes have answered"
    assert all(window.statuses[200] <= LIMIT for window in windows.values())
    assert all(set(window.statuses) <= {200, 429} for window in windows.values())
    spent = [window for window in windows.values() if window.statuses[429]]
    assert sum(window.statuses[429] for window in spent) == CALLERS
    for window in spent:
        assert window.statuses[200] >= LIMIT * 0.9
        assert min(window.told) == 0
        assert max(window.told) < LIMIT
