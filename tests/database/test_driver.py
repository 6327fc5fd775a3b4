"""The driver of a PostgreSQL URL is chosen openly; one that blocks the event loop is refused."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import URL, make_url

from assembler.database.driver import check_driver, resolve_driver
from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from tests.support.scripts import run_script

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.database.driver import DriverName


@pytest.mark.parametrize(
    ("url", "driver", "expected"),
    [
        ("postgresql://u:p@h/d", "auto", "postgresql+psycopg2://u:p@h/d"),
        ("postgres://u:p@h/d", "auto", "postgresql+psycopg2://u:p@h/d"),
        ("postgresql://u:p@h/d", "psycopg2", "postgresql+psycopg2://u:p@h/d"),
        ("postgres://u:p@h/d", "psycopg", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg://h/d", "auto", "postgresql+psycopg://h/d"),
        ("postgresql+psycopg2://h/d", "psycopg2", "postgresql+psycopg2://h/d"),
        ("postgres+psycopg2://h/d", "auto", "postgresql+psycopg2://h/d"),
        ("postgresql:///d?host=/run/pg", "auto", "postgresql+psycopg2:///d?host=/run/pg"),
        ("postgresql://u:a%40b%3A//c@h/d", "auto", "postgresql+psycopg2://u:a%40b%3A//c@h/d"),
        ("sqlite:///shop.db", "auto", "sqlite:///shop.db"),
        ("sqlite:///shop.db", "psycopg", "sqlite:///shop.db"),
        ("mysql+pymysql://h/d", "auto", "mysql+pymysql://h/d"),
    ],
)
def test_a_url_gets_its_driver(url: str, driver: DriverName, expected: str) -> None:
    """Only the scheme changes: password, host and query stay letter by letter."""
    assert resolve_driver(url, driver) == expected


def test_sqlalchemy_takes_what_is_resolved() -> None:
    """What comes out is what SQLAlchemy then loads, where it alone would take another driver."""
    url = resolve_driver("postgres://u:p@h/d", "auto")

    assert make_url(url).get_dialect().driver == "psycopg2"


def test_a_url_that_contradicts_the_option_is_refused() -> None:
    """Neither the URL nor the option wins in silence."""
    with pytest.raises(StepFault, match="names the driver 'psycopg2'") as caught:
        resolve_driver("postgresql+psycopg2://u:secret@h/d", "psycopg")

    assert caught.value.option == ("driver",)
    assert caught.value.code is codes.WRONG_OPTION
    assert "secret" not in str(caught.value)


def test_auto_takes_what_is_installed(tmp_path: Path) -> None:
    """Without the patch the installed driver is taken; with none of them that is an error."""
    found = run_script(
        """
        import json, sys
        from assembler.database.driver import resolve_driver
        from assembler.diagnostics.faults import StepFault

        class Hide:
            hidden = set()

            @classmethod
            def find_spec(cls, name, path=None, target=None):
                return None

        def resolve():
            try:
                return resolve_driver("postgresql://h/d", "auto")
            except StepFault as fault:
                return [fault.code.name, str(fault)]

        results = [resolve()]
        finders, sys.meta_path[:] = list(sys.meta_path), [Hide]
        results.append(resolve())
        sys.meta_path[:] = finders
        print(json.dumps(results))
        """,
        folder=tmp_path,
    )

    assert found[0] == "postgresql+psycopg2://h/d"
    assert found[1] == [
        "package-missing",
        "no driver for PostgreSQL is installed, expected psycopg2",
    ]


PSYCOPG2 = "postgresql+psycopg2://u:secret@h/d"


@pytest.mark.parametrize(
    ("config", "where"),
    [
        ({"SQLALCHEMY_DATABASE_URI": PSYCOPG2}, "SQLALCHEMY_DATABASE_URI"),
        ({"SQLALCHEMY_DATABASE_URI": make_url(PSYCOPG2)}, "SQLALCHEMY_DATABASE_URI"),
        ({"SQLALCHEMY_BINDS": {"audit": PSYCOPG2}}, "SQLALCHEMY_BINDS['audit']"),
        ({"SQLALCHEMY_BINDS": {"audit": {"url": PSYCOPG2}}}, "SQLALCHEMY_BINDS['audit']"),
        ({"SQLALCHEMY_BINDS": {None: make_url(PSYCOPG2)}}, "SQLALCHEMY_BINDS[None]"),
        (
            {"SQLALCHEMY_ENGINES": {"default": {"url": {"drivername": "postgresql+psycopg2"}}}},
            "SQLALCHEMY_ENGINES['default']",
        ),
    ],
)
def test_psycopg2_without_its_patch_blocks(config: dict[str, Any], where: str) -> None:
    """Wherever the config names it, and in whatever form; the password stays out of it."""
    (fault,) = check_driver(config, psycopg2_live=False)

    assert fault.code is codes.BLOCKING_DRIVER
    assert fault.message.startswith(f"{where} reaches PostgreSQL through psycopg2")
    assert fault.hint == "Add `- psycopg2` to `patches`, after `gevent`."
    assert "secret" not in fault.message
    assert check_driver(config, psycopg2_live=True) == []


def test_every_blocking_database_is_said() -> None:
    """All that is wrong is said at once."""
    config = {
        "SQLALCHEMY_DATABASE_URI": PSYCOPG2,
        "SQLALCHEMY_BINDS": {"old": "postgresql+pygresql://h/d", "files": "sqlite:///x.db"},
    }

    first, second = check_driver(config, psycopg2_live=False)

    assert first.message.startswith("SQLALCHEMY_DATABASE_URI ")
    assert second.message.startswith("SQLALCHEMY_BINDS['old'] reaches PostgreSQL through pygresql")


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"SQLALCHEMY_DATABASE_URI": None},
        {"SQLALCHEMY_DATABASE_URI": ""},
        {"SQLALCHEMY_DATABASE_URI": "sqlite:///shop.db"},
        {"SQLALCHEMY_DATABASE_URI": "sqlite://"},
        {"SQLALCHEMY_DATABASE_URI": "mysql+mysqldb://h/d"},
        {"SQLALCHEMY_DATABASE_URI": "postgresql+pg8000://h/d"},
        {"SQLALCHEMY_BINDS": {}},
        {"SQLALCHEMY_BINDS": {"files": URL.create("sqlite")}},
    ],
)
def test_no_database_sqlite_and_cooperative_drivers_are_well(config: dict[str, Any]) -> None:
    """Without PostgreSQL, or through a driver made of patched sockets, nothing blocks."""
    assert check_driver(config, psycopg2_live=False) == []


@pytest.fixture
def without_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process one that has not imported psycopg: one that has, before gevent, blocks."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.usefixtures("without_psycopg")
@pytest.mark.parametrize(
    ("driver", "blocks"), [("auto", True), ("psycopg2", True), ("psycopg", False)]
)
def test_a_bare_url_means_what_the_database_step_makes_of_it(
    driver: DriverName, *, blocks: bool
) -> None:
    """With the step `database` its `driver` decides, as `resolve_driver` will."""
    config = {"SQLALCHEMY_DATABASE_URI": "postgresql://h/d"}

    faults = check_driver(config, psycopg2_live=False, driver=driver)

    assert bool(faults) is blocks


@pytest.mark.usefixtures("without_psycopg")
def test_a_bare_url_alone_means_what_sqlalchemy_makes_of_it() -> None:
    """Without that step the installed SQLAlchemy's own choice is what is checked."""
    config = {"SQLALCHEMY_DATABASE_URI": "postgresql://h/d"}
    blocks = make_url("postgresql://h/d").get_dialect().driver == "psycopg2"

    assert bool(check_driver(config, psycopg2_live=False)) is blocks


PSYCOPG = """
import json, sys
early, target = sys.argv[1:]
if early == "early":
    import psycopg
from gevent import monkey
monkey.patch_all()
import psycopg
from assembler.database.driver import check_driver
from tests.support.event_loop import measure

def query():
    with psycopg.connect(target) as connection:
        connection.execute("select pg_sleep(0.1)")

config = {"SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://h/d"}
faults = check_driver(config, psycopg2_live=False)
print(json.dumps([faults and faults[0].message, measure(query).share]))
"""


def test_psycopg_is_cooperative_if_it_is_loaded_after_the_patch(
    tmp_path: Path, postgres_url: str
) -> None:
    """Psycopg 3 waits through `select`, which is patched: 16 queries leave the loop its ticks."""
    message, share = run_script(PSYCOPG, "late", postgres_url, folder=tmp_path)

    assert message == []
    assert share > 0.2  # in a loop that is blocked there are none


def test_psycopg_blocks_if_it_waits_in_c(tmp_path: Path, postgres_url: str) -> None:
    """Loaded before the patch its C part waits by itself: that is refused, and it does block."""
    message, share = run_script(PSYCOPG, "early", postgres_url, folder=tmp_path)

    assert "imported before the patch 'gevent'" in message
    assert share < 0.1
