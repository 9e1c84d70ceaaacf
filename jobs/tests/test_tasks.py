"""What the worker does by the clock, done by a real worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from catalog.models import IdempotentAnswer, RateWindow, SignInFailure
from catalog.services.rate_limits import WINDOW_S
from jobs.tasks import clean_up


@pytest.mark.django_db(transaction=True)
def test_the_worker_removes_what_is_over_and_keeps_the_rest() -> None:
    now = timezone.now()
    for name, age in (("old", timedelta(days=2)), ("new", timedelta(minutes=1))):
        SignInFailure.objects.create(key=name, failures=1, last_failed_at=now - age)
        Session.objects.create(
            session_key=name, session_data="", expire_date=now + timedelta(hours=1) - age
        )
        IdempotentAnswer.objects.create(key=name, status=201, body=b"", created_at=now - age)
    window = int(now.timestamp()) // WINDOW_S
    for name, number in (("old", window - 3), ("new", window)):
        RateWindow.objects.create(key=name, number=number, leased=1, granted=1)
    clean_up.defer(timestamp=0)  # type: ignore[call-arg]  # periodic() types it away
    call_command("procrastinate", "worker", "--one-shot", "--no-listen-notify")
    for table in (SignInFailure, IdempotentAnswer, RateWindow):
        assert [row.pk for row in table.objects.all()] == ["new"]
    assert [row.session_key for row in Session.objects.all()] == ["new"]
