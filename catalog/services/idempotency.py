"""One effect and one answer for a request that is sent again under the same key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import IdempotentAnswer
from catalog.shared.errors import Conflict, Target, Unprocessable

HEADER = Target("Idempotency-Key", "header")


@dataclass(frozen=True)
class Sent:
    """A request as it can be recognised: who sent it, under which key, and all that it said."""

    user_id: int
    key: str
    request: bytes

    @property
    def digest(self) -> bytes:
        """What stands for the caller's key: two callers may use the same."""
        return hashlib.sha256(f"{self.user_id}\0{self.key}".encode(errors="replace")).digest()

    @property
    def fingerprint(self) -> str:
        """Keyed, because a body may hold a password."""
        return hmac.digest(settings.SECRET_KEY.encode(), self.request, hashlib.sha256).hex()

    @property
    def cipher(self) -> Fernet:
        """Reads and writes the answer's body; needs the caller's key besides the server's."""
        secret = settings.SECRET_KEY.encode()
        key = f"idempotent answer\0{self.user_id}\0{self.key}".encode(errors="replace")
        return Fernet(base64.urlsafe_b64encode(hmac.digest(secret, key, hashlib.sha256)))


@dataclass(frozen=True)
class Answer:
    """An answer as it is kept."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_repeated: bool = False


@transaction.atomic
def answer_once(sent: Sent, act: Callable[[], Answer]) -> Answer:
    """What ``act`` answers, or what it answered to the same request before.

    All in one transaction: the effect and its answer are kept together or, when ``act`` raises or
    the server dies, not at all, and the request may come again; nor is an answer kept that is a
    refusal. Raises Conflict while the first is
    under way, Unprocessable when the key came with another request.
    """
    with connection.cursor() as cursor:
        lock = int.from_bytes(sent.digest[:8], signed=True)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            raise Conflict(
                "The request of that key is under way: ask again for its answer.",
                target=HEADER,
                headers={"Retry-After": "1"},
            )
    kept = IdempotentAnswer.objects.filter(pk=sent.digest.hex()).first()
    if kept is not None and kept.created_at > timezone.now() - settings.IDEMPOTENCY_LIFETIME:
        return _repeated(kept, sent)
    answer = act()
    if answer.status >= 400:
        return answer
    IdempotentAnswer.objects.update_or_create(
        pk=sent.digest.hex(),
        defaults={
            "fingerprint": sent.fingerprint,
            "status": answer.status,
            "headers": answer.headers,
            "body": sent.cipher.encrypt(answer.body),
            "created_at": timezone.now(),
        },
    )
    return answer


def _repeated(kept: IdempotentAnswer, sent: Sent) -> Answer:
    if not hmac.compare_digest(kept.fingerprint, sent.fingerprint):
        raise Unprocessable("The key was used for another request.", target=HEADER)
    try:
        body = sent.cipher.decrypt(bytes(kept.body))
    except InvalidToken as exc:  # the server's secret changed
        raise Conflict("The request was answered, and its answer is lost.", target=HEADER) from exc
    return replace(Answer(kept.status, kept.headers, body), is_repeated=True)


def forget_old_answers() -> int:
    """Remove the answers whose time is over; return how many."""
    over = timezone.now() - settings.IDEMPOTENCY_LIFETIME
    return IdempotentAnswer.objects.filter(created_at__lte=over).delete()[0]
