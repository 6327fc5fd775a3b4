"""The project's own ``env.py``: wherever it keeps the revision, there it is read."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import inspect

from assembler.database.environment_file import VersionTable, read_environment_file
from assembler.database.migration import migrate_app
from assembler.database.state import DatabaseStatus, find_database_state
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.shop_database import Shop

ENVIRONMENT = """\
from alembic import context
from flask import current_app
from sqlalchemy import text

with current_app.extensions["migrate"].db.engine.connect() as connection:
    BEFORE
    context.configure(connection=connection OPTIONS)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """\
import sqlalchemy as sa
from alembic import op

revision = {name!r}
down_revision = None


def upgrade(engine_name=""):
    op.create_table({name!r}, sa.Column("id", sa.Integer()))
"""


def write_environment(shop: Shop, options: str = "", before: str = "pass") -> None:
    """Give the shop an ``env.py`` of its own, as hand-written ones are."""
    text = ENVIRONMENT.replace(" OPTIONS", options and f", {options}").replace("BEFORE", before)
    (shop.folder / "migrations" / "env.py").write_text(text)


@pytest.mark.parametrize("other", ["0002", "of-another-app"])
def test_version_table_of_the_environment_is_the_one_that_is_read(shop: Shop, other: str) -> None:
    """Also where another app keeps its own revision in the usual table."""
    write_environment(shop, 'version_table="shop_version"')
    shop.set_version(other)

    first, second = shop.migrate().copy(), shop.migrate().copy()

    assert first[-1] == 'the database is at head, "0002"'
    assert second == ['nothing to do: the database is at head, "0002"']
    assert {"product", "purchase", "shop_version"} <= shop.find_tables()
    assert shop.find_version() == other
    assert find_database_state(shop.create_app()).status is DatabaseStatus.HEAD


@pytest.mark.parametrize("shop", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("options", "before"),
    [
        (
            'version_table_schema="till"',
            'connection.execute(text("CREATE SCHEMA IF NOT EXISTS till"))',
        ),
        (
            "",
            'connection.execute(text("CREATE SCHEMA IF NOT EXISTS till; SET search_path TO till"))',
        ),
    ],
    ids=["option", "search path"],
)
def test_version_table_in_another_schema_is_read(shop: Shop, options: str, before: str) -> None:
    """Whether Alembic is told of it, or only the connection."""
    write_environment(shop, options, f"{before}; connection.commit()")

    first, second = shop.migrate().copy(), shop.migrate().copy()

    assert first[-1] == 'the database is at head, "0002"'
    assert second == ['nothing to do: the database is at head, "0002"']
    assert shop.execute("SELECT version_num FROM till.alembic_version") == [("0002",)]


def test_environment_that_runs_nothing_is_refused(sqlite_shop: Shop) -> None:
    """It would end with 0 and an old schema."""
    (sqlite_shop.folder / "migrations" / "env.py").write_text("from alembic import context\n")

    with pytest.raises(ProfileError, match=r"env\.py runs no migrations"):
        sqlite_shop.migrate()


def test_separate_histories_are_all_brought_to_head(shop: Shop) -> None:
    """Two bases that no revision joins are two heads on purpose."""
    versions = shop.folder / "migrations" / "versions"
    (versions / "blog.py").write_text(REVISION.format(name="blog"))

    said = shop.migrate()

    assert said[-1] == 'the database is at head, "0002, blog"'
    assert {"purchase", "blog"} <= shop.find_tables()
    assert find_database_state(shop.create_app()).status is DatabaseStatus.HEAD


def test_revisions_in_other_folders_are_found(shop: Shop) -> None:
    """As `version_locations` names them; readiness does not run what it cannot read."""
    migrations = shop.folder / "migrations"
    (migrations / "blog").mkdir()
    (migrations / "blog" / "blog.py").write_text(REVISION.format(name="blog"))
    places = "version_locations = %(here)s/versions %(here)s/blog\npath_separator = space\n"
    (migrations / "alembic.ini").write_text(f"[alembic]\n{places}")

    said = shop.migrate()

    assert said[-1] == 'the database is at head, "0002, blog"'
    state = find_database_state(shop.create_app())
    assert state.status is DatabaseStatus.NONE
    assert state.detail == "the revisions cannot be read without running env.py"


