"""The README's first five minutes, as printed, against the running product."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from config.state import CHECKOUT
from config.tests.test_up import Up

pytestmark = pytest.mark.up


def first_five_minutes() -> list[str]:
    """The shell blocks of that chapter."""
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    chapter = readme.partition("## The first five minutes")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_first_five_minutes_work_as_printed(product: Up) -> None:
    script = "\n".join(["set -e", *first_five_minutes()])
    # Another port and another state directory than the README's, and nothing else.
    assert script.count("http://127.0.0.1:8000") == 1
    assert script.count(".state/admin-password") == 1
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{product.port}")
    script = script.replace(".state/admin-password", f"'{product.state.path}/admin-password'")
    done = subprocess.run(
        ["sh", "-c", script], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )
    # These commands print their answer: creating the type, getting the card back, changing it, and
    # looking back.
    answers = [json.loads(text) for text in re.split(r"(?<=\})(?=\{\")", done.stdout)]
    book_type, card, changed, history = answers
    assert (book_type["name"], book_type["version"]) == ("book", 1)
    assert card["metadata"]["name"] == "Getting Started with Assets"
    assert card["entity"]["book"]["author"] == {"first_name": "Tracy", "last_name": "Smith"}
    assert card["metadata"]["asset_attributes"] == ["book"]
    assert changed["metadata"]["description"] == "The second edition"
    latest, first = history["resources"]
    assert (latest["version"], latest["action"], latest["user_name"]) == (2, "changed", "admin")
    assert latest["route"] == "PATCH /v2/assets/{asset_id}"
    assert (first["version"], first["action"]) == (1, "created")
