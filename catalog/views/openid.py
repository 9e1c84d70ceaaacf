"""Sign-in to the admin by OpenID Connect: to the provider, back from it, and out again.

The authorization code flow with PKCE, state and nonce. Pages, not routes of the API: they answer
with a page or a redirection.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from catalog.services.openid_provider import Beginning, provider_of
from catalog.services.openid_refusals import refusal_of
from catalog.services.openid_sessions import begin_session, end_session, is_over
from catalog.services.openid_users import may_use_the_admin, user_of_claims
from catalog.shared.errors import ApiError, BadRequest
from catalog.shared.openid import OpenIDConfiguration
from catalog.shared.refusals import PAGES

logger = logging.getLogger(__name__)

#: In the browser's session: the sign-ins that were begun, and the session that one led to.
BEGUN, SESSION = "openid_sign_ins", "openid_session"
#: As many windows as somebody may have open, and as long as they may take there.
MOST_BEGUN, LONGEST_S = 5, 600
LONGEST_CODE = 4096
BACKEND = "catalog.services.sign_in.ThrottledBackend"
STALE = "This sign-in is too old, or was begun in another browser. Try again."

View = Callable[[HttpRequest, OpenIDConfiguration], HttpResponse]


def configured() -> OpenIDConfiguration | None:
    """The provider of this installation, if it has one."""
    configuration: OpenIDConfiguration | None = settings.OPENID
    return configuration


def page(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 404 without a provider, and a refusal with a page that says why."""

    @never_cache
    @require_GET
    def answer(request: HttpRequest) -> HttpResponse:
        configuration = configured()
        if configuration is None:
            raise Http404
        try:
            return view(request, configuration)
        except ApiError as refusal:
            return refused(request, refusal)

    return answer


def refused(request: HttpRequest, refusal: ApiError) -> HttpResponse:
    """The page of a sign-in that failed."""
    context = {
        **admin.site.each_context(request),
        "title": "Sign-in failed",
        "reason": refusal.message,
        "again": reverse("admin:login"),
    }
    template = "admin/catalog/sign_in_failed.html"
    return TemplateResponse(request, template, context, status=refusal.status)


@page
def start(request: HttpRequest, configuration: OpenIDConfiguration) -> HttpResponse:
    """Send the browser to the provider."""
    begun = provider_of(configuration).begin(_address(request, "openid-callback"))
    pending = _pending(request)
    pending[begun.state] = {
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "next": _safe(request, request.GET.get(REDIRECT_FIELD_NAME, "")),
        "at": int(time.time()),
    }
    request.session[BEGUN] = dict(list(pending.items())[-MOST_BEGUN:])
    return HttpResponseRedirect(begun.url)


@page
def callback(request: HttpRequest, configuration: OpenIDConfiguration) -> HttpResponse:
    """Where the provider sends the browser back to, with a code or an error."""
    given = {name: request.GET.get(name, "") for name in ("state", "code", "error", "iss")}
    pending = _pending(request)
    kept = pending.pop(given["state"], None)
    if kept is None:
        raise BadRequest(STALE)
    request.session[BEGUN] = pending  # each counts once
    if given["iss"] and given["iss"] != configuration.issuer:
        raise BadRequest("That answer is of another sign-in service.")
    if given["error"]:
        raise refusal_of("authorize", given["error"])
    if not 0 < len(given["code"]) <= LONGEST_CODE:
        raise BadRequest("The sign-in service sent no code.")
    answer = provider_of(configuration).redeem(
        code=given["code"],
        redirect_uri=_address(request, "openid-callback"),
        begun=Beginning("", given["state"], kept["nonce"], kept["verifier"]),
    )
    identity = user_of_claims(configuration=configuration, claims=answer.claims or {})
    may_use_the_admin(identity.user)
    before = request.session.get(SESSION)
    login(request, identity.user, backend=BACKEND)
    if before is not None:
        end_session(UUID(before))
    request.session.pop(BEGUN, None)
    request.session[SESSION] = str(
        begin_session(
            configuration=configuration, identity=identity, refresh_token=answer.refresh_token
        )
    )
    logger.info("openid_signed_in", extra={"user_id": identity.user_id})
    return HttpResponseRedirect(kept["next"] or reverse("admin:index"))


def sign_out(request: HttpRequest, leave: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Sign out by ``leave``, and at the provider too where the session began there."""
    mark, configuration = request.session.get(SESSION), configured()
    response = leave(request)
    if mark is None or request.user.is_authenticated:
        return response
    end_session(UUID(mark))
    if configuration is None:
        return response
    try:
        document = provider_of(configuration).server_metadata
    except ApiError:
        return response  # which was logged; here everything has ended
    address = document.get("end_session_endpoint")
    if not address:
        return response
    query = {
        "client_id": configuration.client_id,
        "post_logout_redirect_uri": _address(request, "admin:login"),
    }
    return HttpResponseRedirect(f"{address}{'&' if '?' in address else '?'}{urlencode(query)}")


class OpenIDSessionMiddleware:
    """Signs out whom the provider does not let in any more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PAGES) and settings.SESSION_COOKIE_NAME in request.COOKIES:
            mark = request.session.get(SESSION)
            # Not request.user, who would be kept as they were before the provider is asked.
            user_id = int(request.session.get(SESSION_KEY, 0))
            if mark is not None and is_over(
                configuration=configured(), session_id=UUID(mark), user_id=user_id
            ):
                logout(request)
                messages.warning(request, "Your session has ended. Sign in again.")
        return self.get_response(request)


def _address(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(name))


def _safe(request: HttpRequest, address: str) -> str:
    """The address to go to afterwards, if it is one of ours; else empty."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours and len(address) <= 2000 else ""


def _pending(request: HttpRequest) -> dict[str, Any]:
    """The sign-ins that this browser has begun lately, by their state."""
    kept = request.session.get(BEGUN, {})
    oldest = time.time() - LONGEST_S
    return {state: each for state, each in kept.items() if each["at"] >= oldest}
