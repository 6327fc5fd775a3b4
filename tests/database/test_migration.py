"""Migrating: one runner at a time, checked afterwards, whatever runs Alembic."""

from __future__ import annotations

import shutil
import socket
import textwrap
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError

from assembler.database.lock import hold_migration_lock
from assembler.database.sqlite import make_transactional
from assembler.database.waiting import Wait
from assembler.diagnostics.diagnostic import Place, ProfileError, Span
from tests.support.pgbouncer import serve_pgbouncer
from tests.support.processes import free_port
from tests.support.shop_database import BY_COMMAND, BY_FLASK, Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic
    from tests.conftest import StartProcess
    from tests.support.postgres import PostgresServer

SPELLINGS = pytest.mark.parametrize("spelling", [BY_COMMAND, BY_FLASK], ids=["command", "flask"])
# More than SQLite's cache holds, so that it writes before the commit.
FILL_CACHE = """
op.execute("PRAGMA cache_size = 1")
op.execute("CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
           " WHERE i < 500) SELECT i, randomblob(4000) AS data FROM n")
"""
# Flask-Migrate's env.py calls what Flask-SQLAlchemy has deprecated.
STOCK = BY_COMMAND[2:]


def refuse(shop: Shop, *, exact: bool = False, timeout_seconds: float = 10) -> Diagnostic:
    """Migrate in this process, in vain, and give the only diagnostic."""
    with pytest.raises(ProfileError) as raised:
        shop.migrate(exact=exact, timeout_seconds=timeout_seconds)
    (found,) = raised.value.diagnostics
    return found


def take_stock_environment(shop: Shop) -> None:
    """Give the shop the ``env.py`` that Flask-Migrate writes, which knows nothing of us."""
    versions = shop.folder / "migrations" / "versions"
    shutil.move(versions, shop.folder / "versions")
    shutil.rmtree(shop.folder / "migrations")
    assert shop.run_db("init").exit_code == 0
    versions.rmdir()
    shutil.move(shop.folder / "versions", versions)
    assert "assembler" not in (shop.folder / "migrations" / "env.py").read_text()


@contextmanager
def hold_elsewhere(shop: Shop) -> Iterator[None]:
    """Hold the lock of the shop's database as somebody else; a thread is that for us."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        engine = create_engine(shop.sqlalchemy_url)
        with hold_migration_lock(engine, Wait(5, print), Place("elsewhere")):
            taken.set()
            done.wait(30)
        engine.dispose()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(30)
    yield
    done.set()
    thread.join()


def run_at_once(shop: Shop, process: StartProcess, ways: list[list[str]]) -> str:
    """Start one process for each way, let all end well, and give what they printed."""
    started = [process(way, shop.folder, shop.env) for way in ways]
    for running in started:
        assert running.wait(timeout_seconds=60) == 0, running.output
    return "".join(running.stdout + running.stderr for running in started)


def test_of_four_runners_at_once_one_migrates_and_all_end_well(
    shop: Shop, process: StartProcess
) -> None:
    """Two by our command, two by flask's, on an empty database."""
    # Long enough for the others to come meanwhile, with gaps where one without a lock gets in.
    for number in range(3, 7):
        shop.add_revision(number, "import time; time.sleep(0.1)")

    printed = run_at_once(shop, process, [BY_COMMAND, BY_FLASK] * 2)

    assert shop.find_version() == "0006"
    for number in range(1, 7):
        assert printed.count(f" to {number:04d}: ") == 1
    assert printed.count('nothing to do: the database is at head, "0006"') == 3


@pytest.mark.parametrize("mode", ["transaction", "session"])
def test_three_runners_make_an_index_concurrently_through_a_pooler(
    postgres_url: str, project: Path, process: StartProcess, mode: str
) -> None:
    """It waits for every open statement and snapshot of the database; those who wait have none."""
    # Room for the lock, the migration, and one for all who wait: in session mode, one for each.
    with serve_pgbouncer(postgres_url, mode, size=3 if mode == "transaction" else 6) as url:
        shop = Shop(project, url)
        shop.add_revision(
            3,
            """
            import time
            time.sleep(0.5)
            with op.get_context().autocommit_block():
                op.execute("CREATE INDEX CONCURRENTLY ix ON product (title)")
            """,
        )

        printed = run_at_once(shop, process, [BY_COMMAND, BY_FLASK, BY_COMMAND])

        assert shop.find_version() == "0003"
        assert printed.count(" to 0003: ") == 1
        shop.close()


