"""Looking at a database before it is migrated changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from assembler.database.pending import is_at_head, read_pending, render_plan, render_sql
from assembler.diagnostics.diagnostic import ProfileError
from tests.database.test_environments import build_app, dispose, init, write_environment
from tests.support.processes import free_port
from tests.support.shop_database import BY_COMMAND, Shop

if TYPE_CHECKING:
    from pathlib import Path

CHECK = [*BY_COMMAND, "--check"]
PLAN = [*BY_COMMAND, "--plan"]
SQL = [*PLAN, "--sql"]


def test_check_says_where_the_database_is(shop: Shop) -> None:
    """Empty, in the middle, at head and ahead; only head is well."""
    seen = [shop.run(CHECK)]
    empty = shop.find_tables()
    shop.run_db("upgrade", "0001")
    seen.append(shop.run(CHECK))
    shop.migrate()
    seen.append(shop.run(CHECK))
    shop.set_version("0009")
    seen.append(shop.run(CHECK))

    assert [(done.returncode, done.stdout) for done in seen] == [
        (1, 'the database is without a revision, and the head is "0002"\n'),
        (1, 'the database is at revision "0001", and the head is "0002"\n'),
        (0, 'the database is at head, "0002"\n'),
        (1, 'the database is ahead of this code, at revision "0009"\n'),
    ]
    assert [done.stderr for done in seen] == [""] * 4
    assert empty == set()
    assert shop.find_version() == "0009"


def test_plan_prints_the_revisions_that_would_run(shop: Shop) -> None:
    """In order, with their messages; and that there is nothing to do."""
    shop.run_db("upgrade", "0001")
    shop.add_revision(3, "pass")

    before = shop.run(PLAN)
    version = shop.find_version()
    shop.migrate()
    after = shop.run(PLAN)

    assert before.returncode == after.returncode == 0, before.stderr
    assert before.stdout.splitlines() == [
        'the database is at revision "0001", and the head is "0003"',
        "  0002: Make purchases.",
        "  0003: Do more.",
    ]
    assert version == "0001"
    assert after.stdout == 'nothing to do: the database is at head, "0003"\n'


def test_planned_sql_is_what_migrates(shop: Shop) -> None:
    """Applied by hand it leads to head, from the revision that the database has."""
    shop.run_db("upgrade", "0001")

    done = shop.run(SQL)
    assert done.returncode == 0, done.stderr
    sql = "".join(line for line in done.stdout.splitlines(keepends=True) if line[:2] != "--")
    statements = [one.strip() for one in sql.split(";")]
    shop.execute(*(one for one in statements if one not in {"", "BEGIN", "COMMIT"}))

    assert done.stdout.startswith('-- the database is at revision "0001"')
    assert "CREATE TABLE product " not in done.stdout
    assert shop.find_version() == "0002"
    assert "purchase" in shop.find_tables()
    assert shop.run(SQL).stdout == '-- nothing to do: the database is at head, "0002"\n'


def test_planned_sql_holds_nothing_that_the_project_prints(sqlite_shop: Shop) -> None:
    """It can go to a file, or to psql."""
    file = sqlite_shop.folder / "migrations" / "env.py"
    file.write_text(file.read_text() + "print('hello')\n")

    done = sqlite_shop.run(SQL)

    assert done.returncode == 0, done.stderr
    assert "hello" not in done.stdout
    assert "hello" in done.stderr


@pytest.mark.parametrize("options", [CHECK, PLAN, SQL], ids=["check", "plan", "sql"])
def test_missing_sqlite_file_is_not_created(sqlite_shop: Shop, options: list[str]) -> None:
    """It counts as the empty database that it will be."""
    done = sqlite_shop.run(options)

    assert "without a revision" in done.stdout
    assert list(sqlite_shop.folder.glob("shop.db*")) == []


@pytest.mark.parametrize("shop", ["postgres"], indirect=True)
def test_check_does_not_wait_for_who_migrates(shop: Shop) -> None:
    """What others hold is not asked for, and the version is the one that is committed."""
    shop.run_db("upgrade", "0001")
    with create_engine(shop.sqlalchemy_url).connect() as other:
        other.execute(text("UPDATE alembic_version SET version_num = '0002'"))

        done = shop.run([*CHECK, "--timeout", "1"])
        other.rollback()
        other.invalidate()

    assert done.stdout == 'the database is at revision "0001", and the head is "0002"\n'


@pytest.mark.filterwarnings("ignore:'get_engine' is deprecated")  # Flask-Migrate's own file
def test_each_of_several_databases_is_looked_at(tmp_path: Path) -> None:
    """All must be at head, and each has a plan of its own."""
    app = build_app(tmp_path, {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/one.db"})
    init(app, tmp_path, "--multidb")
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    well = read_pending(app, 5)
    with app.app_context(), app.extensions["sqlalchemy"].engines["till"].begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")

    behind = read_pending(app, 5)

    assert (is_at_head(well), is_at_head(behind)) == (True, False)
    assert render_plan(behind) == [
        'nothing to do: the database is at head, "a"',
        'the database "till" is without a revision, and the head is "a"',
        "  a",
    ]
    with pytest.raises(ProfileError, match="migrates 2 databases, expected one"):
        render_sql(app, 5)
    dispose(app)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("op.get_bind().execute(sa.text('SELECT 1')).fetchall()", "0003_more.py:11"),
        ("raise SystemExit(0)", "SystemExit: 0"),
    ],
)
def test_revision_that_needs_a_connection_has_no_sql(
    sqlite_shop: Shop, body: str, said: str
) -> None:
    """Its line is named, and half of the SQL is not printed."""
    sqlite_shop.add_revision(3, body)

    done = sqlite_shop.run(SQL)

    assert (done.returncode, done.stdout) == (1, "")
    assert "[ASM911] the SQL cannot be written: " in done.stderr
    assert said in done.stderr


def test_environment_that_fails_is_named_with_its_line(sqlite_shop: Shop) -> None:
    """Its own fault is no migration's."""
    write_environment(sqlite_shop, before="raise ValueError('no such till')")

    done = sqlite_shop.run(CHECK)

    assert (done.returncode, done.stdout) == (1, "")
    assert "migrations/env.py:6:1: error[ASM902] env.py failed: ValueError: no such" in done.stderr


def test_database_that_is_away_is_no_answer(project: Path) -> None:
    """Standard output stays empty."""
    shop = Shop(project, f"postgresql://shop:hunter2@127.0.0.1:{free_port()}/shop")

    done = shop.run([*CHECK, "--timeout", "0.3"])

    assert (done.returncode, done.stdout) == (1, "")
    assert "ASM901] no connection to the database" in done.stderr


@pytest.mark.parametrize("options", ["--sql", "--check --plan", "--exact --check"])
def test_options_that_contradict_each_other_are_wrong_usage(
    sqlite_shop: Shop, options: str
) -> None:
    """Before the profile is assembled."""
    assert sqlite_shop.run([*BY_COMMAND, *options.split()]).returncode == 2
