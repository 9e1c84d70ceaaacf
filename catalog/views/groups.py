"""Groups of users: ``/usermgmt/v2/groups``. Their rights are memberships of containers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import User
from catalog.selectors import groups as selectors
from catalog.serializers.groups import (
    DoneSerializer,
    GroupAnswerSerializer,
    GroupListSerializer,
    GroupMemberListSerializer,
    GroupPatchSerializer,
    NewGroupMembersSerializer,
    NewGroupSerializer,
)
from catalog.services import groups
from catalog.services.members import is_uid
from catalog.shared.errors import BadRequest, NotAuthorized, NotFound, Target
from catalog.shared.paging import Bookmarks, flag, page_limit
from catalog.shared.schema import limit_parameter, operation, query
from catalog.views import group_examples as examples
from catalog.views.base import APIView
from catalog.views.parameters import signed_in
from catalog.views.sign_in import SUCCESS

TAG = "Groups"
#: Clients of the contract know no pages: as many as there may be.
PAGE = 200
PAGES = [limit_parameter(PAGE), query("bookmark", "The nextBookmark of the page before.")]
MOST_IDENTIFIERS = 200


def visible_group(request: Request, group_id: str) -> Group:
    """The group of the URL; for who neither administers nor is in it, it does not exist."""
    found = selectors.groups_for(signed_in(request))
    group = found.filter(pk=group_id).first() if is_uid(group_id) else None
    if group is None:
        raise NotFound(f"There is no group {group_id[:20]}.")
    return group


def _administrator(request: Request) -> User:
    user = signed_in(request)
    if not user.is_superuser:
        raise NotAuthorized("Only administrators manage groups.")
    return user


def _to_change(request: Request, group_id: str) -> Group:
    group = visible_group(request, group_id)
    _administrator(request)
    return group


def _identifiers(request: Request) -> list[str]:
    """Those of the query's ``group_identifiers``, one or several, once or often."""
    given = ",".join(request.query_params.getlist("group_identifiers")).split(",")
    wanted = [text.strip() for text in given if text.strip()]
    if any(not is_uid(text) for text in wanted) or len(wanted) > MOST_IDENTIFIERS:
        raise BadRequest(
            f"Must be at most {MOST_IDENTIFIERS} ids of groups.",
            target=Target("group_identifiers", "parameter"),
        )
    return wanted


def _answer(group: Any) -> dict[str, Any]:
    return selectors.group_document(group) | SUCCESS


class GroupsView(APIView):
    @operation(
        "listGroups",
        "List the groups that the caller is in; administrators, all of them",
        tag=TAG,
        parameters=[
            *PAGES,
            query("include_members", "Show the first users of each.", bool, default=False),
            query("group_identifiers", "Only these groups, comma separated."),
        ],
        answers={200: GroupListSerializer},
        errors=(400, 401),
        examples=[("Groups", None, examples.GROUPS)],
    )
    def get(self, request: Request) -> Response:
        actor, params = signed_in(request), request.query_params
        limit = page_limit(params, default=PAGE)
        found, wanted = selectors.groups_for(actor), _identifiers(request)
        if wanted:
            found = found.filter(pk__in=wanted)
        bookmarks = Bookmarks("groups", wanted)
        place = bookmarks.read(params.get("bookmark", ""))
        rows = found if place is None else found.filter(pk__gt=place[0])
        with_users = flag(params, "include_members")
        if with_users:
            rows = selectors.with_users(rows)
        page = list(rows.order_by("pk")[:limit])
        results = [selectors.group_document(group) for group in page]
        if with_users:
            _add_members(results, page, with_email=actor.is_superuser)
        return Response(
            {
                "total_results": found.count(),
                "results": results,
                "nextBookmark": bookmarks.write([page[-1].pk]) if page else "",
                **SUCCESS,
            }
        )

    @operation(
        "createGroup",
        "Create a group (administrators)",
        tag=TAG,
        request=NewGroupSerializer,
        answers={201: GroupAnswerSerializer},
        errors=(400, 401, 403, 409),
        examples=[("A group", examples.NEW_GROUP, examples.GROUP | SUCCESS)],
    )
    def post(self, request: Request) -> Response:
        actor = _administrator(request)
        body = NewGroupSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        group = groups.create_group(
            actor=actor, name=given["name"], description=given.get("description") or ""
        )
        return Response(_answer(visible_group(request, str(group.pk))), status=201)