@pytest.mark.parametrize(
    ("options", "seconds", "spill"),
    [("?timeout=0.2", 1.5, ""), ("?timeout=0.2", 1.5, FILL_CACHE), ("", 5.5, "")],
    ids=["reserved", "exclusive", "by default"],
)
def test_sqlite_runners_outwait_a_revision_longer_than_the_drivers_timeout(
    project: Path, process: StartProcess, options: str, seconds: float, spill: str
) -> None:
    """By default that is 5 s; a revision that changes much locks out readers as well."""
    shop = Shop(project, f"sqlite:///{project}/shop.db{options}")
    shop.add_revision(3, f"{spill}\nimport time; time.sleep({seconds})")

    printed = run_at_once(shop, process, [BY_COMMAND, BY_FLASK, BY_COMMAND])

    assert shop.find_version() == "0003"
    assert printed.count(" to 0003: ") == 1
    # Whoever migrates may have waited as well, for another's look at the lock.
    assert printed.count("the database is locked, waiting up to 60 s: another") >= 2


def test_writer_that_blocks_a_revision_is_not_called_its_fault(project: Path) -> None:
    """Nobody can fix a revision that only found the database busy."""
    shop = Shop(project, f"sqlite:///{project}/shop.db?timeout=0.1")
    with create_engine(shop.url).connect() as writer:
        writer.exec_driver_sql("BEGIN IMMEDIATE")
        found = refuse(shop)

    assert found.message == "the migration failed: OperationalError: database is locked"
    assert found.hint == "Let whoever writes to the database finish, and run this again."


def test_a_stock_environment_is_locked_around(shop: Shop, process: StartProcess) -> None:
    """With an env.py that knows nothing of us our command still migrates once, and says what."""
    take_stock_environment(shop)
    shop.add_revision(3, "import time; time.sleep(0.3)")

    printed = run_at_once(shop, process, [STOCK] * 4)

    assert shop.find_version() == "0003"
    assert printed.count("upgrading to 0003: Do more.") == 1


@SPELLINGS
def test_a_failed_revision_leaves_the_earlier_version(shop: Shop, spelling: list[str]) -> None:
    """Half of it is taken back, DDL too; those before it stay; the line that failed is named."""
    file = shop.add_revision(3, 'op.create_table("half", sa.Column("id", sa.Integer()))')
    with file.open("a", encoding="utf-8") as more:
        more.write('    op.execute("INSERT INTO nowhere VALUES (1)")\n')

    done = shop.run(spelling)

    assert done.returncode == 1
    assert shop.find_version() == "0002"
    assert shop.find_tables() == {"alembic_version", "product", "purchase"}
    assert "migrations/versions/0003_more.py:12" in done.stderr
    assert 'The database is left at revision "0002".' in done.stderr
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failed_revision_of_a_stock_environment_is_taken_back(shop: Shop) -> None:
    """SQLite too, where Alembic by itself would leave the half of it."""
    shop.migrate()
    take_stock_environment(shop)
    shop.add_revision(
        3, 'op.create_table("half", sa.Column("id", sa.Integer()))\nraise ValueError("no more")'
    )

    done = shop.run(STOCK)

    assert done.returncode == 1
    assert "ASM902] the migration failed: ValueError: no more" in done.stderr
    assert shop.find_version() == "0002"
    assert "half" not in shop.find_tables()


def test_a_revision_that_ends_the_process_is_no_success(sqlite_shop: Shop) -> None:
    """An exit status of 0 from the middle of a revision must not look like head."""
    sqlite_shop.add_revision(3, "raise SystemExit(0)")

    found = refuse(sqlite_shop)

    assert found.message == "the migration failed: SystemExit: 0"
    assert sqlite_shop.find_version() == "0002"


def test_an_upgrade_that_nobody_commits_is_found_out(postgres_url: str, project: Path) -> None:
    """Alembic leaves a transaction that was there before to whoever began it, and says nothing."""
    (project / "migrations" / "env.py").write_text(
        textwrap.dedent(
            """
            from alembic import context
            from flask import current_app

            db = current_app.extensions["migrate"].db
            with db.engine.connect() as connection:
                connection.exec_driver_sql("SELECT pg_advisory_lock(1)")
                context.configure(connection=connection, target_metadata=db.metadata)
                with context.begin_transaction():
                    context.run_migrations()
            """
        )
    )
    shop = Shop(project, postgres_url)

    found = refuse(shop)

    assert found.code == "ASM905"
    assert found.message == 'the upgrade ended without a revision, expected the head "0002"'
    shop.close()


def test_a_database_that_is_ahead_is_left_alone(shop: Shop) -> None:
    """Old replicas come up after newer code has migrated; only --exact minds."""
    shop.set_version("0009")

    ours = shop.migrate().copy()
    plain = shop.run_db("upgrade")
    found = refuse(shop, exact=True)

    said = 'the database is ahead of this code, at revision "0009": nothing to do'
    assert ours == [said]
    assert (plain.exit_code, plain.output.splitlines()) == (0, [said])
    assert (found.code, found.message) == ("ASM906", said)
    assert shop.find_version() == "0009"


