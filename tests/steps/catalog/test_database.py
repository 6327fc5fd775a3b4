"""The catalogue step `database`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from pydantic import ValidationError
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.report import Patched, PatchProof
from assembler.steps.catalog.database import STEP, DatabaseOptions
from tests.support.projects import HEAD, write_files
from tests.support.scripts import run_script
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

SIZES = {
    "pool_size": 7,
    "max_overflow": 2,
    "pool_timeout_seconds": 9,
    "pool_recycle_seconds": 600,
    "pool_pre_ping": True,
}
POSTGRES = "postgresql://shop:hunter2@127.0.0.1:1/shop"


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an app with a SQLite file in its instance folder."""
    app = Flask(__name__, instance_path=str(tmp_path / "instance"))
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///data/shop.db"
    return StepBench(app, tmp_path)


def get_engine(context: StepBench, db: SQLAlchemy) -> Engine:
    """Return the engine of the context's app."""
    with context.app.app_context():
        return db.engine


def test_a_relative_file_is_in_the_instance_folder_and_its_folder_is_made(
    context: StepBench, tmp_path: Path
) -> None:
    """The database can be used at once, on a new machine too."""
    db = apply_step(context, "database")

    with context.app.app_context():
        db.session.execute(text("CREATE TABLE shelf (id INTEGER)"))
        db.session.commit()
    assert (tmp_path / "instance" / "data" / "shop.db").is_file()
    context.close()


def test_the_projects_own_instance_is_used_for_any_number_of_apps(
    context: StepBench, tmp_path: Path
) -> None:
    """The same `db` serves two apps, each with an engine of its own."""
    db = SQLAlchemy()
    other = StepBench(Flask(__name__, instance_path=str(tmp_path / "other")), tmp_path)

    assert apply_step(context, "database", db=db) is db
    assert apply_step(other, "database", db=db, url="sqlite:///shop.db") is db

    assert get_engine(context, db) is not get_engine(other, db)
    context.close()
    other.close()


def test_each_app_gets_an_instance_of_its_own_where_none_is_named(
    context: StepBench, tmp_path: Path
) -> None:
    """Models of one app never reach another's database."""
    other = StepBench(Flask(__name__, instance_path=str(tmp_path / "other")), tmp_path)

    db = apply_step(context, "database")

    assert apply_step(other, "database", url="sqlite:///shop.db") is not db
    assert context.app.extensions["sqlalchemy"] is db


@pytest.mark.parametrize("url", ["sqlite:///data/shop.db", POSTGRES])
def test_the_pool_is_the_one_that_was_asked_for(context: StepBench, url: str) -> None:
    """What the real engine has is what the profile says; nothing was connected to."""
    db = apply_step(context, "database", url=url, **SIZES)

    pool = get_engine(context, db).pool
    assert pool.size() == 7  # type: ignore[attr-defined]
    assert pool.timeout() == 9  # type: ignore[attr-defined]
    assert (pool._max_overflow, pool._recycle, pool._pre_ping) == (2, 600, True)  # type: ignore[attr-defined]  # noqa: SLF001


def test_a_pool_of_the_size_asked_for_runs_dry_after_it(context: StepBench) -> None:
    """One connection and no overflow: the second checkout waits, and gives up in time."""
    db = apply_step(context, "database", pool_size=1, max_overflow=0, pool_timeout_seconds=0)
    engine = get_engine(context, db)

    with (
        engine.connect(),
        pytest.raises(Exception, match="QueuePool limit of size 1 overflow 0 reached"),
    ):
        engine.connect()
    context.close()


def test_an_engine_made_in_another_way_is_found_out(context: StepBench) -> None:
    """A project whose instance builds its own engine does not get what the profile says."""

    class Stubborn(SQLAlchemy):
        def _make_engine(self, bind_key: object, options: dict[str, object], app: object) -> Engine:
            del bind_key, app
            return create_engine(str(options["url"]), pool_size=3)

    with pytest.raises(StepFault) as raised:
        apply_step(context, "database", db=Stubborn(), pool_size=7, max_overflow=2)

    assert raised.value.message == "the engine's pool_size is 3, not 7"
    assert raised.value.option == ("pool_size",)
    assert [fault.option for fault in raised.value.more] == [("max_overflow",)]


