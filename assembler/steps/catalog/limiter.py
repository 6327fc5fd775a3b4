"""Limit how often a client may ask, with Flask-Limiter."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredCallable, ReferredObject
from assembler.steps.own_instance import get_instance

if TYPE_CHECKING:
    from flask_limiter import Limiter

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "LimiterOptions"]

MEMORY = "memory://"
URI_KEY = "RATELIMIT_STORAGE_URI"
UNITS = "second|minute|hour|day|month|year"
LIMIT = re.compile(rf"[0-9]++\s*+(?:/|per)\s*+[0-9]*+\s*+(?:{UNITS})s?", re.IGNORECASE)


def _check_limit(text: str) -> str:
    if LIMIT.fullmatch(text.strip()) is None:
        message = f'expected a limit such as "100 per hour" or "5/10 seconds", got "{text}"'
        raise ValueError(message)
    return text


def _check_url(url: str | None) -> str | None:
    if (
        url is not None
        and url != MEMORY
        and urlsplit(url).scheme not in {"redis", "rediss", "unix"}
    ):
        message = "expected redis://, rediss://, unix:// or memory://"
        raise ValueError(message)
    return url


LimitText = Annotated[str, AfterValidator(_check_limit)]


class LimiterOptions(FrozenOptions):
    """Flask-Limiter's settings; what is left out is the config's, else the library's."""

    limiter: ReferredObject = Field(
        None,
        description="The project's own Flask-Limiter instance, as {$import: …}; default: a new one "
        "for each app.",
    )
    key: ReferredCallable = Field(
        None,
        description="A callable, as {$import: …}, that tells clients apart; default: by address.",
    )
    redis: ReferredObject = Field(
        None, description="The client whose server counts, as {$step: redis}; default: none."
    )
    url: Annotated[str | None, AfterValidator(_check_url)] = Field(
        None,
        repr=False,
        description="The URL of a Redis that counts, in place of a client; or memory://, where "
        f"each process counts by itself. Default: the config's {URI_KEY}.",
    )
    when_away: Literal["memory", "allow", "refuse"] = Field(
        "memory",
        description="What happens while Redis is away: each process counts by itself, every "
        "request is allowed, or every request that has a limit is answered with 503.",
    )
    default_limits: list[LimitText] | None = Field(
        None,
        description="Limits of each route that has none of its own; default: the config's, else "
        "none.",
    )
    application_limits: list[LimitText] | None = Field(
        None, description="Limits of all routes together; default: the config's, else none."
    )
    exempt: list[str] = Field(
        [], description="Endpoints and blueprints without limits, by their names."
    )
    strategy: Literal["fixed-window", "moving-window", "sliding-window-counter"] | None = Field(
        None, description="How requests are counted; default: fixed-window."
    )
    headers: Flag | None = Field(
        None, description="Whether answers tell what is left, in `X-RateLimit-…`; default: no."
    )
    key_prefix: str | None = Field(
        None, description="What the keys in Redis start with; default: nothing."
    )

    @model_validator(mode="after")
    def _check_together(self) -> LimiterOptions:
        for one, other in (("redis", "url"), ("limiter", "key")):
            if getattr(self, one) is not None and getattr(self, other) is not None:
                message = f"expected one of `{one}` and `{other}`"
                raise ValueError(message)
        return self


def apply_limiter(context: StepContext, options: LimiterOptions) -> Limiter:
    """Put the options into the config, which Flask-Limiter reads; connects to nothing.

    What health and metrics answer has no limit, since the app's hooks do not see it.
    """
    from assembler.steps.request_limits import answer_storage_errors, exempt_names

    app, config = context.app, context.app.config
    limiter = _get_instance(options)
    config.update(_build_settings(options))
    pool = _set_storage(context, options)
    limiter.init_app(app)
    _check_in_force(limiter, options, pool)
    if options.when_away == "refuse":
        answer_storage_errors(app)
    if options.exempt:
        context.on_assembled(lambda _report: exempt_names(app, limiter, options.exempt))
    return limiter


