"""A closed loop of keep-alive connections: each sends its next request when its answer is there."""

from __future__ import annotations

import itertools
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Figures:
    """What one loop measured."""

    requests: int
    seconds: float
    failures: int
    milliseconds: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        ordered = sorted(self.milliseconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """The status of the answer once it is whole."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed a connection")
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        lower = head.lower()
        start = lower.find(b"content-length:")
        length = int(lower[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        return int(head[9:12]) if len(body) >= length else None


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """One HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def closed_loop(
    port: int,
    make: Callable[[int], bytes],
    *,
    seconds: float,
    connections: int = 16,
    expected: int = 200,
) -> Figures:
    """Send ``make(0)``, ``make(1)``… over ``connections`` for ``seconds``."""
    numbers = itertools.count()
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        opened = _Connection(port)
        selector.register(opened.socket, selectors.EVENT_READ, opened)
        opened.send(make(next(numbers)))
    figures = Figures(0, 0.0, 0, [])
    started = time.perf_counter()
    while (now := time.perf_counter()) - started < seconds:
        for key, _ in selector.select(1):
            status = key.data.receive()
            if status is None:
                continue
            figures.milliseconds.append((time.perf_counter() - key.data.sent_at) * 1000)
            figures.requests += 1
            figures.failures += status != expected
            key.data.send(make(next(numbers)))
    figures.seconds = now - started
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return figures
