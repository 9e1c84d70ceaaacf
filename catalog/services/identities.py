"""Identities at providers: linked to users, and unlinked, by administrators."""

from __future__ import annotations

from django.db import transaction

from catalog.models import ExternalIdentity, User
from catalog.shared.errors import BadRequest, Conflict

MAX_SUBJECT = 255


@transaction.atomic
def link_identity(*, user: User, issuer: str, subject: str) -> ExternalIdentity | None:
    """Let whom ``issuer`` knows as ``subject`` sign in as ``user``, and nobody else of that issuer.

    Empty, nobody may any more. Sessions of who could before end. Raises BadRequest for a service
    account, Conflict when the identity is another user's; that of a deleted one is free.
    """
    if user.is_service:
        raise BadRequest("A service account signs in with API keys only.", target="subject")
    if len(subject) > MAX_SUBJECT:
        raise BadRequest(f"At most {MAX_SUBJECT} characters.", target="subject")
    User.objects.select_for_update().get(pk=user.pk)
    known = ExternalIdentity.objects.filter(issuer=issuer)
    own = known.filter(user=user).first()
    if own is not None and own.subject == subject:
        return own
    known.filter(user=user).delete()
    if not subject:
        return None
    holder = known.select_related("user").filter(subject=subject).select_for_update().first()
    if holder is not None and holder.user.deleted_at is None:
        raise Conflict(f"That is the user '{holder.user.username}'.", target="subject")
    known.filter(subject=subject).delete()
    return ExternalIdentity.objects.create(user=user, issuer=issuer, subject=subject)
