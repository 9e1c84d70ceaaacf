"""Reads that the real server answered are counted, however it is stopped."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.request
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from config.state import StateDirectory
from config.tests.servers import kill_outright
from config.tests.test_schemathesis import CARD, Administrator
from config.tests.test_up import Up

pytestmark = pytest.mark.up

#: Longer than any test: what is counted was written at the end, and not by the clock.
NEVER = "3600"


class Reader(Administrator):
    """Reads one card of the running product."""

    path = ""

    def make_card(self) -> None:
        catalog = self.post("/v2/catalogs", {"name": "Library"})["metadata"]["guid"]
        asset = self.post(f"/v2/assets?catalog_id={catalog}", CARD)["asset_id"]
        self.path = f"/v2/assets/{asset}?catalog_id={catalog}"

    def read(self) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(self.url + self.path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            usage: dict[str, Any] = json.load(answer)["metadata"]["usage"]
            return usage

    def read_when_served(self) -> dict[str, Any]:
        """The same of a server whose workers are still starting: what nobody heard is no read."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.read()
            except OSError:
                assert time.monotonic() < deadline, "waited in vain"
                time.sleep(0.1)

    def read_until_refused(self, answered: list[int], sent: list[int]) -> None:
        """Over one connection that is kept; what was sent last may have been read or not."""
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        try:
            while True:
                sent.append(1)
                connection.request(
                    "GET", self.path, headers={"Authorization": f"Bearer {self.token}"}
                )
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    answered.append(1)
        except (OSError, HTTPException):
            pass


def started(state: StateDirectory) -> Up:
    up = Up(state, "--no-demo", CARDWRIGHT_USAGE_FLUSH_SECONDS=NEVER)
    up.wait_until_ready()
    return up


def restarted(up: Up, reader: Reader) -> tuple[Up, Reader]:
    again = started(up.state)
    path = reader.path
    reader = Reader(again)
    reader.path = path
    return again, reader


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path / "state")


def test_a_stop_by_either_signal_loses_no_read(state: StateDirectory) -> None:
    up = started(state)
    reader = Reader(up)
    reader.make_card()
    reads = 0
    for number in (signal.SIGTERM, signal.SIGINT):
        for _ in range(40):
            reader.read()
        reads += 40
        assert up.end(number) == 0
        assert "usage_not_written" not in up.errors()
        up, reader = restarted(up, reader)
        assert reader.read()["access_count"] == reads
        reads += 1
    assert up.end() == 0


def test_a_stop_among_reads_loses_none_that_was_answered(state: StateDirectory) -> None:
    up = started(state)
    reader = Reader(up)
    reader.make_card()
    answered: list[int] = []
    sent: list[int] = []
    threads = [
        threading.Thread(target=reader.read_until_refused, args=(answered, sent)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1)
    assert up.end() == 0
    for thread in threads:
        thread.join(60)
    again, reader = restarted(up, reader)
    counted = reader.read()["access_count"]
    assert again.end() == 0
    assert len(answered) > 50
    assert len(answered) <= counted <= len(sent)


def test_workers_that_are_replaced_or_killed_lose_no_read_of_the_others(
    state: StateDirectory,
) -> None:
    up = started(state)
    reader = Reader(up)
    reader.make_card()
    for _ in range(30):
        reader.read()
    server = up.children()["granian"]
    workers = workers_of(server)
    os.kill(server, signal.SIGHUP)  # granian starts new workers and stops the old ones
    wait_for(lambda: not workers & workers_of(server))
    assert reader.read_when_served()["access_count"] == 30
    victim = min(workers_of(server))
    kill_outright(victim)
    wait_for(lambda: victim not in workers_of(server) and len(workers_of(server)) == 2)
    # What waited in the killed one is lost, and no more.
    assert reader.read_when_served()["access_count"] == 30
    assert up.end() == 0


def workers_of(server: int) -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if parent == str(server):
                found.add(int(entry.name))
    return found


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
