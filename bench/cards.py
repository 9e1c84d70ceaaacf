"""GET, GET as of a time, POST and PATCH of cards, beside the same JSON from a bare DRF view.

``python bench/cards.py [--seconds N] [--rounds N]`` starts a server of its own on a fresh embedded
database, and prints requests a second, latencies and the ratios GET card / bare view and GET card /
GET as of, round by round. Each card has as many versions as it was patched before.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

from bench.load import Figures, closed_loop, request_bytes  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

CARDS = 1000
COLUMNS = [
    {
        "name": name,
        "type": {"type": "varchar", "length": 1024, "scale": 0, "nullable": True, "signed": False},
    }
    for name in ("id", "name", "country", "opened_on", "closed_on", "revenue")
]


def card(number: int) -> dict[str, Any]:
    """A card of ordinary size: about 1.8 kB of JSON as the API answers it."""
    return {
        "metadata": {
            "name": f"customers_{number:06}",
            "description": "Customers of the last ten years, one row each, corrected monthly.",
            "tags": ["customers", "crm", f"batch-{number % 97}"],
            "asset_type": "data_asset",
        },
        "entity": {"data_asset": {"mime_type": "text/csv", "dataset": True, "columns": COLUMNS}},
    }


@contextmanager
def server(port: int) -> Iterator[None]:
    """granian as ``bin/up`` starts it, with the benchmark's settings."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws"]
    command += ["--log-level", "error", "config.wsgi:application"]
    process = subprocess.Popen(command, cwd=CHECKOUT)  # noqa: S603
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def prepare() -> tuple[str, str, list[str], str]:
    """A catalog with cards, the same JSON in a table of its own; token, catalog, ids, and when they
    were there.
    """
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from catalog.models import Container, User
    from catalog.selectors.cards import card_document
    from catalog.services import assets, containers, sign_in, users
    from catalog.shared.json import dump

    call_command("migrate", verbosity=0)
    users.ensure_administrator(username="admin", password="password")
    # A member like most callers, not an administrator whom no rule applies to.
    user: User = users.create_user(username="reader", password="bench-marking-1")
    catalog: Container = containers.create_container(actor=user, kind="catalog", name="bench")
    created = [
        assets.create_asset(actor=user, container=catalog, body=card(n)) for n in range(CARDS)
    ]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_card (id uuid PRIMARY KEY, document jsonb NOT NULL)")
        cursor.executemany(
            "INSERT INTO bench_card VALUES (%s, %s::jsonb)",
            [(asset.pk, dump(card_document(asset)).decode()) for asset in created],
        )
        cursor.execute("VACUUM ANALYZE")
    token = sign_in.issue_token(user)[0]
    connection.close()
    began = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return token, str(catalog.pk), [str(asset.pk) for asset in created], began


def show(name: str, figures: Figures) -> None:
    print(
        f"{name:<16}{figures.rate:8.0f}/s   p50 {figures.percentile(0.5):6.1f} ms   "
        f"p99 {figures.percentile(0.99):6.1f} ms   failures {figures.failures}"
    )


class Round(NamedTuple):
    """What one round gave: two ratios, and requests a second."""

    get_to_bare: float
    get_to_as_of: float
    posts: float
    patches: float


def measure(
    port: int, token: str, catalog: str, ids: list[str], began: str, seconds: float
) -> Round:
    """One round: bare, GET, bare again, GET as of when it ``began``, GET again, POST, PATCH."""
    headers = {"Authorization": f"Bearer {token}"}

    def get(number: int) -> bytes:
        return request_bytes(
            "GET", f"/v2/assets/{ids[number % CARDS]}?catalog_id={catalog}", headers
        )

    def bare(number: int) -> bytes:
        return request_bytes("GET", f"/bare/{ids[number % CARDS]}", {})

    def post(number: int) -> bytes:
        body = json.dumps(card(number)).encode()
        more = headers | {"Content-Type": "application/json"}
        return request_bytes("POST", f"/v2/assets?catalog_id={catalog}", more, body)

    def as_of(number: int) -> bytes:
        query = f"catalog_id={catalog}&as_of={began}"
        return request_bytes("GET", f"/v2/assets/{ids[number % CARDS]}?{query}", headers)

    def patch(number: int) -> bytes:
        value = f"Corrected for the {number}th time at {time.time()}."
        operations = [{"op": "replace", "path": "/metadata/description", "value": value}]
        more = headers | {"Content-Type": "application/json"}
        path = f"/v2/assets/{ids[number % CARDS]}?catalog_id={catalog}"
        return request_bytes("PATCH", path, more, json.dumps(operations).encode())

    before = closed_loop(port, bare, seconds=seconds)
    cards = closed_loop(port, get, seconds=seconds)
    after = closed_loop(port, bare, seconds=seconds)
    then = closed_loop(port, as_of, seconds=seconds)
    again = closed_loop(port, get, seconds=seconds)
    posted = closed_loop(port, post, seconds=seconds, expected=201)
    patched = closed_loop(port, patch, seconds=seconds)
    for name, figures in (
        ("bare view", before),
        ("GET card", cards),
        ("bare view", after),
        ("GET card as of", then),
        ("GET card", again),
        ("POST card", posted),
        ("PATCH card", patched),
    ):
        show(name, figures)
    found = Round(
        get_to_bare=cards.rate / ((before.rate + after.rate) / 2),
        get_to_as_of=(cards.rate + again.rate) / 2 / then.rate,
        posts=posted.rate,
        patches=patched.rate,
    )
    print(f"GET card / bare view: {found.get_to_bare:.2f}; ", end="")
    print(f"GET card / GET as of: {found.get_to_as_of:.2f}\n")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each loop")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cardwright-bench-") as directory:
        os.environ["CARDWRIGHT_STATE"] = directory
        os.environ.pop("DATABASE_URL", None)
        from config.embedded import postgres
        from config.state import state_directory

        with postgres.running(state_directory()):
            token, catalog, ids, began = prepare()
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            with server(port):
                closed_loop(port, lambda _: request_bytes("GET", "/healthz", {}), seconds=1)
                rounds = [
                    measure(port, token, catalog, ids, began, options.seconds)
                    for _ in range(options.rounds)
                ]
    middle = Round(*(statistics.median(figures) for figures in zip(*rounds, strict=True)))
    print(f"median of {options.rounds}: GET card / bare view {middle.get_to_bare:.2f}, ", end="")
    print(f"GET card / GET as of {middle.get_to_as_of:.2f}, ", end="")
    print(f"POST card {middle.posts:.0f}/s, PATCH card {middle.patches:.0f}/s")


if __name__ == "__main__":
    main()
