"""Tokens of a project: issued, used, revoked. Source: Watson Data API, "Projects Tokens"."""

from __future__ import annotations

import hmac
import secrets
import uuid
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.models import ApiKey, Container, Membership, ProjectToken, User
from catalog.services.api_keys import digest_of
from catalog.services.containers import hold_actor, hold_container
from catalog.services.token_accounts import create_account, end_tokens
from catalog.shared.errors import BadRequest, NotFound, NotSignedIn

MARK = "p-"
#: All of them are listed at once.
MAX_TOKENS = 100
#: How old ``last_used_at`` may become before it is written again.
USE_PRECISION = timedelta(minutes=1)


@transaction.atomic
def create_token(
    *, creator: User, project: Container, name: str, role: str
) -> tuple[ProjectToken, str]:
    """Issue a token by which a program works in the project as ``role``.

    Returns its row and the token itself, which can't be had again. Raises BadRequest when the
    project has MAX_TOKENS.
    """
    hold_actor(creator)
    hold_container(project, exclusively=True)
    if project.tokens.issued().count() >= MAX_TOKENS:
        raise BadRequest(f"A project has at most {MAX_TOKENS} tokens: delete those not needed.")
    guid, prefix = uuid.uuid4(), secrets.token_hex(6)
    key = f"{MARK}{prefix}-{secrets.token_urlsafe(32)}"
    account = create_account(token_id=guid, name=name)
    Membership.objects.create(container=project, user=account, role=role)
    row = ApiKey.objects.create(user=account, name=name, prefix=prefix, digest=digest_of(key))
    token = ProjectToken.objects.create(
        id=guid, container=project, account=account, api_key=row, role=role, creator=creator
    )
    return token, key


def prefix_of_token(text: str) -> str:
    """The part of a token that its row is found by; empty for what is no token."""
    prefix, joint, secret = text.removeprefix(MARK).partition("-")
    return prefix if text.startswith(MARK) and joint and secret else ""


def user_of_project_token(text: str) -> User:
    """The account that a token stands for; raises NotSignedIn."""
    prefix = prefix_of_token(text)
    tokens = ProjectToken.objects.usable().select_related("account", "api_key")
    token = tokens.filter(api_key__prefix=prefix).first() if prefix else None
    if token is None or not hmac.compare_digest(token.api_key.digest, digest_of(text)):
        raise NotSignedIn("The project token is not valid, or not any more.")
    _note_use(token)
    return token.account


def _note_use(token: ProjectToken) -> None:
    """Keep when the token was last used, written at most once in USE_PRECISION."""
    now = timezone.now()
    recent = now - USE_PRECISION
    if token.last_used_at is None or token.last_used_at < recent:
        # The row is asked again: of many requests at once, one writes.
        is_old = Q(last_used_at=None) | Q(last_used_at__lt=recent)
        ProjectToken.objects.filter(is_old, pk=token.pk).update(last_used_at=now)


def revoke_token(*, project: Container, token_id: UUID) -> None:
    """Make a token useless at once. Raises NotFound for one that the project has not."""
    if not end_tokens(project.tokens.issued().filter(pk=token_id)):
        raise NotFound(f"The project has no token {token_id}.")


def revoke_tokens(*, project: Container) -> None:
    """Make all tokens of the project useless at once."""
    end_tokens(project.tokens.issued())
