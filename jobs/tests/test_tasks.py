"""What the worker does by the clock, done by a real worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from catalog.models import SignInFailure
from jobs.tasks import clean_up


@pytest.mark.django_db(transaction=True)
def test_the_worker_removes_what_is_over_and_keeps_the_rest() -> None:
    now = timezone.now()
    for name, age in (("old", timedelta(days=2)), ("new", timedelta(minutes=1))):
        SignInFailure.objects.create(key=name, failures=1, last_failed_at=now - age)
        Session.objects.create(
            session_key=name, session_data="", expire_date=now + timedelta(hours=1) - age
        )
    clean_up.defer(timestamp=0)  # type: ignore[call-arg]  # periodic() types it away
    call_command("procrastinate", "worker", "--one-shot", "--no-listen-notify")
    assert [row.key for row in SignInFailure.objects.all()] == ["new"]
    assert [row.session_key for row in Session.objects.all()] == ["new"]
