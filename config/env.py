"""Reads the environment: typed values, embedded defaults, and the list of what production lacks."""

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

EMBEDDED = "embedded"
PRODUCTION = "production"

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
        if not env.str(name, default="")
    ]
    if missing:
        listed = "\n".join(missing)
        raise ImproperlyConfigured(f"CARDWRIGHT_ENV=production needs these settings:\n{listed}")
