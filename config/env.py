"""Reads the environment: typed values, embedded defaults, and the list of what production lacks."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

EMBEDDED = "embedded"
PRODUCTION = "production"
SHORTEST_TOKEN_KEY = 32

#: What production can't do without, in the order in which it is complained of: variable, what it
#: is.
REQUIRED_IN_PRODUCTION = (
    ("CARDWRIGHT_SECRET_KEY", "secret that signs sessions"),
    ("CARDWRIGHT_TOKEN_KEY", "secret that signs access tokens"),
    ("CARDWRIGHT_ALLOWED_HOSTS", "host names that the server answers to, comma separated"),
    ("DATABASE_URL", "PostgreSQL database, postgres://user:password@host:port/name"),
    ("CARDWRIGHT_ASSETS_BUCKET", "S3 bucket for files and attachments"),
)


def environment() -> str:
    """``embedded`` (the default: everything on this machine) or ``production``."""
    name = env.str("CARDWRIGHT_ENV", default=EMBEDDED)
    if name not in (EMBEDDED, PRODUCTION):
        raise ImproperlyConfigured(
            f"CARDWRIGHT_ENV is '{name}'; it must be '{EMBEDDED}' or '{PRODUCTION}'."
        )
    return name


def require_production_settings() -> None:
    """Refuse to start with one message that lists everything that is missing."""
    missing = [
        f"  {name}: {what}"
        for name, what in REQUIRED_IN_PRODUCTION
        if not env.str(name, default="").strip()
    ]
    if missing:
        listed = "\n".join(missing)
        raise ImproperlyConfigured(f"CARDWRIGHT_ENV=production needs these settings:\n{listed}")
    if len(env.str("CARDWRIGHT_TOKEN_KEY")) < SHORTEST_TOKEN_KEY:
        raise ImproperlyConfigured(
            f"CARDWRIGHT_TOKEN_KEY must have at least {SHORTEST_TOKEN_KEY} characters: whoever "
            "guesses it signs in as anybody."
        )


def number(name: str, default: int) -> int:
    """A whole number; the refusal of anything else names the variable."""
    try:
        return int(env.str(name, default="").strip() or default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from error


def database() -> dict[str, Any] | None:
    """Django's settings of the database that DATABASE_URL names, if it names one."""
    url = env.str("DATABASE_URL", default="").strip()
    if url and not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or postgresql://.")
    return env.db_url_config(url) if url else None
