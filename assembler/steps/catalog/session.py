"""Keep sessions on the server, with Flask-Session: in Redis, or in the app's database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredObject
from assembler.steps.step_faults import build_no_database_fault

if TYPE_CHECKING:
    from flask import Flask
    from flask.sessions import SessionInterface

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "SessionOptions"]


class SessionOptions(FrozenOptions):
    """Where sessions are kept; what is left out is the config's, else the library's."""

    backend: Literal["redis", "sqlalchemy"] = Field(
        "redis", description="Where sessions are kept; sqlalchemy: in the app's database."
    )
    redis: ReferredObject = Field(
        None, description="The client that is used, as {$step: redis}; default: none."
    )
    url: str | None = Field(
        None, repr=False, description="The URL of a Redis, in place of a client; default: none."
    )
    table: str = Field(
        "sessions",
        min_length=1,
        description="The name of the table, or of a model's, in the database.",
    )
    create_table: Flag = Field(
        default=False,
        description="Whether the table is made if it is not there; default: a migration makes it.",
    )
    key_prefix: str | None = Field(
        None, description="What the keys start with; default: `session:`."
    )
    permanent: Flag | None = Field(
        None, description="Whether the cookie outlives the browser; default: true."
    )
    lifetime_seconds: int | None = Field(
        None,
        ge=1,
        description="How long a session is kept; default: the config's PERMANENT_SESSION_LIFETIME.",
    )
    id_bytes: int | None = Field(
        None, ge=16, le=128, description="The length of a session's random id; default: 32."
    )
    serialization_format: Literal["msgpack", "json"] | None = Field(
        None, description="How sessions are written; default: msgpack."
    )

    @model_validator(mode="after")
    def _check_backend(self) -> SessionOptions:
        given = sum(one is not None for one in (self.redis, self.url))
        if self.backend == "redis" and given != 1:
            message = "expected one of `redis`, `url` and `backend: sqlalchemy`"
            raise ValueError(message)
        if self.backend == "sqlalchemy" and given:
            message = "`backend: sqlalchemy` uses no Redis"
            raise ValueError(message)
        return self


def apply_session(context: StepContext, options: SessionOptions) -> SessionInterface:
    """Replace the app's session interface; connects only to make a table."""
    app = context.app
    if options.lifetime_seconds is not None:
        app.config["PERMANENT_SESSION_LIFETIME"] = options.lifetime_seconds
    settings = _build_settings(app, options)
    build = _build_in_redis if options.backend == "redis" else _build_in_database
    app.session_interface = build(context, options, settings)
    return app.session_interface


def _build_settings(app: Flask, options: SessionOptions) -> dict[str, Any]:
    from flask_session.defaults import Defaults

    given = {
        "key_prefix": ("SESSION_KEY_PREFIX", options.key_prefix),
        "permanent": ("SESSION_PERMANENT", options.permanent),
        "sid_length": ("SESSION_ID_LENGTH", options.id_bytes),
        "serialization_format": ("SESSION_SERIALIZATION_FORMAT", options.serialization_format),
    }
    return {
        name: app.config.get(key, getattr(Defaults, key)) if value is None else value
        for name, (key, value) in given.items()
    }


def _build_in_redis(
    context: StepContext, options: SessionOptions, settings: dict[str, Any]
) -> SessionInterface:
    from redis import Redis

    from assembler.steps.redis_clients import (
        QuickAsker,
        build_client,
        check_bytes,
        check_client,
    )
    from assembler.steps.server_sessions import RedisSessions

    if options.redis is not None:
        client = check_bytes(check_client(options.redis, "redis"), "redis")
        if client is not options.redis:
            context.on_close(client.close)
        return RedisSessions(context.app, client, settings)
    client = build_client(options.url or "", {})
    asker = QuickAsker(client)
    for one in (client, asker):
        context.on_close(one.close)
    context.report.add_check("session", asker.ask)
    assert isinstance(client, Redis)
    return RedisSessions(context.app, client, settings)


def _build_in_database(
    context: StepContext, options: SessionOptions, settings: dict[str, Any]
) -> SessionInterface:
    from assembler.steps.server_sessions import (
        DatabaseSessions,
        build_engine,
        find_table,
        make_table,
    )

    app = context.app
    db = app.extensions.get("sqlalchemy")
    if db is None:
        raise build_no_database_fault("session")
    table = find_table(db, options.table)
    with app.app_context():
        engine = build_engine(db)
        if options.create_table:
            make_table(engine, table)
    context.on_close(engine.dispose)
    sessions = DatabaseSessions(app, engine, table, settings)
    context.report.add_check("session", sessions.check)
    return sessions


STEP = CatalogStep(
    name="session",
    group="security",
    summary="Keep sessions in Redis or the database, through Flask-Session.",
    options=SessionOptions,
    apply=apply_session,
    packages=("flask_session", "redis"),
    extra="session",
    never_skip=True,
    once=True,
)