def _add_members(results: list[dict[str, Any]], page: list[Any], *, with_email: bool) -> None:
    users = User.objects.in_bulk({pk for group in page for pk in group.user_ids})
    for result, group in zip(results, page, strict=True):
        result["members"] = [
            selectors.member_document(users[pk], with_email=with_email)
            for pk in group.user_ids
            if pk in users
        ]


class GroupView(APIView):
    @operation(
        "getGroup",
        "Get a group",
        tag=TAG,
        answers={200: GroupAnswerSerializer},
        errors=(401, 404),
        examples=[("A group", None, examples.GROUP | SUCCESS)],
    )
    def get(self, request: Request, group_id: str) -> Response:
        return Response(_answer(visible_group(request, group_id)))

    @operation(
        "updateGroup",
        "Give a group another name or description (administrators)",
        tag=TAG,
        request=GroupPatchSerializer,
        answers={200: GroupAnswerSerializer},
        errors=(400, 401, 403, 404, 409),
        examples=[("Another name", {"name": "Botanists"}, examples.GROUP | SUCCESS)],
    )
    def patch(self, request: Request, group_id: str) -> Response:
        group = _to_change(request, group_id)
        body = GroupPatchSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        changes = {name: given[name] for name in groups.CHANGEABLE if given.get(name) is not None}
        groups.update_group(group=group, changes=changes)
        return Response(_answer(visible_group(request, group_id)))

    @operation(
        "deleteGroup",
        "Delete a group; its users stay, without what they could do by it (administrators)",
        tag=TAG,
        answers={200: DoneSerializer},
        errors=(401, 403, 404),
        examples=[("Done", None, SUCCESS)],
    )
    def delete(self, request: Request, group_id: str) -> Response:
        groups.delete_group(group=_to_change(request, group_id))
        return Response(SUCCESS)


class GroupMembersView(APIView):
    @operation(
        "listGroupMembers",
        "List who is in a group",
        tag=TAG,
        parameters=PAGES,
        answers={200: GroupMemberListSerializer},
        errors=(400, 401, 404),
        examples=[("Members", None, examples.GROUP_MEMBERS)],
    )
    def get(self, request: Request, group_id: str) -> Response:
        group, params = visible_group(request, group_id), request.query_params
        limit = page_limit(params, default=PAGE)
        bookmarks = Bookmarks("group members", group.pk)
        place = bookmarks.read(params.get("bookmark", ""))
        found = selectors.users_of(group)
        page = list((found if place is None else found.filter(pk__gt=place[0]))[:limit])
        with_email = signed_in(request).is_superuser
        return Response(
            {
                "total_results": found.count(),
                "results": [
                    selectors.member_document(user, with_email=with_email) for user in page
                ],
                "nextBookmark": bookmarks.write([page[-1].pk]) if page else "",
                **SUCCESS,
            }
        )

    @operation(
        "addGroupMembers",
        "Put users into a group, all of them or none (administrators)",
        tag=TAG,
        request=NewGroupMembersSerializer,
        answers={200: DoneSerializer},
        errors=(400, 401, 403, 404),
        examples=[("A user", {"user_identifiers": ["2"]}, SUCCESS)],
    )
    def post(self, request: Request, group_id: str) -> Response:
        group = _to_change(request, group_id)
        body = NewGroupMembersSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        groups.add_users(group=group, uids=body.validated_data["user_identifiers"])
        return Response(SUCCESS)


class GroupMemberView(APIView):
    @operation(
        "deleteGroupMember",
        "Take a user out of a group (administrators)",
        tag=TAG,
        answers={200: DoneSerializer},
        errors=(401, 403, 404),
        examples=[("Done", None, SUCCESS)],
    )
    def delete(self, request: Request, group_id: str, uid: str) -> Response:
        group = _to_change(request, group_id)
        if not is_uid(uid):
            raise NotFound(f"User {uid[:20]} is not in the group.")
        groups.remove_user(group=group, uid=uid)
        return Response(SUCCESS)
