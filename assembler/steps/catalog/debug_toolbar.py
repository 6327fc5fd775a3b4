"""Show what a request did, beside the page, while debugging: with Flask-DebugToolbar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.diagnostics.faults import StepFault
from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, Inherent
from assembler.steps.named_in_config import check_named

if TYPE_CHECKING:
    from flask_debugtoolbar import DebugToolbarExtension

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "DebugToolbarOptions"]

PANELS = "DEBUG_TB_PANELS"
CONFIG_KEYS = {  # by the option
    "intercept_redirects": "DEBUG_TB_INTERCEPT_REDIRECTS",
    "hosts": "DEBUG_TB_HOSTS",
    "profiler": "DEBUG_TB_PROFILER_ENABLED",
}


class DebugToolbarOptions(FrozenOptions):
    """What the toolbar shows, and to whom; what is left out is the config's, `DEBUG_TB_…`."""

    intercept_redirects: Flag | None = Field(
        None,
        description="Whether a redirect waits for a click, so that its request can be looked at; "
        "default: the config's, else true.",
    )
    hosts: list[str] | None = Field(
        None, description="Addresses of clients that see it; default: the config's, else all."
    )
    profiler: Flag | None = Field(
        None, description="Whether the profiler is on at first; default: the config's, else false."
    )


def apply_debug_toolbar(
    context: StepContext, options: DebugToolbarOptions
) -> DebugToolbarExtension:
    """Add the toolbar; without debug that is refused, since it shows the whole config."""
    from flask_debugtoolbar import DebugToolbarExtension

    app = context.app
    if not app.debug:
        message = "the toolbar shows config and source to everybody, and debug is off"
        hint = "Write `when: {debug: true}` in the step, so that it is skipped without debug."
        raise StepFault(message, hint=hint)
    if not app.config.get("SECRET_KEY"):
        message = "the toolbar needs a secret key, and none is set"
        raise StepFault(message, hint="Add the step `secret_key` before it.")
    for option, key in CONFIG_KEYS.items():
        value = getattr(options, option)
        if value is not None:
            app.config[key] = value
    for panel in app.config.get(PANELS) or ():
        check_named(context, PANELS, panel)
    app.config["DEBUG_TB_ENABLED"] = True
    toolbar = DebugToolbarExtension(app)
    app.extensions["debug_toolbar"] = toolbar
    return toolbar


STEP = CatalogStep(
    name="debug_toolbar",
    summary="Show what a request did beside the page, through Flask-DebugToolbar.",
    options=DebugToolbarOptions,
    apply=apply_debug_toolbar,
    packages=("flask_debugtoolbar",),
    extra="debug-toolbar",
    group="observability",
    once=True,
    inherent=(Inherent("extension", "debug_toolbar", "The step keeps the toolbar there."),),
)
