"""Say what the profile alone shows of how its app is served: by which server, where, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError, Related
from assembler.document.nodes import ScalarNode, SequenceNode
from assembler.planning.plan import Decision
from assembler.serving.bind import parse_bind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Collector, Diagnostic, Place
    from assembler.language.profile import Profile
    from assembler.planning.plan import Plan
    from assembler.serving.bind import Bind

__all__ = [
    "build_unused_workers_notice",
    "choose_server",
    "find_debug_faults",
    "find_server_need",
    "parse_binds",
]


def choose_server(plan: Plan, *, is_development: bool = False) -> str:
    """Give the name of the server: as the profile says, else what fits."""
    default = "werkzeug" if plan.debug or is_development else "gunicorn"
    return plan.profile.server.use or default


def parse_binds(profile: Profile, found: Collector) -> tuple[Bind, ...]:
    """Read the addresses of a profile; one that is not known yet is left out.

    ``found`` gets what is wrong with each.
    """
    node = profile.server.node.get("bind")
    if node is None:
        place = profile.server.place
        return tuple(parse_bind(text, place, profile.file.parent) for text in profile.server.bind)
    binds = []
    for one in node.items if isinstance(node, SequenceNode) else [node]:
        if not isinstance(one, ScalarNode) or one.unknown:
            continue
        try:
            binds.append(parse_bind(one.text, one.place, profile.get_folder(one)))
        except ProfileError as error:
            found.add(*error.diagnostics)
    return tuple(binds)


def find_server_need(plan: Plan, server: str) -> Diagnostic | None:
    """Report a server that needs a patch which is surely not applied."""
    is_patched = any(
        one.step.use == "gevent" and one.decision is not Decision.SKIPPED for one in plan.patches
    )
    if server != "gevent" or is_patched:
        return None
    return codes.SERVER_NEEDS_PATCH.at(
        plan.profile.server.place_of("use"),
        "the server gevent needs the patch 'gevent', which is not applied here",
        hint="Put `- gevent` first in `patches`, or leave `server.use` out.",
    )


def find_debug_faults(profile: Profile, binds: Iterable[Bind]) -> list[Diagnostic]:
    """Report each of ``binds`` that would show a debugger to other machines."""
    debug = profile.node.get("debug")
    related = () if debug is None else (Related(debug.place, "debug is set here"),)
    return [
        codes.DEBUG_BEYOND_LOOPBACK.at(
            bind.place,
            f'debug lets whoever reaches "{bind}" run code, and other machines reach it',
            hint="Bind to 127.0.0.1, or give `--unsafe-debug`.",
            related=related,
        )
        for bind in binds
        if not bind.is_loopback
    ]


def build_unused_workers_notice(server: str, place: Place) -> Diagnostic:
    """Say that one process serves, where more were asked for at ``place``."""
    message = f"the server {server} runs in one process, so `workers` is not in force"
    hint = "Remove `workers`, or let gunicorn serve."
    return codes.SERVER_KEYS_NOT_IN_FORCE.at(place, message, hint=hint)
