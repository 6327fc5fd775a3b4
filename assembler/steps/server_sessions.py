"""Keep sessions on the server: in Redis, or in a table of the app's database."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from flask_session.base import MsgSpecSerializer, ServerSideSession, ServerSideSessionInterface
from flask_session.sqlalchemy.sqlalchemy import create_session_model
from sqlalchemy import create_engine, delete, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assembler.database.forks import dispose_after_fork
from assembler.diagnostics.faults import StepFault
from assembler.report import CheckFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import Engine, Table

    from assembler.steps.redis_clients import Client

__all__ = ["DatabaseSessions", "RedisSessions", "build_engine", "find_table", "make_table"]

COLUMNS = ("session_id", "data", "expiry")


class Serializer(MsgSpecSerializer):  # type: ignore[misc]  # it has no types
    """Reads no pickles, as the library's own does: they would run what whoever wrote them likes."""

    def decode(self, serialized_data: bytes) -> dict[str, Any] | None:
        """Return the session; ``None``, and so a new one, if it cannot be read."""
        for decoder in (self.decoder, self.alternate_decoder):
            with suppress(msgspec.DecodeError):
                found = decoder.decode(serialized_data)
                return found if isinstance(found, dict) else None
        return None


class Sessions(ServerSideSessionInterface):  # type: ignore[misc]  # as above
    """What both kinds share."""

    session_class = ServerSideSession

    def __init__(self, app: Flask, settings: Mapping[str, Any]) -> None:
        """Take the library's settings by its own names."""
        super().__init__(app, **settings)
        self.serializer = Serializer(app, settings["serialization_format"])


class RedisSessions(Sessions):
    """Sessions in Redis, which removes those that are over."""

    ttl = True

    def __init__(self, app: Flask, client: Client, settings: Mapping[str, Any]) -> None:
        """Keep the client; the library's own takes none of a cluster."""
        super().__init__(app, settings)
        self._client = client

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        found = self._client.get(store_id)
        return self.serializer.decode(bytes(found)) if found else None  # type: ignore[arg-type]  # bytes

    def _delete_session(self, store_id: str) -> None:
        self._client.delete(store_id)

    def _upsert_session(
        self, session_lifetime: timedelta, session: ServerSideSession, store_id: str
    ) -> None:
        data = self.serializer.encode(session)
        self._client.set(store_id, data, ex=max(1, int(session_lifetime.total_seconds())))


class DatabaseSessions(Sessions):
    """Sessions in a table, in transactions of their own.

    The library's own commits the session of the request's own work: what a view has left undone,
    since it failed, would be kept. It also makes the table whenever an app is made.
    """

    ttl = False

    def __init__(
        self, app: Flask, engine: Engine, table: Table, settings: Mapping[str, Any]
    ) -> None:
        """Keep where the table is."""
        super().__init__(app, settings)
        self._engine = engine
        self._table = table

    def check(self) -> None:
        """Ask for the table.

        Raises:
            CheckFailedError: if it is not there.
            SQLAlchemyError: if the database is away.
        """
        try:
            with self._engine.connect() as connection:
                connection.execute(select(self._table.c.session_id).limit(1))
        except SQLAlchemyError:
            if inspect(self._engine).has_table(self._table.name):
                raise
            message = f"there is no table '{self._table.name}'"
            raise CheckFailedError(message) from None

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        columns = self._table.c
        valid = (columns.session_id == store_id) & (columns.expiry > _get_now())
        with self._engine.connect() as connection:
            data = connection.execute(select(columns.data).where(valid)).scalar()
        return None if data is None else self.serializer.decode(bytes(data))

    def _delete_session(self, store_id: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(self._table).where(self._table.c.session_id == store_id))

    def _upsert_session(
        self, session_lifetime: timedelta, session: ServerSideSession, store_id: str
    ) -> None:
        data = {"data": self.serializer.encode(session), "expiry": _get_now() + session_lifetime}
        change = update(self._table).where(self._table.c.session_id == store_id).values(**data)
        with self._engine.begin() as connection:
            if connection.execute(change).rowcount:
                return
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(self._table).values(session_id=store_id, **data))
        except IntegrityError:  # another request of the same client was faster
            with self._engine.begin() as connection:
                connection.execute(change)

    def _delete_expired_sessions(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(self._table).where(self._table.c.expiry <= _get_now()))


def _get_now() -> datetime:
    """Return the time in UTC without its zone, as the library has it in the table."""
    return datetime.now(UTC).replace(tzinfo=None)


def build_engine(db: SQLAlchemy) -> Engine:
    """Return an engine with a pool of its own, with the settings of the app's; in an app context.

    A request that holds a connection of the app's pool could otherwise wait for one that another
    such request holds. A SQLite in memory is only in the connections of the app's.
    """
    engine = db.engine
    if engine.dialect.name == "sqlite" and engine.url.database in {None, "", ":memory:"}:
        return engine
    own = create_engine(engine.url, pool=engine.pool.recreate())
    dispose_after_fork([own])
    return own


def find_table(db: SQLAlchemy, name: str) -> Table:
    """Return the table: a model's of the project, an earlier app's, or one for a new model.

    So migrations know of it, if they are made with the step in force.

    Raises:
        StepFault: if a table of that name is for something else.
    """
    for mapper in db.Model.registry.mappers:  # type: ignore[attr-defined]  # SQLAlchemy's own
        table: Table = mapper.local_table
        if table.name == name:
            missing = [column for column in COLUMNS if column not in table.c]
            if missing:
                message = f"the table '{name}' has no column '{missing[0]}'"
                hint = "Name another table, or give the model session_id, data and expiry."
                raise StepFault(message, hint=hint, option=("table",))
            return table
    model_table: Table = create_session_model(db, name).__table__
    return model_table


def make_table(engine: Engine, table: Table) -> None:
    """Make the table if it is not there; several processes may do it at once."""
    try:
        table.create(engine, checkfirst=True)
    except SQLAlchemyError:
        if not inspect(engine).has_table(table.name):
            raise
