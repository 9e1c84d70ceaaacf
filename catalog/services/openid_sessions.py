"""Sessions of the admin that began at a provider: asked about from time to time, and ended."""

from __future__ import annotations

import base64
import hashlib
import logging
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.models import ExternalIdentity, ExternalSession
from catalog.services.openid_provider import Answer, provider_of
from catalog.services.openid_users import may_use_the_admin, user_of_claims
from catalog.shared.errors import ApiError, BadGateway, Unavailable
from catalog.shared.openid import OpenIDConfiguration

logger = logging.getLogger(__name__)

#: How soon a provider that gave no answer is asked again.
AGAIN_AFTER = timedelta(minutes=1)


def begin_session(
    *, configuration: OpenIDConfiguration, identity: ExternalIdentity, refresh_token: str
) -> UUID:
    """Keep what is needed to ask about the session later; the id for the browser's session."""
    session = ExternalSession.objects.create(
        identity=identity,
        refresh_token=_sealed(refresh_token),
        next_check_at=timezone.now() + configuration.recheck_after,
    )
    return session.pk


def end_session(session_id: UUID) -> bool:
    """Forget a session; whether there was one."""
    return bool(ExternalSession.objects.filter(pk=session_id).delete()[0])


def is_over(*, configuration: OpenIDConfiguration | None, session_id: UUID, user_id: int) -> bool:
    """Whether the session of this id has ended, asking the provider when it is time to.

    It has when the provider says no, when it gave nothing to ask it with, or when it has given no
    answer for twice the time after which it is asked. While one request asks, others go on.
    """
    session = ExternalSession.objects.select_related("identity").filter(pk=session_id).first()
    if (
        configuration is None
        or session is None
        or session.identity.user_id != user_id
        or session.identity.issuer != configuration.issuer
    ):
        return True
    if session.next_check_at > timezone.now():
        return False
    with transaction.atomic():
        rows = ExternalSession.objects.select_for_update(of=("self",), skip_locked=True)
        held = rows.select_related("identity").filter(pk=session_id).first()
        if held is None or held.next_check_at > timezone.now():
            return False
        reason = _reason_to_end(configuration, held)
        if reason:
            held.delete()
            logger.info("openid_session_ended", extra={"user_id": user_id, "reason": reason})
        return bool(reason)


def _reason_to_end(configuration: OpenIDConfiguration, session: ExternalSession) -> str:
    """Why a session has to end; empty when it goes on, which is then written down."""
    refresh_token = _opened(session.refresh_token)
    if not refresh_token:
        return "nothing to ask with"
    now = timezone.now()
    try:
        answer = provider_of(configuration).renew(refresh_token)
    except (Unavailable, BadGateway):
        if now >= session.confirmed_at + 2 * configuration.recheck_after:
            return "no answer"
        session.next_check_at = now + min(AGAIN_AFTER, configuration.recheck_after)
        session.save(update_fields=["next_check_at"])
        return ""
    except ApiError:
        return "refused"
    return _applied(configuration, session, answer, now)


def _applied(
    configuration: OpenIDConfiguration, session: ExternalSession, answer: Answer, now: datetime
) -> str:
    if answer.claims is not None:
        if answer.claims.get("sub") != session.identity.subject:
            return "somebody else"
        try:
            identity = user_of_claims(configuration=configuration, claims=answer.claims)
            may_use_the_admin(identity.user)
        except ApiError:
            return "not allowed"
    session.refresh_token = _sealed(answer.refresh_token)
    session.confirmed_at = now
    session.next_check_at = now + configuration.recheck_after
    session.save(update_fields=["refresh_token", "confirmed_at", "next_check_at"])
    return ""


def forget_old_sessions() -> int:
    """Remove what is left of sessions that are over by their age; how many there were."""
    before = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return ExternalSession.objects.filter(next_check_at__lt=before).delete()[0]


def _sealing() -> Fernet:
    key = hashlib.sha256(b"openid refresh token\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _sealed(text: str) -> str:
    return _sealing().encrypt(text.encode()).decode() if text else ""


def _opened(text: str) -> str:
    """Empty, too, for what was sealed with another key."""
    try:
        return _sealing().decrypt(text.encode()).decode() if text else ""
    except InvalidToken:
        return ""
