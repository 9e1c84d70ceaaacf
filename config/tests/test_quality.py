"""What the tools say of the code: style, types, layers, migrations, schema, deployment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
PRODUCTION = {
    "CARDWRIGHT_ENV": "production",
    "CARDWRIGHT_SECRET_KEY": "f3b1" * 20 + "-secret-key-of-a-test",
    "CARDWRIGHT_TOKEN_KEY": "9c0d" * 20 + "-token-key-of-a-test",
    "CARDWRIGHT_ALLOWED_HOSTS": "catalog.example.com",
    "DATABASE_URL": "postgres://cardwright:secret@db.example.com:5432/cardwright",
    "CARDWRIGHT_ASSETS_BUCKET": "assets",
}


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        [str(BIN / "ruff"), "check", "."],
        [str(BIN / "ruff"), "format", "--check", "."],
        [str(BIN / "mypy"), "."],
        [str(BIN / "lint-imports")],
        [*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull],
    ],
    ids=["ruff-check", "ruff-format", "mypy", "import-linter", "openapi"],
)
def test_the_tools_have_nothing_to_say(command: list[str]) -> None:
    done = run(command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_production_refuses_to_start_and_lists_everything_that_is_missing() -> None:
    without = {name: "" for name in PRODUCTION if name != "CARDWRIGHT_ENV"}
    done = run([*MANAGE, "check"], **without, CARDWRIGHT_ENV="production")
    assert done.returncode != 0
    for name in without:
        assert name in done.stderr


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name != "CARDWRIGHT_ENV"])
def test_production_names_the_one_setting_that_is_missing(missing: str) -> None:
    done = run([*MANAGE, "check"], **(PRODUCTION | {missing: ""}))
    assert done.returncode != 0
    named = [name for name in PRODUCTION if f"  {name}:" in done.stderr]
    assert named == [missing]


@pytest.mark.parametrize("environment", [{}, PRODUCTION])
def test_half_of_a_sign_in_service_is_refused_in_words(environment: dict[str, str]) -> None:
    half = {"CARDWRIGHT_OIDC_ISSUER": "https://id.example.com", "CARDWRIGHT_OIDC_CLIENT_ID": "x"}
    for command in ([*MANAGE, "check"], [sys.executable, "-m", "config.up", "--port", "1"]):
        done = run(command, **(environment | half))
        assert done.returncode != 0
        assert "  CARDWRIGHT_OIDC_CLIENT_SECRET: that client's secret" in done.stderr
        assert "CARDWRIGHT_OIDC_CLIENT_ID:" not in done.stderr
        assert "Traceback" not in done.stderr


def test_the_deployment_check_is_clean_in_production() -> None:
    done = run([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_an_unknown_environment_is_refused() -> None:
    done = run([*MANAGE, "check"], CARDWRIGHT_ENV="staging")
    assert done.returncode != 0
    assert "'embedded' or 'production'" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CARDWRIGHT_MAX_BODY_BYTES", "much"),
        ("DATABASE_URL", "mysql://user@host/name"),
        ("CARDWRIGHT_TOKEN_KEY", "short"),
        ("CARDWRIGHT_ALLOWED_HOSTS", " "),
    ],
)
def test_a_setting_that_can_not_be_is_refused_by_name(name: str, value: str) -> None:
    done = run([*MANAGE, "check"], **(PRODUCTION | {name: value}))
    assert done.returncode != 0
    assert f"{name}" in done.stderr.strip().splitlines()[-1]