@pytest.fixture
def two_databases(tmp_path: Path) -> Flask:
    """Return an app with a default database and a bind, and Flask-Migrate's files for both."""
    return build_app(tmp_path, {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/one.db"})


def build_app(folder: Path, config: dict[str, str]) -> Flask:
    """Make an app with a bind."""
    app = Flask("two", instance_path=str(folder))
    app.config.from_mapping(config, SQLALCHEMY_BINDS={"till": f"sqlite:///{folder}/till.db"})
    db = SQLAlchemy(app)
    Migrate(app, db, directory=str(folder / "migrations"))
    return app


def init(app: Flask, folder: Path, *options: str) -> None:
    """Make the folder of migrations, with one revision."""
    assert app.test_cli_runner().invoke(args=["db", "init", *options]).exit_code == 0
    (folder / "migrations" / "versions" / "a.py").write_text(REVISION.format(name="a"))
    environment = folder / "migrations" / "env.py"
    text = environment.read_text().replace("fileConfig(config.config_file_name)", "")
    environment.write_text(text)  # or it would switch the loggers of other tests off


@pytest.mark.filterwarnings("ignore:'get_engine' is deprecated")  # Flask-Migrate's own file
def test_several_databases_are_at_head_when_each_of_them_is(
    two_databases: Flask, tmp_path: Path
) -> None:
    """One that is behind is migrated, and is not ready, though the others are at head."""
    app = two_databases
    init(app, tmp_path, "--multidb")
    said: list[str] = []
    migrate_app(app, emit=said.append)
    with app.app_context():
        engines = app.extensions["sqlalchemy"].engines
        tables = {key: inspect(engine).get_table_names() for key, engine in engines.items()}
    ready = find_database_state(app)
    with app.app_context(), engines["till"].begin() as connection:
        connection.exec_driver_sql("DROP TABLE a")
        connection.exec_driver_sql("DELETE FROM alembic_version")
    behind = find_database_state(app)
    migrate_app(app, emit=said.append)

    assert tables == {None: ["a", "alembic_version"], "till": ["a", "alembic_version"]}
    assert (ready.status, behind.status) == (DatabaseStatus.HEAD, DatabaseStatus.BEHIND)
    assert said[-1] == 'the database is at head, "a"'
    assert find_database_state(app).status is DatabaseStatus.HEAD
    dispose(app)


def test_binds_alone_are_refused_with_the_true_reason(tmp_path: Path) -> None:
    """Flask-Migrate's own file takes the default database, and this app has none."""
    app = build_app(tmp_path, {})
    init(app, tmp_path)

    with pytest.raises(ProfileError) as raised:
        migrate_app(app, emit=print)

    (found,) = raised.value.diagnostics
    assert found.name == "migration-failed"
    assert found.place.path.endswith("env.py")
    assert "no default database, only binds" in (found.hint or "")
    dispose(app)


def test_binds_alone_are_migrated_where_the_environment_names_them(tmp_path: Path) -> None:
    """The lock is the bind's, and so is the revision."""
    app = build_app(tmp_path, {})
    init(app, tmp_path)
    text = ENVIRONMENT.replace(" OPTIONS", "").replace("BEFORE", "pass")
    text = text.replace(".db.engine.", '.db.engines["till"].')
    (tmp_path / "migrations" / "env.py").write_text(text)

    upgrade = migrate_app(app, emit=print)

    assert upgrade.after.status is DatabaseStatus.HEAD
    assert (tmp_path / "till.db-migrating").exists()
    dispose(app)


def dispose(app: Flask) -> None:
    """Close what an app has open."""
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", VersionTable("given", None)),
        ("context.configure(version_table='x', version_table_schema='s')", VersionTable("x", "s")),
        ("f(version_table='x')\nf(version_table='x')", VersionTable("x")),
        ("f(version_table='x')\nf(version_table='y')", None),
        ("f(version_table=name)", None),
        ("f(version_table=1)", None),
        ("options['version_table'] = 'x'", None),
        ("f(**{'version_table_schema': 's'})", None),
        ("connection.execute('SET search_path TO x')", None),
        ("engine = sqlalchemy.create_engine(url)", None),
    ],
)
def test_readiness_reads_the_text_of_an_environment(
    tmp_path: Path, text: str, expected: VersionTable | None
) -> None:
    """It never runs it: what only running tells, it does not know."""
    file = tmp_path / "env.py"
    file.write_text(text)

    assert read_environment_file(file, {"version_table": "given"}).version_table == expected


def test_readiness_does_not_run_the_environment(sqlite_shop: Shop) -> None:
    """Nor the revisions."""
    sqlite_shop.migrate()
    migrations = sqlite_shop.folder / "migrations"
    (migrations / "env.py").write_text("raise SystemExit(1)")
    shutil.rmtree(migrations / "__pycache__", ignore_errors=True)

    assert find_database_state(sqlite_shop.create_app()).status is DatabaseStatus.HEAD
