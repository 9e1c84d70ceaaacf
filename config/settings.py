"""All settings; docs/settings.md lists the variables. Runs with an empty environment."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pghistory
import pgtrigger
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

from config.embedded.postgres import connection_settings
from config.env import (
    PRODUCTION,
    database,
    env,
    environment,
    number,
    require_production_settings,
)
from config.openid import openid_configuration
from config.state import state_directory

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

ENVIRONMENT = environment()
IS_PRODUCTION = ENVIRONMENT == PRODUCTION
if IS_PRODUCTION:
    require_production_settings()
STATE = state_directory()

# --- secrets and hosts -----------------------------------------------------------------------
DEBUG = env.bool("CARDWRIGHT_DEBUG", default=False)
SECRET_KEY = env.str("CARDWRIGHT_SECRET_KEY", default="") or STATE.secret("secret-key")
TOKEN_KEY = env.str("CARDWRIGHT_TOKEN_KEY", default="") or STATE.secret("token-key")
TOKEN_LIFETIME = timedelta(hours=number("CARDWRIGHT_TOKEN_LIFETIME_HOURS", default=12))
ALLOWED_HOSTS = env.list("CARDWRIGHT_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CARDWRIGHT_TRUSTED_ORIGINS", default=[])

# --- what is installed -----------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the plain one would put its own site in place of ours
    "config.apps.CardwrightAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "catalog",
    "connections",
    "assetfiles",
    "events",
    "lineage",
    "jobs",
]
MIDDLEWARE = [
    "catalog.shared.trace.TraceMiddleware",
    "config.metrics.MetricsMiddleware",
    "config.health.ProbesMiddleware",
    "catalog.shared.refusals.UnreadableUrlMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "catalog.views.openid.OpenIDSessionMiddleware",
    "catalog.shared.history.HistoryMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database --------------------------------------------------------------------------------
# Hot reads are prepared statements; off for a pooler that gives each transaction another
# connection and knows none. Everything else goes through Django's cursors, which never prepare.
PREPARED_STATEMENTS = env.bool("CARDWRIGHT_PREPARED_STATEMENTS", default=True)
DATABASE_OPTIONS: dict[str, Any] = {
    "CONN_MAX_AGE": number("CARDWRIGHT_DATABASE_CONNECTION_AGE_S", default=600),
    "CONN_HEALTH_CHECKS": True,
}
DATABASE: dict[str, Any] = database() or {
    "ENGINE": "django.db.backends.postgresql",
    **connection_settings(STATE),
}
DATABASE.setdefault("OPTIONS", {}).setdefault(
    "prepare_threshold", 1 if PREPARED_STATEMENTS else None
)
DATABASES = {"default": DATABASE | DATABASE_OPTIONS}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- history ---------------------------------------------------------------------------------
# One trigger call a statement, however many rows it changes; and the moment that a row changed, not
# the one that its transaction began: a row's changes are in the order in which it was locked.
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"
# No index for each foreign key of a change: the indexes that are read by are the models' own.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_ADMIN_ALL_EVENTS = False

# --- objects: files and attachments ------------------------------------------------------------
ASSETS_BUCKET = env.str("CARDWRIGHT_ASSETS_BUCKET", default="")
STORAGES: dict[str, dict[str, Any]] = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE.objects},
    },
}
STORAGES["assets"] = (
    {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": ASSETS_BUCKET,
            "endpoint_url": env.str("CARDWRIGHT_S3_ENDPOINT", default="") or None,
            "region_name": env.str("CARDWRIGHT_S3_REGION", default="") or None,
            "access_key": env.str("CARDWRIGHT_S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("CARDWRIGHT_S3_SECRET_KEY", default="") or None,
        },
    }
    if ASSETS_BUCKET
    else STORAGES["default"]
)

# --- people ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "catalog.User"
AUTHENTICATION_BACKENDS = ["catalog.services.sign_in.ThrottledBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
#: Failures that cost nothing; each one more doubles the wait, up to the longest.
SIGN_IN_FREE_FAILURES = number("CARDWRIGHT_SIGN_IN_FREE_FAILURES", default=5)
SIGN_IN_LONGEST_WAIT = timedelta(seconds=number("CARDWRIGHT_SIGN_IN_LONGEST_WAIT_S", default=900))
#: How long a Basic header whose password was verified is believed without hashing it again.
BASIC_CREDENTIALS_LIFETIME = timedelta(seconds=number("CARDWRIGHT_BASIC_LIFETIME_S", default=60))
#: Who else says who somebody is; None: nobody.
OPENID = openid_configuration()
ACCOUNT_ID = env.str("CARDWRIGHT_ACCOUNT_ID", default="999")

#: How long the answer to a POST with an Idempotency-Key is kept.
IDEMPOTENCY_LIFETIME = timedelta(hours=number("CARDWRIGHT_IDEMPOTENCY_HOURS", default=24))

#: How long counted reads wait in a process before they are written.
USAGE_FLUSH_S = number("CARDWRIGHT_USAGE_FLUSH_SECONDS", default=5)

# --- API ---------------------------------------------------------------------------------------
MAX_BODY_BYTES = number("CARDWRIGHT_MAX_BODY_BYTES", default=5 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
#: The longest page of a list, whatever a request asks for.
MAX_PAGE = number("CARDWRIGHT_MAX_PAGE", default=200)
#: Requests of one caller in a minute; 0 for any number. So generous that no single machine answers
#: as many: whoever wants a limit sets one.
RATE_LIMIT_PER_MINUTE = number("CARDWRIGHT_RATE_LIMIT_PER_MINUTE", default=600_000)
#: The same for those requests that change something; 0 for no limit of their own.
CHANGE_LIMIT_PER_MINUTE = number("CARDWRIGHT_CHANGE_LIMIT_PER_MINUTE", default=0)
#: The same for requests without credentials that hold, by network address.
ADDRESS_LIMIT_PER_MINUTE = number("CARDWRIGHT_ADDRESS_LIMIT_PER_MINUTE", default=60_000)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["catalog.authentication.HeaderAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["catalog.shared.json.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["catalog.shared.json.OrjsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "catalog.shared.json.AlwaysJSON",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "catalog.shared.exception_handler.handle_exception",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
#: Which contract's error body a path answers with; the first prefix that fits, else the IBM
#: container.
ERROR_BODIES = {
    "/v2/asset_files": "asset_files",
    "/v2/projects": "projects",
    "/transactional/v2/projects": "projects",
    "/v2/jobs": "jobs",
    "/assets/": "assets_api",
    "/report_asset_": "simple",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cardwright",
    "DESCRIPTION": "A self-hosted data catalog: containers, members, asset types and cards.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.tell_of_limits_and_safe_writes",
    ],
    # Of one member's name, and different in what it may be.
    "ENUM_NAME_OVERRIDES": {
        "MemberRole": ["viewer", "editor", "admin"],
        "TokenRole": ["viewer", "editor"],
        "MemberType": ["user", "service", "group"],
        "StorageType": ["assetfiles", "bmcos_object_storage", "amazon_s3"],
        "MemberState": ["ACTIVE"],
        "SpaceState": ["active"],
    },
}

# --- behind TLS --------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = env.bool("CARDWRIGHT_SSL_REDIRECT", default=IS_PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
BEHIND_PROXY = env.bool("CARDWRIGHT_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# --- pages -------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# --- logs and metrics --------------------------------------------------------------------------
METRICS_DIRECTORY = STATE.metrics
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS_DIRECTORY))
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "catalog.shared.trace.JSONFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("CARDWRIGHT_LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "django.request": {"level": "ERROR"},
        "authlib": {"level": "INFO"},  # below that it logs secrets of a sign-in
        "procrastinate.blueprints": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "WARNING"},
    },
}


# --- the admin's face ----------------------------------------------------------------------------
def _is_administrator(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Cardwright",
    "SITE_HEADER": "Cardwright",
    "SITE_SUBHEADER": "Data catalog",
    "SITE_URL": None,  # there is no other site to go to
    "SITE_SYMBOL": "stacks",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("catalog/icon.svg")}
    ],
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("catalog/admin.css")],
    "SCRIPTS": [lambda request: static("catalog/admin.js")],
    "COLORS": {
        "primary": {
            "50": "#f0fdfa",
            "100": "#ccfbf1",
            "200": "#99f6e4",
            "300": "#5eead4",
            "400": "#2dd4bf",
            "500": "#14b8a6",
            "600": "#0d9488",
            "700": "#0f766e",
            "800": "#115e59",
            "900": "#134e4a",
            "950": "#042f2e",
        }
    },
    "SIDEBAR": {
        "navigation": [
            {
                "items": [
                    {"title": "Overview", "icon": "dashboard", "link": reverse_lazy("admin:index")},
                    {
                        "title": "Cards",
                        "icon": "description",
                        "link": reverse_lazy("admin:catalog_asset_changelist"),
                    },
                    {
                        "title": "Catalogs",
                        "icon": "menu_book",
                        "link": reverse_lazy("admin:catalog_container_changelist"),
                    },
                    {
                        "title": "Asset types",
                        "icon": "category",
                        "link": reverse_lazy("admin:catalog_assettype_changelist"),
                    },
                ]
            },
            {
                "title": "Access",
                "separator": True,
                "items": [
                    {
                        "title": "Users",
                        "icon": "group",
                        "link": reverse_lazy("admin:catalog_user_changelist"),
                        "permission": _is_administrator,
                    },
                    {
                        "title": "Groups",
                        "icon": "groups",
                        "link": reverse_lazy("admin:auth_group_changelist"),
                        "permission": _is_administrator,
                    },
                    {
                        "title": "API keys",
                        "icon": "key",
                        "link": reverse_lazy("admin:catalog_apikey_changelist"),
                    },
                ],
            },
            {
                "title": "For programs",
                "separator": True,
                "items": [{"title": "API reference", "icon": "api", "link": reverse_lazy("docs")}],
            },
        ]
    },
}
