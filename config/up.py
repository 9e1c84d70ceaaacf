"""Serves one installation, from its database to its worker, until asked to stop; for ``bin/up``."""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from config import children
from config.embedded import postgres
from config.embedded.account import Unavailable
from config.installation import bring_up_to_date
from config.interruptions import run_until_stopped, undisturbed
from config.state import StateDirectory, StateInUse, state_directory

#: Together with the time for the children, less than the 5 s in which all must have stopped.
DATABASE_STOP_S = 1.2
CHILDREN_STOP_S = 2.5
LONGEST_START_S = 60.0
LOOK_EVERY_S = 0.2
LOOK_AT_DATABASE_EVERY_S = 2.0


class Refusal(RuntimeError):
    """Why there is nothing to serve, in one sentence."""


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    if options.state:
        os.environ["CARDWRIGHT_STATE"] = str(Path(options.state).expanduser().absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        run_until_stopped(lambda: _run(options))
    except (StateInUse, Unavailable, Refusal) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    state = state_directory()
    _refuse_unready_settings()
    _answer_to(options.host)
    embedded = not os.environ.get("DATABASE_URL")
    with state.held():
        _refuse_busy_port(options.host, options.port)
        with postgres.running(state, DATABASE_STOP_S) if embedded else nullcontext():
            _forget_old_metrics(state)
            _set_up_django()
            bring_up_to_date(state, with_demo=not options.no_demo)
            _serve(state, options.host, options.port, embedded)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/up", description="Set Cardwright up and serve it.")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--state", help="directory for all that is written (default .state)")
    parser.add_argument("--no-demo", action="store_true", help="start with an empty catalog")
    return parser.parse_args(arguments)


def _refuse_unready_settings() -> None:
    """Before anything is made: a server that lacks its settings leaves nothing behind."""
    from django.core.exceptions import ImproperlyConfigured

    from config.env import PRODUCTION, environment, require_production_settings
    from config.openid import openid_configuration

    try:
        if environment() == PRODUCTION:
            require_production_settings()
        openid_configuration()
    except ImproperlyConfigured as error:
        raise Refusal(str(error)) from error


def _answer_to(host: str) -> None:
    """Who names an address to serve on wants it answered to: any name, where it is any address."""
    everywhere = host in ("0.0.0.0", "::", "")  # noqa: S104
    names = "*" if everywhere else f"localhost,127.0.0.1,[::1],{_bracketed(host)}"
    os.environ.setdefault("CARDWRIGHT_ALLOWED_HOSTS", names)


def _refuse_busy_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Refusal(f"can't serve on {_url(host, port)}: {reason}") from error


def _forget_old_metrics(state: StateDirectory) -> None:
    """Each process keeps its numbers in files of its own, which outlive it."""
    for path in state.metrics.glob("*.db"):
        path.unlink()


def _set_up_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, connection

    try:
        django.setup()
        connection.ensure_connection()
    except ImproperlyConfigured as error:
        raise Refusal(str(error)) from error
    except OperationalError as error:
        raise Refusal(f"the database can't be reached: {' '.join(str(error).split())}") from error


def _serve(state: StateDirectory, host: str, port: int, embedded: bool) -> None:
    with _ended_after() as processes:
        web = children.start_web_server(host, port)
        processes.append(web)
        _wait_until_ready(web, host, port)
        worker = children.Worker()
        processes.append(worker.process)
        sys.stdout.write(f"ready {_url(host, port)}\n")
        sys.stdout.flush()
        look_at_database_at = time.monotonic()
        while True:
            time.sleep(LOOK_EVERY_S)
            _refuse_death_of(web)
            worker.look_after()
            processes[1:] = [worker.process]
            if embedded and time.monotonic() >= look_at_database_at:
                postgres.ensure_running(state)
                look_at_database_at = time.monotonic() + LOOK_AT_DATABASE_EVERY_S


@contextmanager
def _ended_after() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        yield processes
    finally:
        with undisturbed():
            children.stop(processes, CHILDREN_STOP_S)


def _wait_until_ready(web: subprocess.Popen[bytes], host: str, port: int) -> None:
    """Return once ``/readyz`` answers 200; raises Refusal if the server ends or takes too long."""
    from django.conf import settings

    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    near = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    answer = "no answer"
    pause_s = 0.02
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline:
        _refuse_death_of(web)
        connection = http.client.HTTPConnection(near, port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/readyz", headers={"Host": (names or ["localhost"])[0]})
            response = connection.getresponse()
            if response.status == http.HTTPStatus.OK:
                return
            answer = f"status {response.status}, {response.read(500).decode(errors='replace')}"
        connection.close()
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.2, 0.5)
    raise Refusal(f"the server is not ready after {LONGEST_START_S:.0f} s: {answer}")


def _refuse_death_of(web: subprocess.Popen[bytes]) -> None:
    if web.poll() is not None:
        raise Refusal(f"the web server ended with status {web.returncode}")


def _url(host: str, port: int) -> str:
    return f"http://{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    sys.exit(main())
