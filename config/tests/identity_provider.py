"""The provider as a process of its own, and a browser that goes there and back."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from catalog.shared.openid import OpenIDConfiguration
from config.state import CHECKOUT
from config.tests.openid_provider.serve import CLIENT_ID, CLIENT_SECRET

FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class IdentityProvider:
    """Up between ``start`` and ``stop``, as often as one likes, always at the same address."""

    def __init__(self, directory: Path, redirect_uri: str) -> None:
        self.issuer = f"http://127.0.0.1:{free_port()}"
        self._directory = directory
        self._redirect_uri = redirect_uri
        self._process: subprocess.Popen[str] | None = None
        self.know()
        self.renew_key()

    def know(self, **users: dict[str, Any]) -> None:
        """Know these users and no others. The file is replaced, never half written."""
        unfinished = self._directory / "users.new"
        unfinished.write_text(json.dumps(users))
        unfinished.replace(self._directory / "users.json")

    def renew_key(self) -> None:
        """Another key to sign with, from the next start on."""
        key = rsa.generate_private_key(65537, 2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (self._directory / "key.pem").write_bytes(pem)

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "config.tests.openid_provider.serve", self._redirect_uri],
            cwd=CHECKOUT,
            env={
                **os.environ,
                "OPENID_PROVIDER_DIRECTORY": str(self._directory),
                "OPENID_PROVIDER_ISSUER": self.issuer,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def configuration(self, **more: Any) -> OpenIDConfiguration:
        """What an operator sets to have people sign in by it."""
        given = {"issuer": self.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return OpenIDConfiguration(**{**given, **more})


class Browser:
    """Follows redirections and keeps cookies, of the product and of the provider."""

    def __init__(self, product: str) -> None:
        self.product = product
        self.session = requests.Session()
        self.session.trust_env = False
        self._others: list[Browser] = []

    def another(self) -> Browser:
        """Another browser, closed with this one."""
        self._others.append(Browser(self.product))
        return self._others[-1]

    def close(self) -> None:
        """Let go of the server, whose threads wait for more until then."""
        for browser in (self, *self._others):
            browser.session.close()

    def get(self, address: str, *, follow: bool = True) -> requests.Response:
        url = urljoin(self.product, address)
        return self.session.get(url, allow_redirects=follow, timeout=20)

    def post(
        self, address: str, page: str, *, follow: bool = True, **fields: str
    ) -> requests.Response:
        """Send a form of a page."""
        token = FIELD.search(page)
        assert token, page
        return self.session.post(
            urljoin(self.product, address),
            {"csrfmiddlewaretoken": token[1], **fields},
            headers={"Referer": urljoin(self.product, address)},
            allow_redirects=follow,
            timeout=20,
        )

    def begin(self, then: str = "/admin/") -> requests.Response:
        """Press the button on the sign-in page; the first thing the provider shows."""
        page = self.get(f"/admin/login/?next={then}")
        button = re.search(r'href="(/admin/openid/start[^"]*)"', page.text)
        assert button, page.text
        return self.get(unescape(button[1]))

    def sign_in(self, name: str, *, then: str = "/admin/") -> requests.Response:
        """All the way to the provider, with a name and a password there, and back."""
        page = self.begin(then)
        if not page.url.startswith(self.product):
            page = self.post(page.url, page.text, username=name, password="a password")
        return page