@pytest.mark.parametrize(
    ("url", "settings", "kind"),
    [
        ("sqlite://", {}, "StaticPool"),
        ("sqlite:///:memory:", {}, "StaticPool"),
        ("sqlite:///shop.db", {"poolclass": NullPool}, "NullPool"),
    ],
)
def test_sizes_that_a_pool_cannot_have_are_noted_as_not_in_force(
    context: StepBench, url: str, settings: dict[str, object], kind: str
) -> None:
    """The profile that serves PostgreSQL still serves SQLite in memory, and the report says so."""
    context.app.config["SQLALCHEMY_ENGINE_OPTIONS"] = settings

    apply_step(context, "database", url=url, **SIZES)

    assert context.report.notes[1:] == [
        f"database: {name} is not in force, a {kind} has none"
        for name in ("pool_size", "max_overflow", "pool_timeout_seconds")
    ]


def test_options_of_the_step_beat_the_config_and_leave_the_rest(context: StepBench) -> None:
    """Both say a size: the profile's is in force, and the mapping of the config is not changed."""
    settings = {"pool_size": 3, "echo": False, "max_overflow": 4}
    context.app.config["SQLALCHEMY_ENGINE_OPTIONS"] = settings

    db = apply_step(context, "database", pool_size=7)

    assert get_engine(context, db).pool.size() == 7  # type: ignore[attr-defined]
    assert context.app.config["SQLALCHEMY_ENGINE_OPTIONS"]["max_overflow"] == 4
    assert settings["pool_size"] == 3


def test_the_config_is_left_as_it_was_where_nothing_is_asked_for(context: StepBench) -> None:
    """The assembled app has the config of a hand-written factory."""
    by_hand = Flask(__name__, instance_path=context.app.instance_path)
    by_hand.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///data/shop.db"
    SQLAlchemy(by_hand)

    apply_step(context, "database")

    assert context.app.config == by_hand.config


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_bare_postgresql_url_gets_the_driver_that_the_report_names(
    context: StepBench, scheme: str
) -> None:
    """SQLAlchemy alone would refuse `postgres://` and choose another driver for the other."""
    db = apply_step(context, "database", url=POSTGRES.replace("postgresql", scheme))

    assert get_engine(context, db).url.drivername == "postgresql+psycopg2"
    assert get_engine(context, db).url.password == "hunter2"  # noqa: S105 - made up
    assert context.report.notes == ["database: the driver is psycopg2"]


def test_the_driver_can_be_named_and_binds_get_theirs_too(context: StepBench) -> None:
    """Every database of the app speaks through the driver that was chosen."""
    context.app.config["SQLALCHEMY_BINDS"] = {
        "plain": POSTGRES,
        "full": {"url": POSTGRES, "pool_size": 2},
        "file": "sqlite:///other.db",
    }

    db = apply_step(context, "database", url=POSTGRES, driver="psycopg")

    with context.app.app_context():
        names = {key: engine.url.drivername for key, engine in db.engines.items()}
    assert names == {
        None: "postgresql+psycopg",
        "plain": "postgresql+psycopg",
        "full": "postgresql+psycopg",
        "file": "sqlite",
    }


def test_a_driver_that_would_block_the_event_loop_is_refused(context: StepBench) -> None:
    """With gevent patched in and psycopg2 not, every query would stop all requests."""
    context.patched = Patched(proofs=(PatchProof("gevent", "socket is patched"),))

    with pytest.raises(StepFault) as raised:
        apply_step(context, "database", url=POSTGRES)

    assert raised.value.code == codes.BLOCKING_DRIVER


