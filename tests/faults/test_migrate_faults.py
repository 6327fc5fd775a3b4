"""Migrating under pressure: the version is head or the last good one, and nobody claims more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import choose
from tests.support.postgres import asking_password, serve_postgres
from tests.support.processes import wait_until
from tests.support.shop_database import BY_COMMAND, BY_FLASK, Shop

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.faults import Note
    from tests.support.processes import RunningProcess

RUNNERS = choose(3, 8)
LONG_SECONDS = choose(1, 30)
LIMIT_SECONDS = choose(60, 180)  # for the lock, too: whoever waits outlasts two revisions
HALF = 'op.create_table("half", sa.Column("id", sa.Integer()))'
# Seen by whoever reads what the runners print: this one migrates now.
IN_IT = "print('in it', flush=True)"


def start_runners(shop: Shop, process: StartProcess, count: int = RUNNERS) -> list[RunningProcess]:
    """Start them at once, every second one as people's scripts do."""
    environment = shop.folder / "migrations" / "env.py"
    waiting = f"run_environment(timeout_seconds={LIMIT_SECONDS})"
    environment.write_text(environment.read_text().replace("run_environment()", waiting))
    by_command = [*BY_COMMAND, "--timeout", str(LIMIT_SECONDS)]
    ways = [(by_command, BY_FLASK)[number % 2] for number in range(count)]
    return [process(way, shop.folder, shop.env) for way in ways]


def wait_for_all(shop: Shop, runners: list[RunningProcess], head: str) -> list[int]:
    """Wait until all have ended, and give their statuses; success is only said at head."""
    left, statuses = runners.copy(), []

    def look() -> bool:
        for runner in left.copy():
            status = runner.popen.poll()
            if status is not None:
                left.remove(runner)
                statuses.append(status)
                assert status != 0 or shop.find_version() == head, runner.output
        return not left

    wait_until(look, "end of all runners", timeout_seconds=LIMIT_SECONDS)
    for runner in runners:
        assert "Traceback" not in runner.output, runner.output
    return statuses


def describe(statuses: list[int]) -> str:
    """Return how the runners ended."""
    return f"{statuses.count(0)} of {len(statuses)} ended with 0, {statuses.count(1)} with 1"


def find_migrating(runners: list[RunningProcess]) -> RunningProcess:
    """Wait until one of them is in the revision, and give it."""
    return wait_until(
        lambda: next((one for one in runners if "in it" in one.stdout), None),
        "runner that migrates",
    )


def test_runners_outwait_a_long_revision(shop: Shop, process: StartProcess, note: Note) -> None:
    """One migrates, and the others say that there is nothing to do."""
    shop.add_revision(3, f"{HALF}\nimport time; time.sleep({LONG_SECONDS})")

    runners = start_runners(shop, process)
    statuses = wait_for_all(shop, runners, "0003")
    note(describe(statuses))

    assert statuses == [0] * RUNNERS, [one.output for one in runners]
    printed = "".join(one.output for one in runners)
    assert printed.count(" to 0003: ") == 1
    assert printed.count("nothing to do: ") == RUNNERS - 1


@pytest.mark.parametrize(
    ("shop", "place"),
    [
        pytest.param("postgres", "python", marks=pytest.mark.long),
        *(("postgres", "database"), ("sqlite", "python")),
    ],
    indirect=["shop"],
)
def test_runner_killed_in_the_middle_is_followed_by_another(
    shop: Shop, process: StartProcess, note: Note, place: str
) -> None:
    """What it did is taken back, also where the server goes on with its statement for a while."""
    waits = f"import time; time.sleep({LONG_SECONDS})"
    if place == "database":
        waits = f"op.execute('SELECT pg_sleep({LONG_SECONDS})')"
    shop.add_revision(3, f"{HALF}\n{IN_IT}\n{waits}")
    runners = start_runners(shop, process)

    killed = find_migrating(runners)
    killed.kill_group()
    runners.remove(killed)
    statuses = wait_for_all(shop, runners, "0003")
    note(describe(statuses))

    assert statuses == [0] * (RUNNERS - 1), [one.output for one in runners]
    assert shop.find_version() == "0003"
    assert "half" in shop.find_tables()


def test_revision_that_fails_for_all_leaves_the_last_good_version(
    shop: Shop, process: StartProcess, note: Note
) -> None:
    """Each tries, since nothing is wrong with it as far as it knows; none claims success."""
    shop.add_revision(3, f"{HALF}\nraise ValueError('no more')")

    runners = start_runners(shop, process)
    statuses = wait_for_all(shop, runners, "0003")
    note(describe(statuses))

    assert statuses == [1] * RUNNERS
    assert shop.find_version() == "0002"
    assert "half" not in shop.find_tables()


def test_runner_whose_revision_fails_leaves_it_to_the_others(
    shop: Shop, process: StartProcess, note: Note
) -> None:
    """What one machine lacks, the next one may have."""
    body = f"{HALF}\nimport os, time\n{IN_IT}\ntime.sleep(0.5)"
    shop.add_revision(3, f"{body}\nif 'BROKEN' in os.environ:\n    raise OSError('no room')")
    broken = process(BY_COMMAND, shop.folder, {**shop.env, "BROKEN": "1"})
    find_migrating([broken])

    runners = start_runners(shop, process, RUNNERS - 1)
    statuses = wait_for_all(shop, [broken, *runners], "0003")
    note(describe(statuses))

    assert sorted(statuses) == [0] * (RUNNERS - 1) + [1]
    assert broken.wait() == 1
    assert "OSError: no room" in broken.stderr
    assert shop.find_version() == "0003"


def test_database_that_restarts_meanwhile_is_migrated_by_who_waits(
    project: Path, process: StartProcess, note: Note
) -> None:
    """The one that migrates fails and says why; those that wait for it go on waiting."""
    with serve_postgres() as server, server.create_database() as url:
        shop = Shop(project, url)
        shop.add_revision(3, f"{HALF}\n{IN_IT}\nop.execute('SELECT pg_sleep({LONG_SECONDS})')")
        runners = start_runners(shop, process)
        migrating = find_migrating(runners)
        for one in runners:
            if one is not migrating:
                one.wait_for_line("the database is locked, waiting")

        server.stop()
        server.start()  # at once: whoever waits, waits for a minute
        assert migrating.wait(timeout_seconds=150) == 1
        statuses = wait_for_all(shop, runners, "0003")
        note(describe(statuses))

        assert sorted(statuses) == [0] * (RUNNERS - 1) + [1], [one.output for one in runners]
        assert "Make sure that the database stays up" in migrating.stderr
        assert shop.find_version() == "0003"


def test_wrong_password_ends_all_at_once(
    postgres_url: str, project: Path, process: StartProcess, note: Note
) -> None:
    """Nobody waits for it to become right, and nobody prints it."""
    with asking_password(postgres_url, "till", "hunter2"):
        url = postgres_url.replace("://postgres:@", "://till:hunter3@")
        assert "till" in url
        good = Shop(project, postgres_url)
        runners = start_runners(Shop(project, url), process)
        statuses = wait_for_all(good, runners, "0002")
        note(describe(statuses))

        assert statuses == [1] * RUNNERS
        assert good.find_version() is None
        for one in runners:
            assert "waiting up to" not in one.output
            assert "password authentication failed" in one.stderr
            assert "hunter" not in one.output
