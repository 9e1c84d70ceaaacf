"""``manage.py create_api_key``: a key for a program, shown this once."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from catalog.models import ApiKey, User
from catalog.services.api_keys import create_api_key
from catalog.services.users import create_user
from catalog.shared.errors import ApiError
from catalog.shared.history import changes_by

MAX_NAME: int = ApiKey._meta.get_field("name").max_length or 0
MAX_DAYS = 36_500


class Command(BaseCommand):
    help = "Make an API key and print it, alone, on stdout. It can't be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="whom the key signs in")
        parser.add_argument("name", help="what the key is for")
        parser.add_argument(
            "--expires-in-days", type=int, metavar="N", help="default: until it is revoked"
        )
        parser.add_argument(
            "--service-account",
            action="store_true",
            help="the user is a program; its account is made when there is none",
        )

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        name = options["name"].strip()
        if not name or len(name) > MAX_NAME:
            raise CommandError(f"The name must have 1 to {MAX_NAME} characters.")
        expires_at = _expiry(options["expires_in_days"])
        with changes_by(user_id=None, route="manage.py create_api_key"):
            user = _user(options["username"], options["service_account"])
            _, key = create_api_key(user=user, name=name, expires_at=expires_at)
        self.stdout.write(key)


def _expiry(days: int | None) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= MAX_DAYS:
        raise CommandError(f"--expires-in-days must be 1 to {MAX_DAYS}.")
    return timezone.now() + timedelta(days=days)


def _user(username: str, is_service: bool) -> User:
    user = User.objects.existing().named(username).first()
    if user is None and is_service:
        try:
            return create_user(username=username, is_service=True)
        except ApiError as refusal:
            raise CommandError(refusal.message) from refusal
    if user is None:
        raise CommandError(f"There is no user '{username}'.")
    if not user.is_active:
        raise CommandError(f"The user '{username}' is switched off.")
    if is_service and not user.is_service:
        raise CommandError(f"'{username}' is a person, not a service account.")
    return user