def _get_instance(options: LimiterOptions) -> Limiter:
    from flask_limiter import Limiter
    from flask_limiter.util import get_remote_address

    make = partial(Limiter, options.key or get_remote_address)
    return get_instance(options.limiter, Limiter, "limiter", make=make)


def _build_settings(options: LimiterOptions) -> dict[str, Any]:
    given: dict[str, Any] = {
        "RATELIMIT_DEFAULT": options.default_limits and ";".join(options.default_limits),
        "RATELIMIT_APPLICATION": options.application_limits
        and ";".join(options.application_limits),
        "RATELIMIT_STRATEGY": options.strategy,
        "RATELIMIT_HEADERS_ENABLED": options.headers,
        "RATELIMIT_KEY_PREFIX": options.key_prefix,
    }
    return {
        **{key: value for key, value in given.items() if value is not None},
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": options.when_away == "memory",
        "RATELIMIT_SWALLOW_ERRORS": options.when_away == "allow",
    }


def _set_storage(context: StepContext, options: LimiterOptions) -> object:
    """Put where is counted into the config; return the pool of connections, if it is ours."""
    config = context.app.config
    # An error of the storage is told from one of the app by its class.
    settings = {**(config.get("RATELIMIT_STORAGE_OPTIONS") or {}), "wrap_exceptions": True}
    pool = None
    if options.redis is not None or options.url not in {None, MEMORY}:
        pool = _build_pool(context, options)
        config[URI_KEY] = "redis://"
        settings["connection_pool"] = pool
    elif options.url is not None:
        config[URI_KEY] = options.url
    elif not config.get(URI_KEY) and options.limiter is None:
        message = "nothing says where requests are counted"
        hint = "Set `redis` or `url`; with `url: memory://` each process counts by itself."
        raise StepFault(message, hint=hint, code=codes.CONFIG_KEY_MISSING)
    config["RATELIMIT_STORAGE_OPTIONS"] = settings
    return pool


def _build_pool(context: StepContext, options: LimiterOptions) -> object:
    """Return connections that give up at once: a limit is not worth four seconds of waiting."""
    from redis import Redis

    from assembler.steps.redis_clients import build_client, build_quick_client, check_client

    given: Any = options.redis
    client = build_client(options.url or "", {}) if given is None else check_client(given, "redis")
    if not isinstance(client, Redis):
        message = "the client is a cluster's, with which Flask-Limiter cannot count"
        hint = f"Set {URI_KEY} in a step of `config` to `redis+cluster://HOST:PORT`."
        raise StepFault(message, hint=hint, option=("redis",))
    quick = build_quick_client(client)
    context.on_close(quick.close)
    return quick.connection_pool


def _check_in_force(limiter: Limiter, options: LimiterOptions, pool: object) -> None:
    """Refuse what the instance's own arguments, which take precedence, make of the step."""
    if not limiter.enabled:
        return
    storage = getattr(limiter.storage, "storage", None)
    is_memory = bool(limiter._in_memory_fallback_enabled)  # noqa: SLF001 - nothing public tells
    is_allowed = bool(limiter._swallow_errors)  # noqa: SLF001 - as above
    found = "memory" if is_memory else "allow" if is_allowed else "refuse"
    option = None
    if pool is not None and getattr(storage, "connection_pool", None) is not pool:
        option = "url" if options.redis is None else "redis"
    elif found != options.when_away:
        option = "when_away"
    if option is not None:
        message = f"`{option}` is not in force: the instance's own arguments say otherwise"
        hint = "Remove them from where the instance is made: the step says it."
        raise StepFault(message, hint=hint, option=(option,))


STEP = CatalogStep(
    name="limiter",
    group="security",
    summary="Limit how often a client may ask, through Flask-Limiter.",
    options=LimiterOptions,
    apply=apply_limiter,
    packages=("flask_limiter", "redis"),
    extra="limiter",
    never_skip=True,
)
