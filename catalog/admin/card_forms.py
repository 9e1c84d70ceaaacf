"""Making and changing cards: a form's fields as the document or the patch that a service takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from catalog.admin.form_fields import JSONText, Line, Paragraphs, Tags, container_choice
from catalog.models import Asset, AssetType, Container, User
from catalog.shared.limits import MAX_NAME, MAX_TEXT

#: Fields that are members of the card's metadata; an empty optional one means that there is none.
MEMBERS = ("name", "description", "tags", "classification", "resource_key")
OPTIONAL = ("classification", "resource_key")
VISIBILITY = (
    (0, "public: every member of the catalog"),
    (8, "private: its owner, and whom it is shared with"),
)
#: What a box of a page can hold; a larger entity is changed through the API.
MAX_ENTITY = 200_000


class CardForm(forms.ModelForm):  # type: ignore[type-arg]
    name = Line(max_length=MAX_NAME)
    description = Paragraphs(required=False, max_length=MAX_TEXT)
    tags = Tags(required=False, help_text="One on each line.")
    classification = Line(required=False, max_length=MAX_NAME)
    resource_key = Line(
        required=False, max_length=1000, help_text="What the asset is known by where it is kept."
    )

    class Meta:
        model = Asset
        fields = ()

    def _post_clean(self) -> None:
        """Neither fills in the card nor validates it: the services do, and say what is wrong."""


class CardChangeForm(CardForm):
    entity = JSONText(
        label="Attributes",
        help_text="Attribute by attribute, as JSON. The primary one has to stay.",
    )
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not fits(self.instance):
            del self.fields["entity"]
        self.initial.update({name: getattr(self.instance, name) for name in (*MEMBERS, "entity")})
        self.initial["seen_at"] = self.instance.updated_at.isoformat()

    def operations(self) -> list[dict[str, Any]]:
        """A JSON Patch of what was changed, and of nothing else."""
        given = self.cleaned_data
        patch = [
            {"op": "add", "path": f"/metadata/{name}", "value": _given(name, given[name])}
            for name in MEMBERS
            if name in self.changed_data
        ]
        if "entity" in self.changed_data:
            patch.append({"op": "add", "path": "/entity", "value": given["entity"]})
        return patch


class SharedCardForm(CardChangeForm):
    """For who may share the card, too."""

    rov_mode = forms.TypedChoiceField(
        label="Visibility", choices=VISIBILITY, coerce=int, widget=UnfoldAdminSelectWidget
    )
    collaborators = Tags(
        label="Shared with",
        required=False,
        help_text="User names, one on each line: who else finds the card while it is private.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = User.objects.filter(pk__in=self.instance.collaborator_list).order_by("username")
        self._uids = {user.username: user.uid for user in known}
        private = Asset.RovMode.PRIVATE
        self.initial["rov_mode"] = private if self.instance.rov_mode == private else 0
        self.initial["collaborators"] = list(self._uids)

    def clean_collaborators(self) -> list[str]:
        """The uids of those named."""
        names: list[str] = self.cleaned_data["collaborators"]
        existing = User.objects.existing().filter(username__in=names)
        uids = self._uids | {user.username: user.uid for user in existing}
        for name in names:
            if name not in uids:
                raise forms.ValidationError(f"There is no user named '{name[:100]}'.")
        return [uids[name] for name in names]


class CardAddForm(CardForm):
    """A new card; its catalog and type are chosen once and for all."""

    asset_type = forms.ChoiceField(label="Type", widget=UnfoldAdminSelectWidget)
    rov_mode = forms.TypedChoiceField(
        label="Visibility",
        choices=VISIBILITY,
        coerce=int,
        initial=0,
        widget=UnfoldAdminSelectWidget,
    )
    entity = JSONText(
        label="Attributes",
        required=False,
        help_text='As JSON, such as {"book": {"price": 29.95}}; left empty, the card has just the '
        "attribute of its type, with nothing in it.",
    )

    def body(self) -> dict[str, Any]:
        """The card as a request would make it."""
        given = self.cleaned_data
        kind = given["asset_type"]
        metadata = {
            name: value for name in MEMBERS if (value := _given(name, given[name])) is not None
        }
        entity = given["entity"] if given["entity"] is not None else {kind: {}}
        return {
            "metadata": metadata | {"asset_type": kind, "rov": {"mode": given["rov_mode"]}},
            "entity": entity,
        }


def _given(name: str, value: Any) -> Any:
    return None if name in OPTIONAL and value == "" else value


def fits(card: Asset) -> bool:
    """Whether the attributes of a card that ``with_card()`` loaded can be changed on a page."""
    return len(card.entity_text) <= MAX_ENTITY


def add_form(request: HttpRequest) -> type[CardAddForm]:
    """The form for somebody: the catalogs that they may add to, and the types known there."""
    places = container_choice(request, "editor")
    seen = (places.queryset or Container.objects.none()).order_by().values("pk")
    types = AssetType.objects.known_in_any(seen)
    names = list(types.values_list("name", flat=True).distinct().order_by("name")[:1000])

    class PlacedCardForm(CardAddForm):
        container = places
        asset_type = forms.ChoiceField(
            label="Type",
            choices=[(name, name) for name in names],
            initial="data_asset",
            widget=UnfoldAdminSelectWidget,
        )

    return PlacedCardForm
