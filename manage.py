#!/usr/bin/env python
"""Runs management commands, with the embedded database for as long as the command needs it."""

import os
import signal
import sys
from contextlib import nullcontext
from types import FrameType

from config.embedded import postgres
from config.embedded.account import Unavailable
from config.state import state_directory

#: Commands that never open the database, so nothing is started for them.
WITHOUT_DATABASE = {
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "spectacular",
    "startapp",
    "startproject",
    "version",
}


def needs_database(arguments: list[str]) -> bool:
    """Whether the command line, without the program's name, names a command that needs it."""
    if not arguments or {"--help", "-h", "--version"} & set(arguments):
        return False
    if arguments[0] == "check":
        return "--database" in arguments
    return arguments[0] not in WITHOUT_DATABASE


def end(number: int, frame: FrameType | None) -> None:
    """Leave through the ``with`` blocks, so that the database stops too."""
    raise SystemExit(128 + number)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    signal.signal(signal.SIGTERM, end)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as by nohup
        signal.signal(signal.SIGHUP, end)
    embedded = not os.environ.get("DATABASE_URL") and needs_database(sys.argv[1:])
    try:
        with postgres.running(state_directory()) if embedded else nullcontext():
            from django.core.exceptions import ImproperlyConfigured
            from django.core.management import execute_from_command_line

            try:
                execute_from_command_line(sys.argv)
            except ImproperlyConfigured as error:
                sys.exit(str(error))
    except Unavailable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
