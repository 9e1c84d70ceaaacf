"""``manage.py load_demo``: a catalog to look around in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalog.services.demo import load_demo
from catalog.shared.history import changes_by


class Command(BaseCommand):
    help = "Make the demo catalog, unless there is one."

    def handle(self, **options: Any) -> None:
        # Each card names the one of its people who made it; nobody else did.
        with changes_by(user_id=None, route="manage.py load_demo"):
            cards = load_demo()
        self.stdout.write(
            f"demo catalog: {cards} cards" if cards else "demo catalog: there is one already"
        )
