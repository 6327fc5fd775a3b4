"""Load what is to be served, where and how: a profile, with the command line on top."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Place, ProfileError
from assembler.files import is_file
from assembler.planning.debug_flag import render_debug_setter
from assembler.planning.loading import load_plan, load_profile, prepare_path
from assembler.runners.setting_files import check_setting_files
from assembler.runners.settings import build_settings
from assembler.serving.bind import (
    find_debug_faults,
    parse_bind_options,
    parse_binds,
    parse_management_bind,
)
from assembler.serving.choice import (
    build_unused_management_notice,
    build_unused_workers_notice,
    choose_server,
    find_server_need,
)
from assembler.serving.console import find_unguarded_faults
from assembler.serving.cpus import count_cpus
from assembler.serving.role import find_role_fault
from assembler.serving.server_options import find_group_faults, find_set_aside
from assembler.serving.start_token import get_start_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Profile, ServerSpec
    from assembler.planning.loading import Loaded
    from assembler.serving.bind import Bind

__all__ = ["RELOADING", "Overrides", "Serving", "build_serving", "load_serving"]

# How gunicorn is configured where no profile does it.
GUNICORN_VARIABLES = ("GUNICORN_CMD_ARGS", "WEB_CONCURRENCY")
GUNICORN_FILE = "gunicorn.conf.py"
# The servers that take over an edit while they run.
RELOADING = ("gunicorn", "gevent")


@dataclass(frozen=True, slots=True)
class Overrides:
    """The options of the command line; they override the profile."""

    policy_file: str | None = None
    binds: tuple[str, ...] = ()  # none: the profile's
    workers: int | Literal["auto"] | None = None
    debug: bool | None = None
    use_reloader: bool | None = None
    unsafe_debug: bool = False
    any_role: bool = False
    watch: bool | None = None
    rescue: bool = False


@dataclass(frozen=True, slots=True)
class Serving:
    """A profile that is ready to be served; nothing of it has run yet."""

    profile: str  # its path, as the user wrote it
    overrides: Overrides
    loaded: Loaded
    server: str  # a key of `assembler.runners.serve.TABLE`
    binds: tuple[Bind, ...]
    workers: int
    settings: dict[str, Any]  # of the server, by its own names
    use_reloader: bool
    management: Bind | None = None  # where only health and metrics answer
    notices: tuple[Diagnostic, ...] = ()  # to be printed once at the start
    is_rescue: bool = False  # the last good profile, since the one on disk is broken

    def check_debug(self, *, debug: bool, source: str | None = None) -> None:
        """Refuse to expose the debugger to other machines.

        Args:
            debug: Whether it is on.
            source: The config source that turned it on, if one did.

        Raises:
            ProfileError: at each address that they can reach.
        """
        if not debug or self.overrides.unsafe_debug:
            return
        plan = self.loaded.plan
        by = None if plan.is_debug_declared else render_debug_setter(plan, source)
        faults = find_debug_faults(self.loaded.plan.profile, self.binds, by)
        if faults:
            raise ProfileError(faults)

    @property
    def addresses(self) -> tuple[Bind, ...]:
        """What is listened on: the app's addresses, and the management's as the last."""
        return self.binds if self.management is None else (*self.binds, self.management)

    @property
    def get_start_token(self) -> Callable[[], str] | None:
        """What makes the token of the server's start, where only this machine reaches its use."""
        reached = self.binds if self.management is None else (self.management,)
        return get_start_token if all(one.is_loopback for one in reached) else None

    @property
    def can_reload(self) -> bool:
        """Whether the server can take over an edit while it runs."""
        return self.server in RELOADING

    @property
    def is_watched(self) -> bool:
        """Whether an edit is taken over by itself."""
        given = self.overrides.watch
        return self.loaded.plan.profile.server.reload.watch if given is None else given

    def check_files(self) -> None:
        """Check the files that the settings name; after patching, since it loads ssl.

        Raises:
            ProfileError: with each that cannot be used.
        """
        check_setting_files(self.server, self.loaded.plan.profile.server, self.settings)


def load_serving(profile: str, overrides: Overrides) -> Serving:
    """Load a profile with its bases, and build what is to be served.

    Changes ``sys.path``: the current directory comes first, as with ``flask``.

    Raises:
        ProfileError: with everything that is wrong.
    """
    try:
        loaded = load_plan(profile, policy_file=overrides.policy_file, debug=overrides.debug)
    except ProfileError:
        # Whoever is not to serve it need not know what serving it lacks.
        _check_role(_find_profile(profile, overrides), overrides)
        raise
    _check_role(loaded.plan.profile, overrides)
    prepare_path(loaded.policy, Path.cwd())
    return build_serving(loaded, profile, overrides)


