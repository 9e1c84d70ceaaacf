"""Serves the provider: ``python -m config.tests.openid_provider.serve REDIRECT_URI…``."""

import os
import sys
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

CLIENT_ID, CLIENT_SECRET = "cardwright", "a secret of the client"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing."""


def main(redirect_uris: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.tests.openid_provider.settings"
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from oauth2_provider.models import get_application_model

    get_application_model().objects.update_or_create(
        client_id=CLIENT_ID,
        defaults={
            "client_secret": CLIENT_SECRET,
            "client_type": "confidential",
            "authorization_grant_type": "authorization-code",
            "algorithm": "RS256",
            "skip_authorization": True,
            "redirect_uris": " ".join(redirect_uris),
            "post_logout_redirect_uris": " ".join(
                uri.replace("openid/callback", "login/") for uri in redirect_uris
            ),
        },
    )
    port = urlsplit(os.environ["OPENID_PROVIDER_ISSUER"]).port or 0
    server = make_server("127.0.0.1", port, get_wsgi_application(), Server, Quiet)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