def test_a_test_suite_that_takes_the_process_as_it_is_is_let(context: StepBench) -> None:
    """`patches="assume"` says nothing about drivers."""
    context.patched = Patched("assume", (PatchProof("gevent", "not live (assumed)"),))

    apply_step(context, "database", url=POSTGRES)

    assert "sqlalchemy" in context.app.extensions


@pytest.mark.parametrize("url", [None, ""])
def test_no_database_at_all_is_said_with_the_key_to_set(
    context: StepBench, url: str | None
) -> None:
    """The message names the key, and the hint where to put it."""
    context.app.config["SQLALCHEMY_DATABASE_URI"] = url

    with pytest.raises(StepFault, match="SQLALCHEMY_DATABASE_URI is not in the config") as raised:
        apply_step(context, "database")

    assert raised.value.code == codes.CONFIG_KEY_MISSING


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("hunter2 is no url", "url is not the URL of a database"),
        ("postgresql://shop:hunter2@host:port/shop", "the port in url is not a number"),
        ("oracel://shop:hunter2@host/shop", 'unknown database dialect "oracel"'),
        (
            "mysql+pymysql://shop:hunter2@host/shop",
            'the database driver "pymysql" is not installed',
        ),
    ],
)
def test_a_url_that_leads_nowhere_is_said_without_its_password(
    context: StepBench, url: str, message: str
) -> None:
    """What is shown to everyone holds no secret."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "database", url=url)

    assert raised.value.message == message
    assert "hunter2" not in f"{raised.value} {raised.value.hint}"


def test_something_else_than_an_instance_is_refused(context: StepBench) -> None:
    """The commonest slip is to name the class."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "database", db=SQLAlchemy)

    assert raised.value.option == ("db",)
    assert raised.value.message.endswith("got type")


def test_pool_options_without_a_default_database_are_refused(context: StepBench) -> None:
    """They would be in force for nothing."""
    context.app.config.update(
        SQLALCHEMY_DATABASE_URI=None, SQLALCHEMY_BINDS={"other": "sqlite:///other.db"}
    )

    with pytest.raises(StepFault, match="only binds are configured"):
        apply_step(context, "database", pool_size=3)


@pytest.mark.parametrize(
    "uri", [{}, {"SQLALCHEMY_DATABASE_URI": None}, {"SQLALCHEMY_DATABASE_URI": ""}]
)
def test_binds_alone_are_a_database(context: StepBench, uri: dict[str, str | None]) -> None:
    """Flask-SQLAlchemy takes an app with binds only, and so does the step."""
    del context.app.config["SQLALCHEMY_DATABASE_URI"]
    context.app.config.update(uri, SQLALCHEMY_BINDS={"other": "sqlite:///other.db"})

    db = apply_step(context, "database")

    with context.app.app_context():
        assert list(db.engines) == ["other"]


def test_an_empty_url_is_not_made_up_for_by_binds(context: StepBench) -> None:
    """Whoever writes `url` wants a default database: a variable that is empty is a mistake."""
    context.app.config["SQLALCHEMY_BINDS"] = {"other": "sqlite:///other.db"}

    with pytest.raises(StepFault) as raised:
        apply_step(context, "database", url="")

    assert raised.value.option == ("url",)


def test_a_folder_that_cannot_be_made_is_said(context: StepBench, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "data").touch()

    with pytest.raises(StepFault, match="the folder of the SQLite database cannot be created"):
        apply_step(context, "database")


def test_closing_gives_every_connection_back(context: StepBench) -> None:
    """Nothing is left open when the process ends."""
    db = apply_step(context, "database")
    engine = get_engine(context, db)
    with engine.connect():
        pass
    assert engine.pool.checkedin() == 1  # type: ignore[attr-defined]

    context.close()

    assert engine.pool.checkedin() == 0  # type: ignore[attr-defined]


