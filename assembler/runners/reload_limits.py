"""Find what an edit changes that only a restart can take over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.runners.loading import Serving

__all__ = ["find_reload_faults"]

# Settings of gunicorn's that the master has used once, and cannot use again.
ONCE = ("user", "group", "umask", "worker_tmp_dir", "reuse_port", "preload_app", "pidfile")
HINT = "Restart the service, or take the change back."


def find_reload_faults(running: Serving, edited: Serving) -> list[Diagnostic]:
    """Report what of ``edited`` a reload of ``running`` cannot take over."""
    spec = edited.loaded.plan.profile.server
    found = []
    if edited.server != running.server:
        message = f"a reload cannot change the server from {running.server} to {edited.server}"
        found.append(codes.RESTART_NEEDED.at(spec.place_of("use"), message, hint=HINT))
    for key in ONCE:
        if edited.settings.get(key) != running.settings.get(key):
            place = spec.place_of("with")
            message = f'a reload cannot change the setting "{key}"'
            found.append(codes.RESTART_NEEDED.at(place, message, hint=HINT))
    if edited.settings.get("preload_app"):
        message = "a reload has no effect with `preload_app`: the master has loaded the app"
        found.append(codes.RESTART_NEEDED.at(spec.place_of("with"), message, hint=HINT))
    if spec.reload.control != running.loaded.plan.profile.server.reload.control:
        message = "a reload cannot change where the control socket is"
        found.append(codes.RESTART_NEEDED.at(spec.place_of("control"), message, hint=HINT))
    return found