def _find_profile(profile: str, overrides: Overrides) -> Profile | None:
    """Return the profile as far as it can be read without the environment."""
    with suppress(ProfileError):
        return load_profile(profile, env=None, policy_file=overrides.policy_file)
    return None


def _check_role(profile: Profile | None, overrides: Overrides) -> None:
    fault = None if profile is None or overrides.any_role else find_role_fault(profile)
    if fault is not None:
        raise ProfileError([fault])


def build_serving(loaded: Loaded, profile: str, overrides: Overrides) -> Serving:
    """Build what is to be served from a plan. Imports what ``server.with`` names, and gunicorn.

    Raises:
        ProfileError: with everything that is wrong.
    """
    found = Collector()
    plan, spec = loaded.plan, loaded.plan.profile.server
    server = choose_server(plan, is_development=bool(overrides.use_reloader))
    binds = parse_bind_options(overrides.binds) or parse_binds(plan.profile, found)
    management = parse_management_bind(plan.profile, found)
    workers = spec.workers if overrides.workers is None else overrides.workers
    settings = {}
    try:
        settings = build_settings(server, loaded)
    except ProfileError as error:
        found.add(*error.diagnostics)
    found.add(*_find_conflicts(server, loaded, overrides))
    if overrides.watch or (overrides.watch is None and spec.reload.watch):
        found.add(*_find_watch_faults(server, loaded, overrides, settings))
    management = management if server in RELOADING else None
    found.add(*find_unguarded_faults(plan, binds, management))
    found.raise_errors()
    serving = Serving(
        profile,
        overrides,
        loaded,
        server,
        binds,
        workers=_count_workers(server, workers),
        settings=settings,
        use_reloader=server == "werkzeug" and plan.debug
        if overrides.use_reloader is None
        else overrides.use_reloader,
        management=management,
        notices=tuple(found.found),
    )
    serving.check_debug(debug=plan.debug)
    return serving


def _count_workers(server: str, workers: int | str) -> int:
    if server != "gunicorn":
        return 1
    return count_cpus() if workers == "auto" else int(workers)


def _find_unread_settings(spec: ServerSpec) -> list[Diagnostic]:
    """Report what gunicorn by itself would read, and the profile stands in for."""
    names = [name for name in GUNICORN_VARIABLES if os.environ.get(name)]
    names += [GUNICORN_FILE] if is_file(GUNICORN_FILE) else []
    if not names:
        return []
    message = f"not in force, since the profile configures gunicorn: {', '.join(names)}"
    hint = "Write it as `server.workers`, or in `server.with`."
    return [codes.SERVER_KEYS_NOT_IN_FORCE.at(spec.place, message, hint=hint)]


def _find_watch_faults(
    server: str, loaded: Loaded, overrides: Overrides, settings: Mapping[str, Any]
) -> list[Diagnostic]:
    """Report what keeps an edit from being taken over without a restart."""
    spec = loaded.plan.profile.server
    place = Place("--watch") if overrides.watch else spec.place_of("watch")
    if server in RELOADING and not settings.get("preload_app"):
        return []
    message = f"the {server} server cannot take over an edit while it runs"
    hint = "Pass `--reload`, which restarts it."
    if server in RELOADING:
        message = "an edit cannot be taken over with `preload_app`: the master has loaded the app"
        hint = "Remove `preload_app`, or `watch`."
    return [codes.RESTART_NEEDED.at(place, message, hint=hint)]


def _find_conflicts(server: str, loaded: Loaded, overrides: Overrides) -> list[Diagnostic]:
    """Report what the chosen server needs, ignores or does not have."""
    need = find_server_need(loaded.plan, server)
    found = [] if need is None else [need]
    spec = loaded.plan.profile.server
    aside = find_set_aside(spec, server)
    found += find_group_faults(spec) + ([] if aside is None else [aside])
    if server == "gunicorn":
        found += _find_unread_settings(spec)
    is_given = overrides.workers is not None
    if server != "gunicorn" and (is_given or spec.node.get("workers") is not None):
        place = Place("--workers") if is_given else spec.place_of("workers")
        found.append(build_unused_workers_notice(server, place))
    if server == "werkzeug" and spec.management_bind is not None:
        found.append(build_unused_management_notice(spec.place_of("management_bind")))
    if server != "werkzeug" and overrides.use_reloader:
        message = f"the {server} server has no reloader, only Werkzeug's has one"
        hint = "Remove `server.use`, or pass `--no-reload`."
        found.append(codes.WRONG_SERVER_SETTING.at(Place("--reload"), message, hint=hint))
    return found
