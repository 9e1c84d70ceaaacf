"""The admin as a browser uses it: signed in, following pages, filling in their forms."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import User
from catalog.tests.factories import UserFactory


def administrator() -> User:
    """A new administrator of the installation."""
    return UserFactory.create(is_staff=True, is_superuser=True)


def steward() -> User:
    """A new user of the admin, a member of nothing yet."""
    return UserFactory.create(is_staff=True)


def browser(user: User) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def address(model: str, page: str = "changelist", pk: Any = None) -> str:
    """Where a page of the admin is: ``address("asset", "change", pk)``."""
    return reverse(f"admin:catalog_{model}_{page}", args=[pk] if pk is not None else [])


def text_of(response: Any) -> str:
    """The page, which has to be there."""
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def options_of(response: Any, name: str) -> list[str]:
    """The words of a select, or the suggestions of a field, of that name."""
    reader = _Choices(name)
    reader.feed(text_of(response))
    return reader.found


def submit(client: Client, path: str, *, button: str = "_save", **changes: Any) -> Any:
    """Open a page, change some fields of its form, and send that; a None leaves a field out."""
    reader = _Form()
    reader.feed(text_of(client.get(path)))
    fields = {**reader.fields, **changes, button: "x"}
    return client.post(path, {name: value for name, value in fields.items() if value is not None})


def queries_of(client: Client, path: str) -> int:
    """How many queries a page takes."""
    client.get(path)  # what is remembered for good is not the page's own
    with CaptureQueriesContext(connection) as captured:
        text_of(client.get(path))
    return len(captured)


class _Form(HTMLParser):
    """Reads the fields of the page's main form with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self._inside = (given.get("id") or "").endswith("_form")
        elif not self._inside or (name and "__prefix__" in name):
            return
        elif tag == "input" and name:
            self._input(name, given)
        elif tag == "textarea" and name:
            self._area, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif (
            tag == "option"
            and self._select
            and ("selected" in given or self._select not in self.fields)
        ):
            self.fields[self._select] = given.get("value") or ""

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        ticks = given.get("type") in ("checkbox", "radio")
        if given.get("type") != "submit" and (not ticks or "checked" in given):
            self.fields[name] = given.get("value") or ("on" if ticks else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area:
            # A browser drops the line end that Django puts first.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


class _Choices(HTMLParser):
    """Reads what a select or a list of suggestions offers."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._names = {name, f"suggested-{name}"}
        self._inside = self._option = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("select", "datalist"):
            self._inside = bool({given.get("name"), given.get("id")} & self._names)
        elif tag == "option" and self._inside:
            self._option = True
            self.found.append("")
            if "selected" not in given and given.get("value"):
                self.found[-1] = given["value"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "datalist"):
            self._inside = False
        self._option = False

    def handle_data(self, data: str) -> None:
        if self._inside and self._option and data.strip():
            self.found[-1] = data.strip()
