"""Members on their container's page: added, given another role, removed, together or not at all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import F, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget

from catalog.admin.access import has_role
from catalog.models import Container, Membership
from catalog.services.members import NewMember, add_members, change_roles, remove_members
from catalog.shared.errors import Problem, Several, Target


class Kept(forms.Field):
    """The user or the group of a membership, to be read: no queries, where a choice would ask for
    each row. Another one is another member.
    """

    def __init__(self, who: Any) -> None:
        choices = [("", "")] if who is None else [(who.pk, name_of(who))]
        super().__init__(
            disabled=True, required=False, widget=UnfoldAdminSelectWidget(choices=choices)
        )
        self.who = who

    def clean(self, value: Any) -> Any:
        return self.who


def name_of(who: Any) -> str:
    """A user by both names, or a group."""
    if isinstance(who, Group):
        return who.name
    name: str = who.get_full_name()
    return name if name == who.username else f"{name} ({who.username})"


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Membership
        fields = ("user", "group", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            self.fields["user"] = Kept(self.instance.user)
            self.fields["group"] = Kept(self.instance.group)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        wrong = self.errors.keys() & {"user", "group"}
        if given and not wrong and bool(given.get("user")) == bool(given.get("group")):
            self.add_error("user", "Choose either a user or a group.")
        return given


class MemberInline(TabularInline):
    model = Membership
    form = MemberForm
    formset = PaginationInlineFormSet
    fields = ("user", "group", "role")
    autocomplete_fields = ("user", "group")
    extra = 0
    per_page = 50
    tab = True
    hide_title = True
    show_count = True
    verbose_name_plural = "members"

    def get_count(self, request: HttpRequest, obj: Container) -> int:
        return obj.memberships.listed().count()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        members: Any = super().get_queryset(request)
        shown: QuerySet[Membership] = members.listed().select_related("user", "group", "container")
        return shown.order_by(F("user__username").asc(nulls_first=True), "group__name", "pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # on the page of a container that the viewer sees

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and has_role(request, obj.pk, "admin")

    has_add_permission = has_delete_permission = has_change_permission


def save_members(container: Container, formset: Any) -> None:
    """What the formset says, by the services: who comes first, who goes last.

    So an admin can hand over to another in one step. Raises ApiError; all is undone then.
    """
    formset.save(commit=False)
    gone = {member.pk for member in formset.deleted_objects}
    changed = [member for member, _ in formset.changed_objects if member.pk not in gone]
    new = [(_new_member(member), member) for member in formset.new_objects]
    added, failures = add_members(container=container, members=[given for given, _ in new])
    if failures:
        names = {given: name_of(member.user or member.group) for given, member in new}
        raise Several(
            [
                Problem(problem.code, _words(problem, given, names[given]), Target("members"))
                for given, problem in failures
            ]
        )
    change_roles(container=container, roles={member.pk: member.role for member in changed})
    remove_members(container=container, ids=gone)
    formset.new_objects = added


def _new_member(member: Membership) -> NewMember:
    pk = member.group_id or member.user_id
    return NewMember(str(pk), member.role, is_group=member.group_id is not None)


def _words(problem: Problem, given: NewMember, name: str) -> str:
    """A refusal that names somebody by name rather than by id."""
    words = problem.message
    for kind in ("User", "Group"):
        words = words.replace(f"{kind} {given.id}", f"“{name}”")
    return words
