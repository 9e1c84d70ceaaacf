"""Waits for the database with a limit, and says so now and then."""

import os
import sys
import time

from config.embedded.account import Unavailable

LONGEST_PAUSE_S = 0.5
SAY_EVERY_S = 5.0


class Patience:
    """A limit on one wait: call ``wait`` between two looks at what is waited for."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._begun = time.monotonic()
        self._next_word_s = SAY_EVERY_S
        self._pause_s = 0.01

    @classmethod
    def to_start(cls) -> "Patience":
        """``CARDWRIGHT_POSTGRES_TIMEOUT`` seconds: the recovery of a big database is slow."""
        return cls(float(os.environ.get("CARDWRIGHT_POSTGRES_TIMEOUT", "600")))

    def wait(self, what: str, detail: str = "") -> None:
        """Sleep a little; raises Unavailable, with the detail, when the limit is reached."""
        waited_s = time.monotonic() - self._begun
        if waited_s >= self._limit_s:
            because = f" ({detail})" if detail else ""
            raise Unavailable(f"waited {waited_s:.0f} s in vain for {what}{because}")
        if waited_s >= self._next_word_s:
            sys.stderr.write(f"waiting for {what}, {waited_s:.0f} s\n")
            sys.stderr.flush()
            self._next_word_s = waited_s + SAY_EVERY_S
        time.sleep(min(self._pause_s, max(self._limit_s - waited_s, 0)))
        self._pause_s = min(self._pause_s * 1.3, LONGEST_PAUSE_S)
