"""An issuer that says what a test wants it to, true or not: for tokens that nobody honest makes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from catalog.shared.openid import OpenIDConfiguration

CLIENT_ID = "cardwright"
KEY = RSAKey.generate_key(2048, {"kid": "first"}, private=True)
Answer = tuple[int, Any]


class OddIssuer:
    """Honest by default; a test replaces what it answers or how it signs."""

    def __init__(self) -> None:
        self.key = KEY
        self.claims: dict[str, Any] = {"sub": "1", "preferred_username": "rosa"}
        #: What is answered instead, by path: a status with JSON or bytes, or seconds to wait first.
        self.answers: dict[str, Callable[[], Answer]] = {}
        self.pause_s = 0.0
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.nonce = ""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer._answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                issuer._answer(self, parse_qs(body.decode()))

            def log_message(self, *args: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.token: Callable[[], Any] = self.signed
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def configuration(self, **more: Any) -> OpenIDConfiguration:
        given = {"issuer": self.issuer, "client_id": CLIENT_ID, "client_secret": "secret"}
        return OpenIDConfiguration(**{**given, "timeout_s": 1, **more})

    def standard_claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            **self.claims,
        }

    def signed(
        self,
        *,
        header: dict[str, Any] | None = None,
        key: RSAKey | ECKey | OctKey | None = None,
        **changes: Any,
    ) -> str:
        """An ID token; a change to None leaves a claim out."""
        claims = {
            name: value
            for name, value in {**self.standard_claims(), **changes}.items()
            if value is not None
        }
        header = {"alg": "RS256", "kid": self.key.kid, **(header or {})}
        content = json.dumps(claims)  # whatever the claims are
        registry = JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        return jws.serialize_compact(header, content, key or self.key, registry=registry)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def _honest(self, path: str) -> Answer:
        if path == "/.well-known/openid-configuration":
            return 200, self.discovery()
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/token":
            return 200, {
                "access_token": "an access token",
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": self.token(),
            }
        return 404, {}

    def _answer(self, handler: BaseHTTPRequestHandler, fields: dict[str, list[str]]) -> None:
        self.asked.append((handler.path, fields))
        time.sleep(self.pause_s)
        status, body = self.answers.get(handler.path, lambda: self._honest(handler.path))()
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        if status in (301, 302, 307):
            handler.send_header("Location", body.decode())
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
