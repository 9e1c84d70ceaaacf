"""The toolkit's routes, and a page to sign in."""

from __future__ import annotations

from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import include, path
from django.utils.html import format_html

PAGE = """<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{}">
<input name="username"><input name="password" type="password"><button>Sign in</button></form>"""


def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        given = {name: request.POST[name] for name in ("username", "password")}
        user = authenticate(request, **given)
        if user is not None:
            login(request, user)
            return HttpResponseRedirect(request.GET["next"])
    return HttpResponse(format_html(PAGE, get_token(request)))


urlpatterns = [
    path("sign-in", sign_in),
    path("", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
