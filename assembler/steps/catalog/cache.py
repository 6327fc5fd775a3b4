"""Give the app a cache, with Flask-Caching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredObject
from assembler.steps.named_in_config import check_named
from assembler.steps.own_instance import get_instance

if TYPE_CHECKING:
    from flask_caching import Cache

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "CacheOptions"]

TYPE = "CACHE_TYPE"
TYPES = {"redis": "RedisCache", "memory": "SimpleCache", "none": "NullCache"}


class CacheOptions(FrozenOptions):
    """Flask-Caching's settings; what is left out is the config's, else the library's."""

    cache: ReferredObject = Field(
        None,
        description="The project's own Flask-Caching instance, as {$import: …}; default: a new one "
        "for each app.",
    )
    backend: Literal["redis", "memory", "none"] | None = Field(
        None,
        description="Where values are kept; memory: in each process by itself. Default: redis with "
        "`redis` or `url`, else the config's CACHE_TYPE.",
    )
    redis: ReferredObject = Field(
        None, description="The client whose server is used, as {$step: redis}; default: none."
    )
    url: str | None = Field(
        None,
        repr=False,
        description="The URL of a Redis, in place of a client; default: the config's.",
    )
    default_timeout_seconds: int | None = Field(
        None,
        ge=0,
        description="How long a value is kept; 0: for ever. Default: the config's, else 300.",
    )
    key_prefix: str | None = Field(
        None,
        min_length=1,
        description="What the keys start with; `clear` removes those that do, and no others. "
        "Default: the config's, else flask_cache_.",
    )
    threshold: int | None = Field(
        None,
        ge=1,
        description="How many values `memory` keeps in each process; default: the config's, else "
        "500.",
    )

    @model_validator(mode="after")
    def _check_backend(self) -> CacheOptions:
        given = sum(one is not None for one in (self.redis, self.url))
        if given > 1:
            message = "expected one of `redis` and `url`"
            raise ValueError(message)
        if given and self.backend not in {None, "redis"}:
            message = f"`backend: {self.backend}` uses no Redis"
            raise ValueError(message)
        if self.backend == "redis" and not given:
            message = "`backend: redis` needs `redis` or `url`"
            raise ValueError(message)
        return self


def apply_cache(context: StepContext, options: CacheOptions) -> Cache:
    """Initialise the instance; connects to nothing."""
    from flask_caching import Cache

    app = context.app
    cache = get_instance(options.cache, Cache, "cache")
    settings = _build_settings(context, options)
    kind = settings.get(TYPE) or app.config.get(TYPE)
    if not kind:
        message = "no backend is configured: Flask-Caching would keep nothing"
        hint = "Set `url`, `redis` or `backend` in this step, or CACHE_TYPE in a step of `config`."
        raise StepFault(message, hint=hint, code=codes.CONFIG_KEY_MISSING)
    check_named(context, TYPE, kind)
    cache.init_app(app, settings)
    return cache


def _build_settings(context: StepContext, options: CacheOptions) -> dict[str, Any]:
    """Return what takes precedence over the config; a client is kept out of the config."""
    given: dict[str, Any] = {
        "CACHE_DEFAULT_TIMEOUT": options.default_timeout_seconds,
        "CACHE_KEY_PREFIX": options.key_prefix,
        "CACHE_THRESHOLD": options.threshold,
    }
    settings = {key: value for key, value in given.items() if value is not None}
    if options.redis is not None or options.url is not None:
        client = _build_client(context, options)
        settings |= {"CACHE_REDIS_HOST": client, "CACHE_REDIS_URL": None}
    backend = options.backend or ("redis" if "CACHE_REDIS_HOST" in settings else None)
    if backend is not None:
        settings |= {TYPE: TYPES[backend], "CACHE_NO_NULL_WARNING": True}
    return settings


def _build_client(context: StepContext, options: CacheOptions) -> object:
    """Return a client that gives up at once: without the cache, an app is to be slower, not stuck.

    A cluster's is taken as it is.
    """
    from redis import Redis

    from assembler.steps.redis_clients import (
        build_client,
        build_quick_client,
        check_bytes,
        check_client,
    )

    if options.redis is None:
        given: Any = build_client(options.url or "", {})
    else:
        given = check_client(options.redis, "redis")
    if not isinstance(given, Redis):
        return check_bytes(given, "redis")
    client = build_quick_client(given)
    context.on_close(client.close)
    return client


STEP = CatalogStep(
    name="cache",
    group="data",
    summary="Give the app a cache, through Flask-Caching.",
    options=CacheOptions,
    apply=apply_cache,
    packages=("flask_caching", "redis"),
    extra="cache",
)