def test_an_eager_app_has_a_connection_and_one_without_its_database_is_refused(
    tmp_path: Path, postgres_url: str
) -> None:
    """At once, with the reason; otherwise the first request would be told."""
    context = StepBench(Flask(__name__), tmp_path)
    db = apply_step(context, "database", url=postgres_url, eager=True)
    assert get_engine(context, db).pool.checkedin() == 1  # type: ignore[attr-defined]
    context.close()

    away = StepBench(Flask(__name__), tmp_path)
    with pytest.raises(StepFault, match=r"the database is away: .*refused") as refused:
        apply_step(away, "database", url=POSTGRES, eager=True)
    assert refused.value.code is codes.DATABASE_AWAY
    assert "hunter2" not in refused.value.message


FORKED = """\
import json, os, sys
from flask import Flask
from sqlalchemy import text
from assembler import create_app

app = create_app("profile.yaml", env={"DATABASE": sys.argv[1]})
with app.app_context():
    engine = app.extensions["sqlalchemy"].engine
ask = text("SELECT pg_backend_pid()")


def find_session():
    with engine.connect() as connection:
        return connection.execute(ask).scalar_one()


before = find_session()
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.write(writer, json.dumps(find_session()).encode())
    os._exit(0)
os.waitpid(child, 0)
print(json.dumps([before, json.loads(os.read(reader, 100)), find_session()]))
"""


def test_a_forked_child_has_connections_of_its_own(tmp_path: Path, postgres_url: str) -> None:
    """The parent keeps its session, though the child ends."""
    step = "extensions: [{use: database, with: {url: '${DATABASE}'}}]\n"
    write_files(tmp_path, {"profile.yaml": HEAD + step, "project.py": ""})
    before, in_child, afterwards = run_script(FORKED, postgres_url, folder=tmp_path)
    assert in_child != before == afterwards


KILLED = """\
import json, sys
from gevent import monkey

monkey.patch_all()
import gevent
from assembler import create_app

app = create_app("profile.yaml", env={"DATABASE": sys.argv[1]})
from sqlalchemy import text

db = app.extensions["sqlalchemy"]


def wait():
    with app.app_context():
        db.session.execute(text("SELECT pg_sleep(30), 'of another'"))


def ask(number):
    with app.app_context():
        return db.session.execute(text(f"SELECT {number}")).scalar_one()


wrong = []
for number in range(20):
    killed = [gevent.spawn(wait) for _ in range(2)]
    gevent.sleep(0.02 * (number % 3))
    gevent.killall(killed)
    found = [one.get(timeout=20) for one in [gevent.spawn(ask, number + i) for i in range(3)]]
    if found != [number, number + 1, number + 2]:
        wrong.append([number, found])
with app.app_context():
    pool = db.engine.pool
print(json.dumps([wrong, pool.checkedout()]))
"""


def test_a_greenlet_that_is_killed_leaves_no_connection_in_use(
    tmp_path: Path, postgres_url: str
) -> None:
    """Nor one in the pool that still waits for another's answer."""
    text = """\
patches: [gevent, psycopg2]
extensions: [{use: database, with: {url: '${DATABASE}', driver: psycopg2, pool_size: 3}}]
"""
    write_files(tmp_path, {"profile.yaml": HEAD + text, "project.py": ""})
    assert run_script(KILLED, postgres_url, folder=tmp_path) == [[], 0]


@pytest.mark.parametrize(
    "options",
    [{"pool_size": 0}, {"max_overflow": -2}, {"pool_timeout_seconds": 1.5}, {"driver": "mysql"}],
)
def test_options_out_of_range_are_refused(options: dict[str, object]) -> None:
    """A pool of no connections is none."""
    with pytest.raises(ValidationError):
        DatabaseOptions.model_validate(options)


def test_it_is_never_skipped() -> None:
    """An app without its database must not come up."""
    assert STEP.never_skip


def test_an_app_has_one_database_step(context: StepBench) -> None:
    """Flask-SQLAlchemy takes one instance; others are its binds, which the hint says."""
    apply_step(context, "database")

    with pytest.raises(StepFault, match="the app has a database already"):
        apply_step(context, "database")
    context.close()
