"""What boots were made of, kept once."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, func, select, text

from assembler.journal.attempt import build_engine, write_row
from assembler.journal.record import build_row
from assembler.journal.snapshots import (
    LIMIT_BYTES,
    MadeOf,
    find_snapshot,
    pack_snapshot,
    store_snapshots,
)
from assembler.journal.table import declare_boots, declare_snapshots
from tests.support.postgres import with_driver
from tests.support.processes import ROOT
from tests.support.step_context import build_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assembler.journal.snapshots import Snapshot

METADATA = MetaData()
BOOTS, SNAPSHOTS = declare_boots(METADATA), declare_snapshots(METADATA)
DATA = {"values": [{"key": "name", "value": "shop"}] * 200}


def pack(data: object = DATA) -> Snapshot:
    """Return what must not be too long."""
    snapshot = pack_snapshot(data)
    assert snapshot is not None
    return snapshot


@pytest.fixture(params=["sqlite", "psycopg2"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return an engine for a database with both tables: a file, or PostgreSQL."""
    url = f"sqlite:///{tmp_path / 'boots.db'}"
    if request.param != "sqlite":
        url = with_driver(request.getfixturevalue("postgres_url"), request.param)
    engine = create_engine(url)
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


def write_boot(engine: Engine, made_of: MadeOf, started_at: datetime | None = None) -> str | None:
    """Write a boot as `record_boot` does."""
    row = {**build_row(build_report()), **made_of.columns}
    if started_at is not None:
        row["started_at"] = started_at
    return write_row(
        lambda: build_engine(engine, {}),
        BOOTS,
        row,
        10.0,
        lambda connection: store_snapshots(connection, SNAPSHOTS, made_of.snapshots),
    )


def count(engine: Engine) -> tuple[int, int]:
    """Return how many rows both tables have."""
    with engine.connect() as connection:
        boots, snapshots = (
            connection.scalars(select(func.count()).select_from(table)).one()
            for table in (BOOTS, SNAPSHOTS)
        )
    return boots, snapshots


def test_boots_of_the_same_share_one_row(engine: Engine) -> None:
    """It is small, and comes back as it was."""
    made_of = MadeOf(profile=pack(), effects=pack({"parts": []}))

    assert [write_boot(engine, made_of) for _ in range(3)] == [None] * 3

    assert count(engine) == (3, 2)
    with engine.connect() as connection:
        assert find_snapshot(connection, SNAPSHOTS, pack().digest) == DATA
        assert find_snapshot(connection, SNAPSHOTS, "sha256:other") is None
        assert find_snapshot(connection, SNAPSHOTS, None) is None
        size = len(connection.scalars(select(SNAPSHOTS.c.content)).first() or b"")
    assert size < 500


def test_two_workers_may_keep_the_same_at_once(engine: Engine) -> None:
    """Whoever comes second finds it there."""
    snapshot, both = pack(), threading.Barrier(2, timeout=10)
    said: list[str | None] = []

    def wait(_connection: Connection, clause: object, *_: object) -> None:
        if str(clause).startswith("SELECT"):  # neither has found it
            both.wait()

    def store() -> None:
        own = create_engine(engine.url)
        event.listen(own, "after_execute", wait)
        with own.connect() as connection:
            said.append(store_snapshots(connection, SNAPSHOTS, [snapshot]))
        own.dispose()

    threads = [threading.Thread(target=store) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert said == [None, None]
    assert count(engine) == (0, 1)


def test_each_waits_for_another_worker_no_longer_than_a_row_does(postgres_url: str) -> None:
    """The database itself gives the second one up, and the boot and the first are there."""
    engine = create_engine(with_driver(postgres_url, "psycopg2"))
    METADATA.create_all(engine)
    made_of = MadeOf(profile=pack(), effects=pack({"parts": []}))
    with engine.connect() as other:  # writes the second one, and does not commit
        row = {**made_of.snapshots[1]._asdict(), "taken_at": datetime.now(UTC)}
        other.execute(SNAPSHOTS.insert().values(row))

        reason = write_boot(engine, made_of)

    assert reason is not None
    assert "lock timeout" in reason
    assert count(engine) == (1, 1)
    engine.dispose()


def test_without_the_table_the_boot_is_kept(engine: Engine) -> None:
    """Its user may have no right to make one; what to do is said."""
    SNAPSHOTS.drop(engine)

    reason = write_boot(engine, MadeOf(profile=pack()))

    assert reason == (
        "what it was made of is not kept: the database has no table assembler_snapshots: "
        "run `assembler flask PROFILE db migrate`, then `assembler migrate PROFILE`"
    )
    with engine.connect() as connection:
        assert connection.scalars(select(BOOTS.c.profile_snapshot)).all() == [pack().digest]


def test_a_user_who_may_only_write_boots_is_no_obstacle(postgres_url: str) -> None:
    """The boot is there; the database's own words say what is not allowed."""
    owner = create_engine(with_driver(postgres_url, "psycopg2"))
    METADATA.create_all(owner)
    role, password = f"writer_{os.getpid()}", os.urandom(8).hex()
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"))
        connection.execute(text(f"GRANT INSERT, SELECT ON assembler_boots TO {role}"))
    writer = create_engine(owner.url.set(username=role, password=password))

    reason = write_boot(writer, MadeOf(profile=pack()))

    writer.dispose()
    with owner.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    assert count(owner) == (1, 0)
    owner.dispose()
    assert reason is not None
    assert "permission denied for table assembler_snapshots" in reason


def test_what_is_too_long_is_not_kept() -> None:
    """A boot without it is still a boot."""
    assert pack_snapshot({"values": "x" * LIMIT_BYTES}) is None
    assert MadeOf(profile=None).snapshots == []
    assert set(MadeOf().columns.values()) == {None}


def test_what_the_docs_delete_is_what_no_boot_has(engine: Engine) -> None:
    """The statements of docs/journal.md, carried out as they are written."""
    page = (ROOT / "docs" / "journal.md").read_text("utf-8")
    statements = page.partition("```sql\n")[2].partition("```")[0].split(";")
    old, kept = pack({"values": [1]}), pack({"values": [2]})
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    write_boot(engine, MadeOf(profile=old, effects=kept), long_ago)
    write_boot(engine, MadeOf(profile=kept), long_ago + timedelta(days=3650))

    with engine.begin() as connection:
        for statement in filter(str.strip, statements):
            connection.execute(text(statement))

    assert count(engine) == (1, 1)
    with engine.connect() as connection:
        assert connection.scalars(select(SNAPSHOTS.c.digest)).all() == [kept.digest]
