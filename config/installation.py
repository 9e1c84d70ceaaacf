"""Brings the database up to date at each start, and furnishes a new one."""

import os
import secrets
import sys

from config.state import StateDirectory, write_private

ADMINISTRATOR = "admin"


def bring_up_to_date(state: StateDirectory, with_demo: bool) -> None:
    """Migrate, register asset types, make the administrator, load the demo catalog if new.

    Django is set up, and the database answers. What an interrupted first start left undone is
    done by the next.
    """
    from django.db import connections

    begun = state.path / "first-start"
    if _migrate():
        begun.touch()
    _furnish(state, with_demo=with_demo and begun.exists())
    begun.unlink(missing_ok=True)
    connections.close_all()  # this process only watches from now on


def _migrate() -> bool:
    """Apply migrations, if any are missing; tell whether the database was empty before."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    is_empty = not executor.loader.applied_migrations
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    return is_empty


def _furnish(state: StateDirectory, *, with_demo: bool) -> None:
    from django.core.management import call_command

    from catalog.services.asset_types import sync_asset_types

    sync_asset_types()
    _ensure_administrator(state)
    if with_demo:
        call_command("load_demo", stdout=sys.stderr)


def _ensure_administrator(state: StateDirectory) -> None:
    """Make the first administrator; a password that nobody chose is shown this once."""
    from django.contrib.auth import get_user_model

    from catalog.services.users import ensure_administrator

    if get_user_model().objects.filter(is_superuser=True).exists():
        return
    password = os.environ.get("CARDWRIGHT_ADMIN_PASSWORD") or secrets.token_urlsafe(16)
    # Kept before it is used: a crash in between must not leave an account that nobody can enter.
    write_private(state.path / "admin-password", password)
    ensure_administrator(username=ADMINISTRATOR, password=password)
    sys.stdout.write(f"administrator {ADMINISTRATOR}, password {password}\n")
    sys.stdout.flush()
