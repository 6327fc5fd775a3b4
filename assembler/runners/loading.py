"""Say what is to be served, where and how: a profile, with the command line laid over it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Place, ProfileError
from assembler.planning.loading import load_plan, prepare_path
from assembler.runners.settings import build_settings
from assembler.serving.bind import parse_bind
from assembler.serving.choice import (
    build_unused_workers_notice,
    choose_server,
    find_debug_faults,
    find_server_need,
    parse_binds,
)
from assembler.serving.cpus import count_cpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.planning.loading import Loaded
    from assembler.serving.bind import Bind

__all__ = ["Overrides", "Serving", "build_serving", "load_serving"]

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says; it goes before the profile."""

    policy_file: str | None = None
    binds: tuple[str, ...] = ()  # empty: as the profile says
    workers: str | None = None
    debug: bool | None = None
    use_reloader: bool | None = None
    unsafe_debug: bool = False


@dataclass(frozen=True, slots=True)
class Serving:
    """A profile that is ready to be served; nothing of it is executed yet."""

    profile: str  # its path, as the user wrote it
    overrides: Overrides
    loaded: Loaded
    server: str  # a name of `assembler.runners.TABLE`
    binds: tuple[Bind, ...]
    workers: int
    settings: dict[str, Any]  # of the server, by its own names
    use_reloader: bool
    notices: tuple[Diagnostic, ...] = ()  # to be said once when it starts

    def check_debug(self, *, debug: bool) -> None:
        """Refuse to show a debugger to other machines.

        Raises:
            ProfileError: at each address that they reach.
        """
        if not debug or self.overrides.unsafe_debug:
            return
        faults = find_debug_faults(self.loaded.plan.profile, self.binds)
        if faults:
            raise ProfileError(faults)


def load_serving(profile: str, overrides: Overrides) -> Serving:
    """Read a profile and all that it extends, and build what is to be served.

    Changes ``sys.path``: the current directory comes first, as ``flask`` has it.

    Raises:
        ProfileError: with everything that is wrong.
    """
    loaded = load_plan(profile, policy_file=overrides.policy_file, debug=overrides.debug)
    prepare_path(loaded.policy, Path.cwd())
    return build_serving(loaded, profile, overrides)


def build_serving(loaded: Loaded, profile: str, overrides: Overrides) -> Serving:
    """Say how a plan is to be served. Imports what ``server.with`` names, and the server.

    Raises:
        ProfileError: with everything that is wrong.
    """
    found = Collector()
    server = choose_server(loaded.plan, is_development=bool(overrides.use_reloader))
    binds = _parse_binds(loaded, overrides, found)
    workers = _collect(lambda: _count_workers(loaded, overrides), found) or 1
    settings = _collect(lambda: build_settings(server, loaded), found) or {}
    need = find_server_need(loaded.plan, server)
    found.add(*[need] if need else [])
    _find_unused_keys(server, loaded, overrides, found)
    use_reloader = _find_reloader(server, loaded, overrides, found)
    found.raise_errors()
    serving = Serving(
        profile,
        overrides,
        loaded,
        server,
        binds,
        workers,
        settings,
        use_reloader,
        tuple(found.found),
    )
    serving.check_debug(debug=loaded.plan.debug)
    return serving


def _parse_binds(loaded: Loaded, overrides: Overrides, found: Collector) -> tuple[Bind, ...]:
    if not overrides.binds:
        return parse_binds(loaded.plan.profile, found)
    given = [(text, Place("--bind"), Path.cwd()) for text in overrides.binds]
    return _collect(lambda: tuple(parse_bind(*one) for one in given), found) or ()


def _count_workers(loaded: Loaded, overrides: Overrides) -> int:
    given = overrides.workers
    chosen = str(loaded.plan.profile.server.workers) if given is None else given.strip()
    if chosen == "auto":
        return count_cpus()
    if chosen.isdecimal() and int(chosen) > 0:
        return int(chosen)
    message = f'expected a number of processes from 1, or auto, got "{chosen}"'
    hint = "Write `--workers 2`, or `--workers auto`."
    raise ProfileError([codes.WRONG_VALUE.at(Place("--workers"), message, hint=hint)])


def _collect(call: Callable[[], Found], found: Collector) -> Found | None:
    try:
        return call()
    except ProfileError as error:
        found.add(*error.diagnostics)
        return None


def _find_reloader(server: str, loaded: Loaded, overrides: Overrides, found: Collector) -> bool:
    if overrides.use_reloader is None:
        return server == "werkzeug" and loaded.plan.debug
    if overrides.use_reloader and server != "werkzeug":
        message = f"the server {server} has no reloader, only Werkzeug's has"
        hint = "Leave `server.use` out, or give `--no-reload`."
        found.add(codes.WRONG_SERVER_SETTING.at(Place("--reload"), message, hint=hint))
    return overrides.use_reloader


def _find_unused_keys(server: str, loaded: Loaded, overrides: Overrides, found: Collector) -> None:
    spec = loaded.plan.profile.server
    if server == "gunicorn" or (overrides.workers is None and spec.node.get("workers") is None):
        return
    place = spec.place_of("workers") if overrides.workers is None else Place("--workers")
    found.add(build_unused_workers_notice(server, place))
