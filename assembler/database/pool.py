"""Give a database engine the pool a profile asks for, and check that it has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import URL, Engine, Pool

__all__ = [
    "Mismatch",
    "find_not_in_force",
    "find_pool_class",
    "iter_mismatches",
    "to_engine_options",
]

# What the profile calls it, and what SQLAlchemy does.
ENGINE_NAMES = {
    "pool_size": "pool_size",
    "max_overflow": "max_overflow",
    "pool_timeout_seconds": "pool_timeout",
    "pool_recycle_seconds": "pool_recycle",
    "pool_pre_ping": "pool_pre_ping",
}
QUEUE_ONLY = ("pool_size", "max_overflow", "pool_timeout_seconds")

# SQLAlchemy has no public name for the last three, and what is in force cannot be told otherwise.
EFFECTIVE: dict[str, Callable[[Any], object]] = {
    "pool_size": lambda pool: pool.size(),
    "pool_timeout_seconds": lambda pool: pool.timeout(),
    "max_overflow": lambda pool: pool._max_overflow,  # noqa: SLF001
    "pool_recycle_seconds": lambda pool: pool._recycle,  # noqa: SLF001
    "pool_pre_ping": lambda pool: pool._pre_ping,  # noqa: SLF001
}


class Mismatch(NamedTuple):
    """An option that the real engine does not have."""

    option: str
    expected: object
    got: object


def find_pool_class(url: URL, engine_options: Mapping[str, Any]) -> type[Pool]:
    """Say which kind of pool an engine for ``url`` gets, as Flask-SQLAlchemy chooses it."""
    from sqlalchemy.pool import StaticPool  # noqa: PLC0415 - declaring a step loads no driver

    given: type[Pool] | None = engine_options.get("poolclass")
    if given is not None:
        return given
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        return StaticPool
    dialect: Any = url.get_dialect()
    chosen: type[Pool] = dialect.get_pool_class(url)
    return chosen


def find_not_in_force(options: Mapping[str, Any], pool_class: type[Pool]) -> list[str]:
    """Give those of ``options`` that a pool of this kind has no use for."""
    from sqlalchemy.pool import QueuePool  # noqa: PLC0415 - declaring a step loads no driver

    if issubclass(pool_class, QueuePool):
        return []
    return [name for name in options if name in QUEUE_ONLY]


def to_engine_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Give ``options`` by the names that SQLAlchemy's ``create_engine`` takes."""
    return {ENGINE_NAMES[name]: value for name, value in options.items()}


def iter_mismatches(options: Mapping[str, Any], engine: Engine) -> Iterator[Mismatch]:
    """Compare ``options`` with the pool that ``engine`` really has; no connection is made."""
    for name, expected in options.items():
        got = EFFECTIVE[name](engine.pool)
        if got != expected:
            yield Mismatch(name, expected, got)
