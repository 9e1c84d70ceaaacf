"""What all pages of the reading room share: who may open them, and how a refusal is shown."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from catalog.admin.access import actor_of, is_administrator
from catalog.admin.paging import CappedPaginator
from catalog.shared.errors import ApiError, Problem

REFUSAL = "_catalog_refusal"


class ReadingRoomList(ChangeList):
    """A list that offers to show everything only while it does not."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.has_active_filters and not self.query:
            self.full_result_count = self.result_count


class ReadingRoomAdmin(ModelAdmin):
    """Open to staff, narrowed by each page. Services change things; the form says what they refuse.

    Django's own permissions of models are not asked: what counts is the role in a container.
    """

    actions = None
    show_full_result_count = False
    list_per_page = 50
    paginator = CappedPaginator
    compressed_fields = True
    warn_unsaved_form = True
    #: What a service calls a field that the form calls otherwise.
    target_fields: ClassVar[dict[str, str]] = {}
    #: What the address of a list may filter by, besides our own filters and the date.
    open_lookups: ClassVar[tuple[str, ...]] = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).is_active and actor_of(request).is_staff

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ReadingRoomList]:
        return ReadingRoomList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """No filters but those of the page: others could test what is hidden, such as a digest."""
        known = [getattr(each, "parameter_name", None) for each in self.list_filter]
        if lookup in known or lookup in self.open_lookups:
            return True
        parts = [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")]
        return lookup in parts and value.isascii() and value.isdecimal() and len(value) <= 4

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """As ever; when a service refuses, nothing is saved and the page comes back with why."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ApiError as refusal:
            setattr(request, REFUSAL, refusal)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        return super().render_change_form(
            request, context | {"show_save_and_add_another": False}, *args, **kwargs
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal: ApiError | None = getattr(request, REFUSAL, None)
        return refused(form, refusal, self.target_fields) if refusal else form

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except ApiError as refusal:
            messages.error(request, refusal.message)
        return HttpResponseRedirect(self.address_of(object_id))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Only what is named: services delete, so Django need not collect all that would go."""
        return self.what_goes(objs), {}, set(), []

    def what_goes(self, objs: Any) -> list[str]:
        """What the page that asks once more says will be deleted."""
        return [str(obj) for obj in objs]

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.ModelForm[Any], change: bool
    ) -> None:
        raise NotImplementedError(f"{type(self).__name__} saves through a service.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing besides the formsets: the services have written what belongs together."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        raise NotImplementedError(f"{type(self).__name__} deletes through a service.")

    def address_of(self, object_id: Any) -> str:
        """Where the page of one object is."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[object_id])

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        """Back to the object's own page rather than to the list: people look at what they did."""
        response = super().response_change(request, obj)
        if "_save" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(self.address_of(obj.pk))
        return response


def refused(form: type[forms.ModelForm[Any]], refusal: ApiError, names: dict[str, str]) -> Any:
    """A form class that says what a service refused, at the field in question if there is one."""

    class Refused(form):  # type: ignore[misc, valid-type]
        def full_clean(self) -> None:
            super().full_clean()
            if self.is_bound:
                for problem in refusal.problems:
                    field = field_of(problem, self.fields, names)
                    self.add_error(field, words_of(problem, field))

    return Refused


def field_of(problem: Problem, fields: Any, names: dict[str, str]) -> str | None:
    """The field that a refusal is about: of ``metadata.name`` it is ``name``."""
    if problem.target is None:
        return None
    steps = re.split(r"[.\[]", problem.target.name)
    return next(
        (name for name in (names.get(step, step) for step in steps) if name in fields), None
    )


def words_of(problem: Problem, field: str | None) -> str:
    """The refusal's message, led by the place that it is about unless the field says that."""
    target = problem.target.name if problem.target else ""
    said = not target or problem.code == "conflict" or target.split(".")[-1] == field
    return problem.message if said else f"{target}: {problem.message}"


class AdministratorsAdmin(ReadingRoomAdmin):
    """Open to administrators; everybody else of the staff only picks from what it lists."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        match = request.resolver_match
        picking = match is not None and match.url_name == "autocomplete"
        return self.has_module_permission(request) or (
            picking and super().has_module_permission(request)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)
