"""Compare the limit of open files with the connections that one worker may have."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from assembler.database.pool import find_pool_limit
from assembler.database.state import find_engines
from assembler.doctor.form import Check, Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined
    from assembler.runners.loading import Serving

__all__ = ["CHECK"]

SPARE = 64  # modules, logs, sockets of the master, and what the app itself opens
DEFAULT_CONNECTIONS = 1000  # of gunicorn's workers, and of gevent's server


def examine_open_files(examined: Examined) -> Iterator[Finding]:
    """Add up what one worker may have open; the limit is that of this process."""
    assert examined.serving is not None
    limit, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    clients = _count_clients(examined.serving, is_patched=_is_patched(examined))
    needed = clients + _count_pooled(examined) + SPARE
    found = f"a worker with {clients} clients needs {needed} files"
    if limit == resource.RLIM_INFINITY or limit >= needed:
        yield Finding(Verdict.OK, f"{found}, {_render(limit)} are allowed")
        return
    remedy = f"Run `ulimit -n {needed}`, or set `LimitNOFILE={needed}` in the unit."
    if hard != resource.RLIM_INFINITY and hard < needed:
        remedy = f"Let root raise the limit to {needed}, or lower `worker_connections`."
    yield Finding(Verdict.WARNING, f"{found}, only {limit} are allowed", remedy)


def _is_patched(examined: Examined) -> bool:
    assert examined.loaded is not None
    return "gevent" in examined.loaded.plan.patch_names


def _count_clients(serving: Serving, *, is_patched: bool) -> int:
    settings = serving.settings
    if serving.server == "gevent":
        return int(settings.get("spawn", DEFAULT_CONNECTIONS))
    if serving.server == "werkzeug":
        return 1
    if is_patched or int(settings.get("threads", 1)) > 1:
        return int(settings.get("worker_connections", DEFAULT_CONNECTIONS))
    return 1


def _count_pooled(examined: Examined) -> int:
    if examined.app is None:
        return 0
    with examined.app.app_context():
        pools = [engine.pool for engine in find_engines(examined.app).values()]
    return sum(find_pool_limit(pool) or 0 for pool in pools)


def _render(limit: int) -> str:
    return "any number" if limit == resource.RLIM_INFINITY else str(limit)


CHECK = Check(examine_open_files, needs="serving")
