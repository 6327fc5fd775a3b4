"""Choose the server of a profile, and report what the chosen one lacks or ignores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.planning.plan import Plan

__all__ = [
    "SERVERS",
    "build_unused_management_notice",
    "build_unused_workers_notice",
    "choose_server",
    "find_server_need",
]

SERVERS = {  # by what `server.use` names: what it is
    "gunicorn": "Several processes: of greenlets with the patch gevent, else of threads; default.",
    "gevent": "gevent's own server, in one process; needs the patch gevent.",
    "werkzeug": "Werkzeug's, with its reloader and debugger; the default when debug.",
}


def choose_server(plan: Plan, *, is_development: bool = False) -> str:
    """Return the profile's server, else Werkzeug for development, else gunicorn."""
    default = "werkzeug" if plan.debug or is_development else "gunicorn"
    return plan.profile.server.use or default


def find_server_need(plan: Plan, server: str) -> Diagnostic | None:
    """Report a server that needs a patch which is certainly not applied."""
    is_patched = any(
        one.step.use == "gevent" and one.decision is not Decision.SKIPPED for one in plan.patches
    )
    if server != "gevent" or is_patched:
        return None
    return codes.SERVER_NEEDS_PATCH.at(
        plan.profile.server.place_of("use"),
        "the gevent server needs the patch 'gevent', which is not applied here",
        hint="Put `- gevent` first in `patches`, or remove `server.use`.",
    )


def build_unused_workers_notice(server: str, place: Place) -> Diagnostic:
    """Report at ``place`` that ``workers`` is ignored, since ``server`` runs in one process."""
    message = f"the {server} server runs in one process and ignores `workers`"
    hint = "Remove `workers`, or use gunicorn."
    return codes.SERVER_KEYS_NOT_IN_FORCE.at(place, message, hint=hint)


def build_unused_management_notice(place: Place) -> Diagnostic:
    """Report at ``place`` that Werkzeug's server does not listen at ``management_bind``."""
    message = "the werkzeug server ignores `management_bind`: health answers at the app's address"
    hint = "Remove `management_bind`, or use gunicorn."
    return codes.SERVER_KEYS_NOT_IN_FORCE.at(place, message, hint=hint)
