"""Work that the worker does by the clock."""

from __future__ import annotations

import logging

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from procrastinate.contrib.django import app

from catalog.services.throttle import forget_old_failures

logger = logging.getLogger(__name__)


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="clean_up")
def clean_up(timestamp: int) -> None:
    """Every hour: remove sessions and counts of failed sign-ins whose time is over."""
    SessionStore.clear_expired()
    logger.info("cleaned_up", extra={"sign_in_failures": forget_old_failures()})
    connection.close()  # the worker's thread is idle for an hour: it keeps none
