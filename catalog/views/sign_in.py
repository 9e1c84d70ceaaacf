"""Sign-in: ``/icp4d-api/v1/authorize``."""

from __future__ import annotations

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.serializers.sign_in import CredentialsSerializer, TokenSerializer
from catalog.services.sign_in import issue_token, sign_in
from catalog.shared.client_address import client_address
from catalog.shared.schema import operation
from catalog.views import examples
from catalog.views.base import APIView

SUCCESS = {"_messageCode_": "success", "message": "Success"}


class AuthorizeView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @operation(
        "authorize",
        "Get an access token",
        tag="Sign-in",
        request=CredentialsSerializer,
        answers={200: TokenSerializer},
        errors=(400, 401, 429),
        examples=[("Sign in", examples.CREDENTIALS, examples.TOKEN)],
    )
    def post(self, request: Request) -> Response:
        body = CredentialsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        api_key = body.validated_data.get("api_key") or ""
        user = sign_in(
            username=body.validated_data["username"],
            password=body.validated_data.get("password") or "",
            api_key=api_key,
            address=client_address(request.META),
        )
        token, claims = issue_token(user, api_key)
        return Response({**claims, "access_token": token, "token": token, **SUCCESS})
