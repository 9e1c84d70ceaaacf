"""Whom the contract of projects means by an id, a user name, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Container, Membership, User
from catalog.querysets.containers import MembershipQuerySet
from catalog.selectors.members import GROUP_MARK
from catalog.services.members import NewMember, is_uid
from catalog.shared.errors import BadRequest, NotFound


@dataclass(frozen=True)
class Named:
    """A user or group as a request names it: by ``id``, by ``user_name``, or by both."""

    id: str = ""
    user_name: str = ""
    is_group: bool = False

    @property
    def text(self) -> str:
        return self.id or self.user_name

    @property
    def member(self) -> str:
        """Which member of the request that is."""
        return "id" if self.id else "user_name"

    @property
    def group(self) -> str:
        """The id of the group that is meant; empty for a user."""
        is_marked = self.text.startswith(GROUP_MARK)
        return self.text.removeprefix(GROUP_MARK) if is_marked or self.is_group else ""

    @property
    def words(self) -> str:
        """For a refusal."""
        names = {self.id, self.user_name} - {""}
        return " ".join(f"'{name[:150]}'" for name in sorted(names))

    @property
    def name(self) -> str:
        """The user's name, where that decides: service accounts have theirs in both members."""
        return "" if is_uid(self.id) else self.user_name or self.id


class People:
    """The users whom requests mean, read once for all of them."""

    def __init__(self, given: Sequence[Named]) -> None:
        people = [named for named in given if not named.group]
        ids = [named.id for named in people if is_uid(named.id)]
        names = {name for named in people for name in (named.name, named.user_name) if name}
        self._by_id = {user.uid: user for user in User.objects.existing().filter(pk__in=ids)}
        self._by_name = User.objects.by_names(names) if names else {}

    def meant_by(self, named: Named) -> User | None:
        """The user; None for a group, for nobody, and for an id and a name of two users."""
        if named.group:
            return None
        user = self._by_name.get(named.name) if named.name else self._by_id.get(named.id)
        if user is None or not named.user_name or named.user_name == named.id:
            return user
        return user if self._by_name.get(named.user_name) == user else None


def new_members(given: Sequence[tuple[Named, str]]) -> list[NewMember]:
    """Whom a request makes members, each with its role.

    Raises BadRequest naming the first user who does not exist. Groups are looked for when they are
    added.
    """
    people = People([named for named, _ in given])
    found = []
    for index, (named, role) in enumerate(given):
        user = people.meant_by(named)
        if user is None and not named.group:
            target = f"members[{index}].{named.member}"
            raise BadRequest(f"There is no user {named.words}.", target=target)
        id_ = named.group if user is None else user.uid
        found.append(NewMember(id_, role, is_group=user is None, named_in=named.member))
    return found


def members_among(container: Container, given: Sequence[Named]) -> MembershipQuerySet:
    """The members among these."""
    people = People(given)
    users = [user.pk for named in given if (user := people.meant_by(named))]
    groups = [int(named.group) for named in given if is_uid(named.group)]
    members = container.memberships.listed().in_order()
    return members.filter(Q(user__in=users) | Q(group__in=groups))


def members_named(container: Container, given: Sequence[Named]) -> list[Membership]:
    """The memberships of these, in their order. Raises NotFound for the first who is no member."""
    people = People(given)
    rows = members_among(container, given)
    found = {(row.user_id, row.group_id): row for row in rows}
    members = []
    for named in given:
        user = people.meant_by(named)
        group = int(named.group) if is_uid(named.group) else None
        row = found.get((user.pk if user else None, group))
        if row is None:
            raise NotFound(f"The {container.kind} has no member {named.words}.")
        members.append(row)
    return members
