"""Work that the worker does by the clock."""

from __future__ import annotations

import logging

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from procrastinate.contrib.django import app

from catalog.services.idempotency import forget_old_answers
from catalog.services.openid_sessions import forget_old_sessions
from catalog.services.rate_limits import forget_old_windows
from catalog.services.throttle import forget_old_failures
from catalog.services.token_accounts import forget_accounts

logger = logging.getLogger(__name__)


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="clean_up")
def clean_up(timestamp: int) -> None:
    """Every hour: remove what is over: sessions, failures to sign in, kept answers, allowances,
    accounts of tokens.
    """
    SessionStore.clear_expired()
    removed = {
        "sign_in_failures": forget_old_failures(),
        "idempotent_answers": forget_old_answers(),
        "rate_windows": forget_old_windows(),
        "external_sessions": forget_old_sessions(),
        "token_accounts": forget_accounts(),
    }
    logger.info("cleaned_up", extra=removed)
    connection.close()  # the worker's thread is idle for an hour: it keeps none
