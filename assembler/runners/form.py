"""Say what is to be served, where and how: a profile, with the command line laid over it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assembler import codes
from assembler.diagnostics import Collector, Place, ProfileError
from assembler.loading import load_plan, prepare_path
from assembler.runners.binds import parse_bind
from assembler.runners.cpus import count_cpus
from assembler.runners.settings import build_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.diagnostics import Diagnostic
    from assembler.loading import Loaded
    from assembler.runners.binds import Bind

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
        beyond = [bind for bind in self.binds if debug and not bind.is_loopback]
        if beyond and not self.overrides.unsafe_debug:
            raise ProfileError(list(map(_build_debug_fault, beyond)))


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
    server = _choose_server(loaded, overrides)
    binds = _collect(lambda: tuple(_iter_binds(loaded, overrides)), found) or ()
    workers = _collect(lambda: _count_workers(loaded, overrides), found) or 1
    settings = _collect(lambda: build_settings(server, loaded), found) or {}
    _check_patches(server, loaded, found)
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


def _choose_server(loaded: Loaded, overrides: Overrides) -> str:
    is_development = loaded.plan.debug or bool(overrides.use_reloader)
    default = "werkzeug" if is_development else "gunicorn"
    return loaded.plan.profile.server.use or default


def _iter_binds(loaded: Loaded, overrides: Overrides) -> Iterator[Bind]:
    if overrides.binds:
        for text in overrides.binds:
            yield parse_bind(text, Place("--bind"), Path.cwd())
        return
    profile = loaded.plan.profile
    node = profile.server.node.get("bind")
    nodes = getattr(node, "items", [node])
    for text, written in zip(profile.server.bind, nodes, strict=True):
        folder = profile.file.parent if written is None else profile.get_folder(written)
        place = profile.server.place if written is None else written.place
        yield parse_bind(text, place, folder)


def _count_workers(loaded: Loaded, overrides: Overrides) -> int:
    given = overrides.workers
    chosen = str(loaded.plan.profile.server.workers) if given is None else given.strip()
    if chosen == "auto":
        return count_cpus()
    if chosen.isdecimal() and int(chosen) > 0:
        return int(chosen)
    message = f'expected a number of processes from 1, or auto, got "{chosen}"'
    raise ProfileError([codes.WRONG_VALUE.at(Place("--workers"), message)])


def _collect(call: Callable[[], Found], found: Collector) -> Found | None:
    try:
        return call()
    except ProfileError as error:
        found.add(*error.diagnostics)
        return None


def _check_patches(server: str, loaded: Loaded, found: Collector) -> None:
    plan = loaded.plan
    is_patched = "gevent" in plan.patch_names
    if server == "gevent" and not is_patched:
        found.add(
            codes.SERVER_NEEDS_PATCH.at(
                plan.profile.server.place_of("use"),
                "the server gevent needs the patch 'gevent', which is not applied here",
                hint="Put `- gevent` first in `patches`, or leave `server.use` out.",
            )
        )


def _find_reloader(server: str, loaded: Loaded, overrides: Overrides, found: Collector) -> bool:
    if overrides.use_reloader is None:
        return server == "werkzeug" and loaded.plan.debug
    if overrides.use_reloader and server != "werkzeug":
        message = f"the server {server} has no reloader, only Werkzeug's has"
        hint = "Leave `server.use` out, or give `--no-reload`."
        found.add(codes.WRONG_SERVER_SETTING.at(Place("--reload"), message, hint=hint))
    return overrides.use_reloader


def _find_unused_keys(server: str, loaded: Loaded, overrides: Overrides, found: Collector) -> None:
    """Say that one process serves, where more were asked for."""
    spec = loaded.plan.profile.server
    if server == "gunicorn" or (overrides.workers is None and spec.node.get("workers") is None):
        return
    place = spec.place_of("workers") if overrides.workers is None else Place("--workers")
    message = f"the server {server} runs in one process, so `workers` is not in force"
    found.add(codes.SERVER_KEYS_NOT_IN_FORCE.at(place, message))


def _build_debug_fault(bind: Bind) -> Diagnostic:
    return codes.DEBUG_BEYOND_LOOPBACK.at(
        bind.place,
        f'debug lets whoever reaches "{bind}" run code, and other machines reach it',
        hint="Bind to 127.0.0.1, or give `--unsafe-debug`.",
    )
