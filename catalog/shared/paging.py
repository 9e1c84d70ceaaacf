"""Limits and bookmarks of paged lists."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import QueryDict

from catalog.shared.errors import BadRequest, Target

NUMBER = re.compile("-?[0-9]{1,19}")
MILLISECONDS = re.compile("[0-9]{1,16}")
UNESCAPED = re.compile("(:.*) ([0-9]{2}:?[0-9]{2})$")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def whole_number(
    query: Mapping[str, str], name: str, *, default: int, least: int = 0, most: int = 2**31 - 1
) -> int:
    """A query parameter that is a whole number between ``least`` and ``most``."""
    text = query.get(name, "")
    if text == "":
        return default
    if not NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise BadRequest(
            f"Must be a whole number from {least} to {most}, not '{text[:40]}'.",
            target=Target(name, "parameter"),
        )
    return int(text)


def page_limit(query: Mapping[str, str], *, default: int, name: str = "limit") -> int:
    """How many a page of a list shows: at most MAX_PAGE, and no more than that by default."""
    most = settings.MAX_PAGE
    return whole_number(query, name, default=min(default, most), least=1, most=most)


def flag(query: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """A query parameter that is ``true`` or ``false``."""
    text = query.get(name, "").lower()
    if text not in ("", "true", "false"):
        raise BadRequest("Must be true or false.", target=Target(name, "parameter"))
    return text == "true" if text else default


def moment(query: Mapping[str, str], name: str) -> datetime | None:
    """A query parameter that is a time, as ``read_moment`` reads it. None when it is not given."""
    text = query.get(name, "").strip()
    if text == "":
        return None
    try:
        return read_moment(text)
    except ValueError as exc:
        raise BadRequest(str(exc), target=Target(name, "parameter")) from exc


def read_moment(text: str) -> datetime:
    """A time: ISO 8601 (UTC unless it says otherwise), also with a blank for the T, or milliseconds
    since 1970. Raises ValueError with a message for whoever wrote it.
    """
    try:
        if MILLISECONDS.fullmatch(text):
            return EPOCH + timedelta(milliseconds=int(text))
        # A + that was not escaped arrives as a blank.
        time = datetime.fromisoformat(UNESCAPED.sub(r"\1+\2", text))
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        message = "Must be a time, such as 2026-01-31T09:15:00Z, or milliseconds since 1970."
        raise ValueError(message) from exc


def words(query: QueryDict, name: str, *, of: Collection[str] = ()) -> list[str]:
    """A query parameter that is a list: comma separated, or given several times, or both.

    Raises BadRequest for a word that is not one of ``of``, if those are given.
    """
    found = [word for text in query.getlist(name) for word in text.split(",") if word]
    if of and not set(found) <= set(of):
        raise BadRequest(f"Must be of {', '.join(of)}.", target=Target(name, "parameter"))
    return found


class Bookmarks:
    """Opaque, signed places in one list: a bookmark of another list or another query is refused."""

    def __init__(self, *scope: Any, parameter: str = "bookmark") -> None:
        self._signer = signing.Signer(
            salt="bookmark:" + hashlib.sha256(repr(scope).encode()).hexdigest()
        )
        self._parameter = parameter

    def write(self, place: list[Any]) -> str:
        """The bookmark of a place: the sort key of the last row that was shown."""
        return self._signer.sign_object(place, compress=False)

    def read(self, text: str) -> list[Any] | None:
        """The place that a bookmark names; None for no bookmark."""
        if not text:
            return None
        try:
            place = self._signer.unsign_object(text)
        except (signing.BadSignature, ValueError) as exc:
            raise BadRequest(
                "The bookmark is not one of this list.", target=Target(self._parameter, "parameter")
            ) from exc
        return list(place)
