"""A password with an `@` on a real PostgreSQL: told of where it is wrong, and never shown."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.commands import Outcome, run_commands, run_here
from tests.support.postgres import asking_password, execute_sql
from tests.support.processes import ROOT, free_port, http_get

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

PASSWORD = "P@ssw0rd"  # noqa: S105 - of a role that the test makes
PARTS = ("ssw0rd", "P@", "P%40", "Q@", "Q%40")
MIGRATE = ("migrate", "--timeout", "0.5", "profiles/migrations.yaml")
CURRENT = ("flask", "profiles/migrations.yaml", "db", "current")
ROUTES = ("flask", "profiles/web.yaml", "routes")
READING = (
    ("show", "--origin", "profiles/web.yaml"),
    ("show", "--variables", "profiles/web.yaml"),
    ("plan", "profiles/web.yaml"),
    ("lint", "--env", "profiles/web.yaml"),
)
RUN = ("-m", "assembler", "run", "profiles/web.yaml", "--workers", "1")
READ_BOOTS = "SELECT row_to_json(assembler_boots)::text FROM assembler_boots"
AT_SIGN = "hint: Write `%40` for each `@` in the password."
REFUSED = 'password authentication failed for user "shop"'
UNKNOWN = "could not translate host name"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what a checkout has besides the package."""
    folder = tmp_path / "checkout"
    for name in ("profiles", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def address(postgres_url: str) -> Iterator[str]:
    """Return what a URL of the database has behind its user; it asks the user for a password."""
    with asking_password(postgres_url, "shop", PASSWORD):
        yield postgres_url.partition("@")[2]


def find_shown(*texts: str) -> list[str]:
    """Return the lines with a part of a password."""
    lines = [line for text in texts for line in text.splitlines()]
    return [line for line in lines if any(part in line for part in PARTS)]


def build_env(url: str) -> dict[str, str]:
    """Return the environment of the web profile."""
    return {"DATABASE_URL": url, "SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}


def run_all(folder: Path, url: str, *making: tuple[str, ...]) -> list[Outcome]:
    """Run what makes the app and what reads, with nothing of a password in what it prints."""
    env = build_env(url)
    outcomes = [*run_commands(making, folder, env), *run_here(READING, folder, env)]
    assert find_shown(*(one.stdout + one.stderr for one in outcomes)) == []
    assert all(one.status in {0, 1} for one in outcomes), outcomes
    return outcomes


def serve(process: StartProcess, folder: Path, url: str) -> str:
    """Serve until it has answered; return the log and the answers."""
    bind = f"127.0.0.1:{free_port()}"
    running = process([*RUN, "--bind", bind], folder, build_env(url))
    running.wait_for_http(f"http://{bind}/health/live")
    answers = [http_get(f"http://{bind}/{path}").text for path in ("health/ready", "api/boots")]
    running.terminate()
    return running.output + "".join(answers)


@pytest.mark.prepared
@pytest.mark.parametrize("form", ["user", "query"])
def test_right_password_is_shown_nowhere(
    checkout: Path, process: StartProcess, address: str, postgres_url: str, form: str
) -> None:
    """Written `%40`, it opens the database, and neither the log nor the journal holds it."""
    url = f"postgresql://shop:P%40ssw0rd@{address}"
    if form == "query":
        url = f"postgresql://{address}&user=shop&password=P%40ssw0rd"
    migrated, current, *_ = run_all(checkout, url, MIGRATE, CURRENT, ROUTES)
    assert (migrated.status, "is at head" in migrated.stdout) == (0, True), migrated
    assert "(head)" in current.stdout

    text = serve(process, checkout, url)

    boots = [row for (row,) in execute_sql(postgres_url, READ_BOOTS)]
    assert boots
    assert find_shown(text, *boots) == []


@pytest.mark.prepared
@pytest.mark.parametrize("form", ["user", "query"])
def test_wrong_password_is_told_and_not_shown(
    checkout: Path, process: StartProcess, address: str, form: str
) -> None:
    """In the driver's words; the app serves all the same, degraded."""
    url = f"postgresql://shop:Q%40ssw0rdX@{address}"
    if form == "query":
        url = f"postgresql://{address}&user=shop&password=Q%40ssw0rdX"
    migrated, current, *_ = run_all(checkout, url, MIGRATE, CURRENT, ROUTES)
    assert (migrated.status, current.status) == (1, 1)
    assert REFUSED in migrated.stderr

    text = serve(process, checkout, url)

    assert REFUSED in text
    assert find_shown(text) == []


@pytest.mark.parametrize(
    ("start", "making"),
    [
        ("postgresql://shop:P@ssw0rd@127.0.0.1:1/", [MIGRATE, CURRENT, ROUTES]),
        ("postgresql://shop:P@ssw0rd@/", [MIGRATE]),
        ("postgresql://127.0.0.1:1/shop?user=shop&password=P@ssw0rd&of=", [MIGRATE]),
        ("postgresql://127.0.0.1:1/shop?sslmode=disable&sslpassword=P@ssw0rd&of=", [MIGRATE]),
    ],
    ids=["user", "user-alone", "query", "query-of-ssl"],
)
def test_raw_at_sign_is_told_with_its_remedy(
    checkout: Path,
    process: StartProcess,
    address: str,
    start: str,
    making: list[tuple[str, ...]],
) -> None:
    """Before a driver takes what follows it for a host."""
    url = start + address.removeprefix("/")
    migrated, *_ = run_all(checkout, url, *making)
    assert (migrated.status, AT_SIGN in migrated.stderr) == (1, True), migrated

    running = process([*RUN, "--bind", "127.0.0.1:0"], checkout, build_env(url))

    assert running.wait() == 1
    assert AT_SIGN in running.stderr
    assert UNKNOWN not in running.stderr
    assert find_shown(running.output) == []
