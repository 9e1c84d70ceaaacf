"""The documents say what the code does."""

from __future__ import annotations

import re
import subprocess

from config.state import CHECKOUT


def tracked(*patterns: str) -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in done.stdout.splitlines() if (CHECKOUT / path).exists()]


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    pattern = re.compile(r"CARDWRIGHT_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL")
    code = [
        path
        for path in tracked("*.py", "bin", ".ci")
        if "/tests/" not in path and not path.startswith("bench/")
    ]
    used = {name for path in code for name in pattern.findall((CHECKOUT / path).read_text("utf-8"))}
    documented = set(pattern.findall((CHECKOUT / "docs/settings.md").read_text("utf-8")))
    assert used - documented == set()
    assert documented - used == set()


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for path in tracked("*.md"):
        text = (CHECKOUT / path).read_text("utf-8")
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
            if (
                not target.startswith("http")
                and not (CHECKOUT / path).parent.joinpath(target).exists()
            ):
                broken.append(f"{path}: {target}")
    assert broken == []
