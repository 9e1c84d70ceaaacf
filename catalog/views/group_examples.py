"""Example requests and answers of groups for the schema."""

from __future__ import annotations

from catalog.views.examples import BOOKMARK, WHEN
from catalog.views.sign_in import SUCCESS

NEW_GROUP = {"name": "Gardeners", "description": "Who looks after the ferns"}
GROUP = {
    "group_id": 3,
    **NEW_GROUP,
    "created_by": "1",
    "created_at": WHEN,
    "updated_at": WHEN,
    "members_count": 1,
    "roles": [],
    "permissions": [],
    "misc": {},
}
GROUP_MEMBER = {
    "uid": "2",
    "username": "rosa",
    "displayName": "Rosa Marín",
    "email": "rosa@example.com",
    "role": "User",
}
GROUPS = {"total_results": 1, "results": [GROUP], "nextBookmark": BOOKMARK, **SUCCESS}
GROUP_MEMBERS = {
    "total_results": 1,
    "results": [GROUP_MEMBER],
    "nextBookmark": BOOKMARK,
    **SUCCESS,
}
