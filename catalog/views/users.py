"""Users, for administrators: ``/usermgmt/v1/user``."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import User
from catalog.selectors.cards import seconds
from catalog.serializers.sign_in import NewUserSerializer, UserSerializer
from catalog.services.users import ADMIN_ROLES, create_user, delete_user
from catalog.shared.errors import NotAuthorized, NotFound
from catalog.shared.schema import operation
from catalog.views import examples
from catalog.views.base import APIView
from catalog.views.parameters import signed_in
from catalog.views.sign_in import SUCCESS

TAG = "Users"


def _document(user: User) -> dict[str, Any]:
    admin = user.is_superuser
    return {
        "uid": user.uid,
        "username": user.username,
        "user_name": user.username,
        "displayName": user.display_name,
        "email": user.email,
        "role": "Admin" if admin else "User",
        "permissions": ["administrator"] if admin else [],
        "user_roles": ["zen_administrator_role" if admin else "zen_user_role"],
        "created_at": seconds(user.created_at),
        **SUCCESS,
    }


def _administrator(request: Request) -> User:
    user = signed_in(request)
    if not user.is_superuser:
        raise NotAuthorized("Only administrators manage users.")
    return user


def _user_named(username: str) -> User:
    user = User.objects.existing().named(username).first()
    if user is None:
        raise NotFound(f"There is no user '{username[:150]}'.")
    return user


class UsersView(APIView):
    @operation(
        "createUser",
        "Create a user",
        tag=TAG,
        request=NewUserSerializer,
        answers={201: UserSerializer},
        errors=(400, 401, 403, 409),
        examples=[("A user", examples.NEW_USER, examples.USER)],
    )
    def post(self, request: Request) -> Response:
        _administrator(request)
        body = NewUserSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        user = create_user(
            username=given["user_name"],
            password=given["password"],
            display_name=given.get("displayName") or "",
            email=given.get("email") or "",
            is_admin=any(role.lower() in ADMIN_ROLES for role in given.get("user_roles", [])),
        )
        return Response(_document(user), status=201)


class UserView(APIView):
    @operation(
        "getUser",
        "Get a user",
        tag=TAG,
        answers={200: UserSerializer},
        errors=(400, 401, 403, 404),
        examples=[("A user", None, examples.USER)],
    )
    def get(self, request: Request, user_name: str) -> Response:
        if not User.objects.named(user_name).filter(pk=signed_in(request).pk).exists():
            _administrator(request)
        return Response(_document(_user_named(user_name)))

    @operation(
        "deleteUser",
        "Delete a user",
        tag=TAG,
        answers={200: UserSerializer},
        errors=(400, 401, 403, 404),
        examples=[("A user", None, examples.USER)],
    )
    def delete(self, request: Request, user_name: str) -> Response:
        actor = _administrator(request)
        user = _user_named(user_name)
        answer = _document(user)
        delete_user(actor=actor, user=user)
        return Response(answer)