def test_a_downgrade_from_ahead_is_refused(
    sqlite_shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """To do nothing would be a lie: the way back is in the newer code."""
    sqlite_shop.set_version("0009")

    done = sqlite_shop.run_db("downgrade", "0002")

    assert done.exit_code == 1
    assert "Can't locate revision identified by '0009'" in caplog.text


@pytest.mark.parametrize(
    ("command", "version"),
    [
        ("upgrade +1", "0002"),
        ("upgrade 0002", "0002"),
        ("upgrade heads", "0002"),
        ("downgrade", None),
        ("downgrade base", None),
        ("stamp head", "0002"),
        ("upgrade --sql", "0001"),
        ("current", "0001"),
        ("history", "0001"),
    ],
)
def test_flask_moves_the_version_anywhere(shop: Shop, command: str, version: str | None) -> None:
    """The lock and the check are in the way of nothing that is not an upgrade to head."""
    assert shop.run_db("upgrade", "0001").exit_code == 0

    done = shop.run_db(*command.split())

    assert done.exit_code == 0, done.output
    assert shop.find_version() == version


def test_flask_finds_the_models_as_the_revisions_leave_them(shop: Shop) -> None:
    """`flask db check` and `flask db migrate` see the app's metadata."""
    shop.migrate()

    checked, migrated = shop.run_db("check"), shop.run_db("migrate", "-m", "more")

    assert (checked.exit_code, migrated.exit_code) == (0, 0)
    assert len(list((shop.folder / "migrations" / "versions").glob("*.py"))) == 2


def test_the_wait_for_the_lock_is_bounded(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """A runner that hangs does not hang the others for ever, whichever way they came."""
    environment = shop.folder / "migrations" / "env.py"
    environment.write_text(environment.read_text().replace("ment()", "ment(timeout_seconds=0.3)"))

    with hold_elsewhere(shop):
        found = refuse(shop, timeout_seconds=0.3)
        plain = shop.run_db("upgrade")

    assert found.code == "ASM907"
    assert found.message == "another runner holds the migration lock for over 0.3 s"
    assert shop.said == ["the database is locked, waiting up to 0.3 s: another runner is migrating"]
    assert plain.exit_code == 1
    assert found.message in caplog.text
    assert shop.find_version() is None
    assert shop.run_db("upgrade").exit_code == 0


def test_a_killed_runner_gives_the_lock_back(shop: Shop, process: StartProcess) -> None:
    """The lock is the database's: no time has to pass before somebody else may go on."""
    file = shop.add_revision(3, "import time; print('in it', flush=True); time.sleep(60)")
    killed = process(BY_COMMAND, shop.folder, shop.env)
    killed.wait_for_line("in it")
    killed.kill_group()
    file.unlink()

    done = shop.run([*BY_COMMAND, "--timeout", "10"])

    assert done.returncode == 0, done.stderr
    assert shop.find_version() == "0002"


def test_a_database_that_is_away_is_waited_for_in_bounds(project: Path) -> None:
    """It says what it waits for, gives up in time, and does not show the password."""
    url = f"postgresql://shop:hunter2@127.0.0.1:{free_port()}/shop"

    done = Shop(project, url).run([*BY_COMMAND, "--timeout", "0.5"])

    assert done.returncode == 1
    assert "the database is away, waiting up to 0.5 s: " in done.stdout
    assert "ASM901] no connection to the database" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_takes_the_connection_and_says_nothing_is_not_waited_for_long(
    project: Path,
) -> None:
    """The driver alone would wait for minutes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        found = refuse(
            Shop(project, f"postgresql://shop@127.0.0.1:{port}/shop"), timeout_seconds=0.5
        )

    assert found.code == "ASM901"
    assert "no answer within" in found.message


def test_a_database_that_comes_up_later_is_migrated(
    postgres_server: PostgresServer, postgres_url: str, project: Path, process: StartProcess
) -> None:
    """The container of the database may start after the one that migrates."""
    sockets = postgres_server.admin_url.rpartition("host=")[2]
    link = project / "run"
    shop = Shop(project, postgres_url.replace(sockets, str(link)))
    running = process(BY_COMMAND, project, shop.env)
    running.wait_for_line("the database is away, waiting")

    link.symlink_to(sockets)

    assert running.wait() == 0, running.output
    assert shop.find_version() == "0002"


def test_a_refusal_that_time_does_not_mend_is_said_at_once(
    postgres_url: str, project: Path
) -> None:
    """A database that does not exist is not waited for."""
    shop = Shop(project, postgres_url.replace("/test_", "/no_"))

    found = refuse(shop)

    assert "does not exist" in found.message
    assert shop.said == []


def test_a_sqlite_file_that_cannot_be_opened_is_said_at_once(project: Path) -> None:
    """Nobody will start it."""
    shop = Shop(project, f"sqlite:///{project}/nowhere/shop.db")

    found = refuse(shop)

    assert found.code == "ASM901"
    assert shop.said == []


def test_several_heads_are_refused_by_name(sqlite_shop: Shop) -> None:
    """Which of them is meant is the author's to say."""
    sqlite_shop.add_revision(3, "pass")
    sqlite_shop.add_revision(4, "pass", after=2)

    found = refuse(sqlite_shop)

    assert found.code == "ASM903"
    assert found.message == 'the revisions have 2 heads, expected one: "0003", "0004"'
    assert sqlite_shop.find_version() is None


def test_a_project_without_migrations_is_told_how_to_begin(sqlite_shop: Shop) -> None:
    """The folder that was looked for is named."""
    shutil.rmtree(sqlite_shop.folder / "migrations")

    found = refuse(sqlite_shop)

    assert found.code == "ASM904"
    assert found.message == f'the app has no migrations in "{sqlite_shop.folder}/migrations"'
    assert "flask db init" in (found.hint or "")


def test_a_revision_that_cannot_be_read_is_named(
    sqlite_shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """The file and the line, without the traceback of whoever loads it."""
    file = sqlite_shop.add_revision(3, "op.create_table(")

    found = refuse(sqlite_shop)
    plain = sqlite_shop.run_db("upgrade")

    assert (found.code, found.place) == ("ASM902", Place(str(file), Span(11, 1, 11, 1)))
    assert "SyntaxError" in found.message
    assert plain.exit_code == 1
    assert f"{file}:11:1: the migration failed: SyntaxError" in caplog.text


def test_a_rebuilt_table_keeps_the_rows_that_refer_to_it(sqlite_shop: Shop) -> None:
    """SQLite would otherwise empty them when the old table goes: the shop enforces foreign keys."""
    sqlite_shop.migrate()
    sqlite_shop.execute(
        "INSERT INTO product VALUES (1, 'tea')", "INSERT INTO purchase VALUES (1, 1)"
    )
    sqlite_shop.add_revision(
        3,
        """
        with op.batch_alter_table("product", recreate="always") as table:
            table.add_column(sa.Column("price", sa.Integer()))
        """,
    )

    sqlite_shop.migrate()

    assert sqlite_shop.execute("SELECT id, product_id FROM purchase") == [(1, 1)]


def test_a_revision_that_leaves_a_dangling_reference_is_taken_back(sqlite_shop: Shop) -> None:
    """While foreign keys are off nobody else looks."""
    sqlite_shop.migrate()
    sqlite_shop.execute(
        "INSERT INTO product VALUES (1, 'tea')", "INSERT INTO purchase VALUES (1, 1)"
    )
    sqlite_shop.add_revision(3, 'op.execute("DELETE FROM product")')

    found = refuse(sqlite_shop)

    assert 'row 1 of "purchase" refers to a row of "product" that is not there' in found.message
    assert sqlite_shop.execute("SELECT title FROM product") == [("tea",)]
    assert sqlite_shop.find_version() == "0002"


@pytest.mark.parametrize(
    ("shop", "statement"),
    [
        ("postgres", "CREATE INDEX CONCURRENTLY ix ON product (title)"),
        ("sqlite", "VACUUM"),
    ],
    indirect=["shop"],
)
def test_a_revision_may_step_out_of_the_transaction(shop: Shop, statement: str) -> None:
    """Alembic's autocommit block works, and the lock does not depend on the transaction."""
    shop.add_revision(
        3, f'with op.get_context().autocommit_block():\n    op.execute("{statement}")'
    )

    shop.migrate()

    assert shop.find_version() == "0003"


def test_a_lock_file_that_cannot_be_used_is_said(sqlite_shop: Shop) -> None:
    """Not a lock that silently is none."""
    (sqlite_shop.folder / "shop.db-migrating").mkdir()

    found = refuse(sqlite_shop)

    assert found.code == "ASM907"
    assert found.message.startswith(f'the lock file "{sqlite_shop.folder}/shop.db-migrating" ')
    assert sqlite_shop.find_version() is None


def test_foreign_keys_are_enforced_again_afterwards(sqlite_shop: Shop) -> None:
    """The next statement on the same connection is checked as it was before."""
    sqlite_shop.migrate()
    engine = create_engine(sqlite_shop.url)
    event.listen(engine, "connect", lambda own, _: own.execute("PRAGMA foreign_keys = ON"))
    with make_transactional(engine), engine.begin() as connection:
        connection.execute(text("INSERT INTO product VALUES (1, 'tea')"))

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO purchase VALUES (1, 7)"))
    engine.dispose()
