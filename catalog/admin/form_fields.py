"""Form fields: text as it was typed, tags by line, JSON read as strictly as by the API."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.access import actor_of, containers_as, is_administrator
from catalog.models import Container
from catalog.shared.errors import ApiError
from catalog.shared.json import parse


def plain(text: Any) -> str:
    """Text with the line ends that were stored: browsers send CR LF."""
    return str(text or "").replace("\r\n", "\n")


class Line(forms.CharField):
    """One line of text; blanks at its ends stay."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"strip": False} | kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return plain(initial) != plain(data)


class Paragraphs(Line):
    """Text of any length."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})

    def to_python(self, value: Any) -> Any:
        return plain(super().to_python(value))


class Tags(forms.Field):
    """A list of text, one tag a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = (line.strip() for line in plain(value).split("\n"))
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(self.prepare_value(initial or [])) != self.to_python(data)


class JSONText(forms.CharField):
    """JSON in a box of its own; what the API would not read is refused here in the same words."""

    def __init__(self, *, rows: int = 16, **kwargs: Any) -> None:
        widget = UnfoldAdminTextareaWidget(
            attrs={"rows": rows, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}
        )
        widget.attrs["class"] += " cw-json"
        super().__init__(**{"widget": widget} | kwargs)

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, indent=2, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if not isinstance(value, str):
            return value
        try:
            return parse(value.encode(errors="replace"))
        except ApiError as refusal:
            where = f"{refusal.target.name}: " if refusal.target else ""
            raise ValidationError(
                where + refusal.message.replace("The body", "The text")
            ) from refusal

    def validate(self, value: Any) -> None:
        if value is None:
            super().validate("")

    def run_validators(self, value: Any) -> None:
        """None: they are for text."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


def container_choice(request: HttpRequest, least: str) -> forms.ModelChoiceField[Container]:
    """A choice of the containers in which the viewer is at least ``least``."""
    choices = Container.objects.visible_to(actor_of(request)).order_by("name", "pk")
    if not is_administrator(request):
        choices = choices.filter(pk__in=containers_as(request, least))
    return forms.ModelChoiceField(choices, label="Catalog", widget=UnfoldAdminSelectWidget)
