"""Speed and memory of import_cards and export_cards.

``python bench/import_cards.py [--cards N]`` generates N cards, imports them with the command in a
process of its own into a fresh embedded database, imports them again, and exports them; it prints
what each run said of itself, its cards a second by the clock, and the most memory that its
process had.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

CATALOG = "bench"
TYPES = ("varchar", "integer", "timestamp", "decimal")


def card(number: int) -> dict[str, Any]:
    """A card of ordinary size, about 1 kB of JSON; the same one for the same number."""
    columns = [
        {
            "name": f"column_{place}",
            "type": {
                "type": TYPES[(number + place) % len(TYPES)],
                "length": 1024,
                "nullable": True,
            },
        }
        for place in range(4 + number % 5)
    ]
    return {
        "metadata": {
            "name": f"customers_{number:07}",
            "description": f"Customers of region {number % 250}, one row each, corrected monthly.",
            "tags": ["customers", "crm", f"batch-{number % 97}"],
            "asset_type": "data_asset",
            "resource_key": f"warehouse/region_{number % 250}/customers_{number:07}",
        },
        "entity": {
            "data_asset": {
                "mime_type": "text/csv",
                "dataset": True,
                "columns": columns,
                "rows": number * 7919 % 1_000_003,
            }
        },
    }


def generate(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(card(number), separators=(",", ":")) + "\n")


def run(title: str, count: int, *arguments: str) -> None:
    """Run a command of manage.py by itself and print its figures."""
    command = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    said = process.stdout.read().strip() if process.stdout else ""
    # Of this child alone; the database is this process's own.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{title}: exit code {process.returncode}")
    rate = count / (time.monotonic() - began)
    print(f"{title:<14}{rate:8.0f} cards/s {usage.ru_maxrss / 1024:6.0f} MB   {said}", flush=True)


def prepare() -> None:
    """An empty catalog."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from catalog.models import User
    from catalog.services.containers import create_container
    from catalog.services.users import ensure_administrator

    call_command("migrate", verbosity=0)
    ensure_administrator(username="admin", password="password")
    create_container(actor=User.objects.get(), kind="catalog", name=CATALOG)
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=100_000)
    count = parser.parse_args().cards
    with tempfile.TemporaryDirectory(prefix="cardwright-bench-") as directory:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["CARDWRIGHT_STATE"] = str(Path(directory) / "state")
        os.environ.pop("DATABASE_URL", None)
        from config.embedded import postgres
        from config.state import state_directory

        source, copy = Path(directory) / "cards.jsonl", Path(directory) / "export.jsonl"
        generate(source, count)
        print(f"{count} cards, {source.stat().st_size / 1e6:.0f} MB", flush=True)
        with postgres.running(state_directory()):
            prepare()
            run("first import", count, "import_cards", str(source), "--catalog", CATALOG)
            run("second import", count, "import_cards", str(source), "--catalog", CATALOG)
            run("export", count, "export_cards", str(copy), "--catalog", CATALOG)
            run("its import", count, "import_cards", str(copy), "--catalog", CATALOG)


if __name__ == "__main__":
    main()
