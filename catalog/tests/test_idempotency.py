"""A POST that is sent again under the same ``Idempotency-Key``: one effect, one answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework import views

from catalog.models import Asset, Container, IdempotentAnswer, Membership
from catalog.selectors.cards import card_document
from catalog.services import idempotency
from catalog.services.users import create_user
from catalog.tests.conftest import Caller, targets
from catalog.tests.test_concurrency import CARD, at_once
from catalog.views.base import APIView

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
#: A key as clients make them.
SOME = "7c2b7c4e-8f6d-4d40-9a6e-0a4c6f3c9f2b"


@pytest.fixture
def where(catalog: Container) -> str:
    return f"/v2/assets?catalog_id={catalog.pk}"


def send(caller: Caller, path: str, body: Any, key: str = SOME) -> Any:
    return Caller(caller.user).send("POST", path, body, headers={KEY: key})


def test_sixteen_who_send_the_same_make_one_card_and_get_one_answer(
    rosa: Caller, where: str
) -> None:
    answers = at_once(16, lambda _: send(rosa, where, CARD))
    made = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(made) + len(waiting) == 16
    assert made
    assert {answer["Retry-After"] for answer in waiting} <= {"1"}
    assert all(targets(answer) == [KEY] for answer in waiting)
    assert len({answer.content for answer in made}) == 1
    assert [REPLAYED in answer.headers for answer in made].count(False) == 1
    again = [send(rosa, where, CARD) for _ in waiting]
    assert all(answer.status_code == 201 for answer in again)
    assert all(answer[REPLAYED] == "true" for answer in again)
    assert {answer.content for answer in again} <= {made[0].content}
    assert str(Asset.objects.get().pk) == made[0].json()["asset_id"]


def test_the_repeated_answer_has_the_same_status_headers_and_body(rosa: Caller, where: str) -> None:
    first, again = send(rosa, where, CARD), send(rosa, where, CARD)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    names = {"ETag", "Content-Type", "Content-Length"}
    assert {name: first[name] for name in names} == {name: again[name] for name in names}
    assert again[REPLAYED] == "true"
    assert REPLAYED not in first.headers
    # Also after the card has changed: it is the answer to that request.
    card = where.replace("?", f"/{first.json()['asset_id']}?")
    rosa.patch(card, [{"op": "replace", "path": "/metadata/name", "value": "B"}])
    assert send(rosa, where, CARD).content == first.content


def test_another_request_under_the_same_key_is_refused(rosa: Caller, where: str) -> None:
    send(rosa, where, CARD)
    other = {**CARD, "metadata": {"name": "B", "asset_type": "data_asset"}}
    for path, body in ((where, other), (f"{where}&x=1", CARD)):
        refused = send(rosa, path, body)
        assert (refused.status_code, targets(refused)) == (422, [KEY])
        assert refused.json()["errors"][0]["code"] == "unprocessable"
    assert Asset.objects.count() == 1


def test_two_callers_may_use_the_same_key(rosa: Caller, catalog: Container, where: str) -> None:
    ida = Caller(create_user(username="ida", password="a long password"))
    Membership.objects.create(container=catalog, user=ida.user, role="editor")
    first, other = send(rosa, where, CARD), send(ida, where, CARD)
    assert (first.status_code, other.status_code) == (201, 201)
    assert REPLAYED not in other.headers
    assert first.json()["asset_id"] != other.json()["asset_id"]


def test_a_refusal_is_not_kept(rosa: Caller, stranger: Caller, where: str) -> None:
    assert send(rosa, where, {"metadata": {}}).status_code == 400
    assert send(stranger, where, CARD).status_code == 404
    assert not IdempotentAnswer.objects.exists()
    made = send(rosa, where, CARD)
    assert made.status_code == 201
    assert REPLAYED not in made.headers


def test_a_failure_inside_leaves_nothing_and_the_key_free(
    rosa: Caller, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        assert Asset.objects.count() == 1  # the card is there by now
        raise RuntimeError("the server dies here")

    with monkeypatch.context() as patch:
        patch.setattr("catalog.views.assets.card_document", fail)
        client = Client(raise_request_exception=False)
        headers = {**rosa.authorization, KEY: SOME}
        answer = client.post(where, CARD, "application/json", headers=headers)
        assert answer.status_code == 500
    assert not Asset.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    assert send(rosa, where, CARD).status_code == 201


def test_who_asks_while_the_first_is_under_way_is_told_to_wait(
    rosa: Caller, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile: list[Any] = []

    def slow(*args: Any, **kwargs: Any) -> Any:
        if not meanwhile:
            [answer] = at_once(1, lambda _: send(rosa, where, CARD))
            meanwhile.append(answer)
        return card_document(*args, **kwargs)

    monkeypatch.setattr("catalog.views.assets.card_document", slow)
    assert send(rosa, where, CARD).status_code == 201
    assert (meanwhile[0].status_code, meanwhile[0]["Retry-After"]) == (409, "1")
    assert Asset.objects.count() == 1


def test_a_key_is_free_after_its_time(rosa: Caller, where: str, settings: Any) -> None:
    first = send(rosa, where, CARD)
    IdempotentAnswer.objects.update(created_at=timezone.now() - settings.IDEMPOTENCY_LIFETIME)
    anew = send(rosa, where, CARD)
    assert anew.status_code == 201
    assert REPLAYED not in anew.headers
    assert first.json()["asset_id"] != anew.json()["asset_id"]
    assert send(rosa, where, CARD).content == anew.content


def test_old_answers_are_removed_and_others_stay(rosa: Caller, where: str, settings: Any) -> None:
    send(rosa, where, CARD, "old")
    lifetime = settings.IDEMPOTENCY_LIFETIME
    IdempotentAnswer.objects.update(created_at=timezone.now() - lifetime)
    send(rosa, where, CARD, "new")
    kept = IdempotentAnswer.objects.latest("created_at")
    kept.created_at = timezone.now() - lifetime + timedelta(minutes=1)
    kept.save()
    assert idempotency.forget_old_answers() == 1
    assert IdempotentAnswer.objects.get() == kept


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_1_to_255_characters(rosa: Caller, where: str, key: str) -> None:
    refused = send(rosa, where, CARD, key)
    assert (refused.status_code, targets(refused)) == (400, [KEY])
    assert not Asset.objects.exists()


@pytest.mark.parametrize("key", ["x", "x" * 255, "schl\u00fcssel", "a b, c;d", "0"])
def test_any_other_key_holds(rosa: Caller, where: str, key: str) -> None:
    assert send(rosa, where, CARD, key).status_code == 201
    assert send(rosa, where, CARD, key)[REPLAYED] == "true"


def test_what_is_stored_tells_neither_who_nor_what(rosa: Caller, where: str) -> None:
    card = {**CARD, "metadata": {"name": "Confidential", "asset_type": "data_asset"}}
    made = send(rosa, where, card)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text, body FROM catalog_idempotentanswer a")
        [(row, body)] = cursor.fetchall()
    for secret in ("Confidential", SOME, made.json()["asset_id"]):
        assert secret not in row
        assert secret.encode() not in bytes(body)


def test_an_answer_that_an_old_secret_hid_is_not_made_again(
    rosa: Caller, where: str, settings: Any
) -> None:
    send(rosa, where, CARD)
    kept = IdempotentAnswer.objects.get()
    kept.body = b"of another secret"
    kept.save()
    lost = send(rosa, where, CARD)
    assert (lost.status_code, targets(lost)) == (409, [KEY])
    settings.SECRET_KEY = "another"
    assert send(rosa, where, CARD).status_code == 422
    assert Asset.objects.count() == 1


def test_other_methods_and_callers_without_credentials_have_no_use_for_it(
    rosa: Caller, nobody: Caller, where: str
) -> None:
    card = where.replace("?", f"/{send(rosa, where, CARD).json()['asset_id']}?")
    for _ in range(2):
        answer = rosa.send("GET", card, headers={KEY: SOME})
        assert (answer.status_code, REPLAYED in answer.headers) == (200, False)
    assert send(nobody, where, CARD).status_code == 401


def test_a_body_that_is_too_large_is_refused_with_a_key_as_without(
    rosa: Caller, where: str, settings: Any
) -> None:
    settings.MAX_BODY_BYTES = 100
    large = {**CARD, "metadata": {"name": "x" * 100, "asset_type": "data_asset"}}
    for answer in (send(rosa, where, large), rosa.post(where, large)):
        assert answer.status_code == 413


def _views(patterns: list[Any]) -> list[type[Any]]:
    found: list[type[Any]] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += _views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "view_class"):
            found.append(pattern.callback.view_class)
    return found


def test_every_view_of_the_api_is_made_from_the_base_view() -> None:
    """So that each POST knows the key, and each answer what is left of the caller's allowance."""
    found = [
        view for view in _views(get_resolver().url_patterns) if issubclass(view, views.APIView)
    ]
    assert len(found) > 30
    others = {view.__name__ for view in found if not issubclass(view, APIView)}
    assert others == {"SpectacularAPIView", "SpectacularSwaggerView"}
