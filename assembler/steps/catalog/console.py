"""Show what runs, on web pages: the console."""

from __future__ import annotations

import time
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import ScalarNode
from assembler.language.flags import Flag, parse_flag
from assembler.secrets.weak_secret import FILE_HINT, HINT, KEY, find_weakness, is_path
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredCallable
from assembler.steps.own_routes import CONSOLE_PREFIX, UrlPath, check_routes_free

if TYPE_CHECKING:
    from assembler.document.nodes import MappingNode
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "ConsoleOptions"]

MODULE = "assembler.console"  # by its name: it knows more than a step may
LeftOut = Literal["assembly", "profile", "config", "routes", "boots", "playground"]
NO_GUARD = "nobody can open the console: set `token` or `authorize`"


class ConsoleOptions(FrozenOptions):
    """Where the console is, who may open it, and what it shows."""

    url_prefix: UrlPath = Field(CONSOLE_PREFIX, description="The path below which the pages are.")
    token: str | None = Field(
        None,
        repr=False,
        description="Whoever has it gets in, as {$file: …} or a variable; default: none, so that "
        "`run` makes one at each start on a loopback address, and prints it once.",
    )
    authorize: ReferredCallable = Field(
        None,
        description="A callable, as {$import: …}, that takes the request, in the app's context, "
        "and returns True if it may see the console, in place of a token; default: the token "
        "decides.",
    )
    without: list[Literal["assembly", "profile", "config", "routes", "boots", "playground"]] = (
        Field(default_factory=list, description="Pages that are left out.")
    )
    ledger: Flag | None = Field(
        None,
        description="Whether each boot records what every step changes in the app, for the pages "
        "to show; default: in debug only.",
    )
    playground: Flag | None = Field(
        None,
        description="Whether there is a page to edit the profile on, which shows what lint says "
        "and what would change, and writes nothing; default: in debug only.",
    )
    page_size: int = Field(50, ge=1, le=200, description="Boots on a page.")


def apply_console(context: StepContext, options: ConsoleOptions) -> None:
    """Add the routes; the pages are built when one is first asked for."""
    from assembler.steps.own_apps import LateApp, add_own_app

    weakness = find_weakness(options.token) if options.token else None
    if weakness is not None:
        hint = FILE_HINT if is_path(options.token or "") else HINT.replace(KEY, "it")
        raise StepFault(f"the token is refused: {weakness}", hint=hint, option=("token",))
    prefix, boot = options.url_prefix, context.report.boot
    check_routes_free(context.app, (f"{prefix}/",), "url_prefix")
    add_own_app(
        context,
        "assembler_console",
        prefix,
        LateApp(partial(_build, context, options, time.time())),
    )
    if not (options.token or options.authorize or boot.get_start_token or context.app.debug):
        context.report.notes.append(NO_GUARD)


def find_console_watcher(options: MappingNode, plan: Any) -> Any:  # noqa: ANN401 - of above
    """Return who records what each step does, if that is asked for."""
    node = options.get("ledger")
    asked = (
        parse_flag(node.text) if isinstance(node, ScalarNode) and node.value is not None else None
    )
    wanted = plan.debug if asked is None else asked
    return import_module(f"{MODULE}.recording").build_watcher(plan) if wanted else None


def _build(context: StepContext, options: ConsoleOptions, since: float) -> Any:  # noqa: ANN401 - a WSGI app
    return import_module(MODULE).build_console(context, options, since)


STEP = CatalogStep(
    name="console",
    group="observability",
    summary="Show what runs here on web pages: steps, config, routes, boots.",
    options=ConsoleOptions,
    apply=apply_console,
    find_watcher=find_console_watcher,
    never_skip=True,
    once=True,
)
