"""Know who is logged in, with Flask-Login."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from assembler.diagnostics.suggestion import render_suggestion
from assembler.steps.forms import (
    CatalogStep,
    FrozenOptions,
    Inherent,
    ReferredCallable,
    ReferredObject,
)
from assembler.steps.own_instance import get_instance

if TYPE_CHECKING:
    from flask_login import LoginManager

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "LoginOptions"]

OWN = {"manager", "session_protection"}
PROTECTION = "SESSION_PROTECTION"  # in the config, which the library prefers to its own attribute
URLS = ("http://", "https://", "/")
CALLBACKS = ("user_loader", "request_loader", "unauthorized_handler", "needs_refresh_handler")


class LoginOptions(FrozenOptions):
    """What Flask-Login asks the project, and where it sends whoever is not logged in."""

    manager: ReferredObject = Field(
        None,
        description="The project's own LoginManager, as {$import: …}; default: a new one for each "
        "app.",
    )
    user_loader: ReferredCallable = Field(
        None,
        description="A callable that returns the user of an id, or nothing, as {$import: …}; "
        "default: the manager's own.",
    )
    request_loader: ReferredCallable = Field(
        None,
        description="A callable that returns the user of a request without a session, such as by "
        "its token, or nothing; default: none.",
    )
    login_view: str | None = Field(
        None,
        min_length=1,
        description="The endpoint, or the URL, at which users log in; default: a request that "
        "needs a user is answered with 401.",
    )
    blueprint_login_views: dict[str, str] | None = Field(
        None, description="The same for single blueprints, by their name; default: none."
    )
    login_message: str | None = Field(
        None, description='What is flashed there; "": nothing; default: a sentence in English.'
    )
    login_message_category: str | None = Field(
        None, description="The category of that message; default: message."
    )
    unauthorized_handler: ReferredCallable = Field(
        None,
        description="A callable that answers a request that needs a user, in place of the view; "
        "default: none.",
    )
    refresh_view: str | None = Field(
        None,
        min_length=1,
        description="The endpoint at which users confirm who they are; default: none.",
    )
    needs_refresh_message: str | None = Field(
        None, description="What is flashed there; default: the library's."
    )
    needs_refresh_message_category: str | None = Field(
        None, description="The category of that message; default: message."
    )
    needs_refresh_handler: ReferredCallable = Field(
        None,
        description="A callable that answers a request that needs a fresh login; default: none.",
    )
    localize_callback: ReferredCallable = Field(
        None, description="A callable that translates the messages; default: none."
    )
    anonymous_user: ReferredCallable = Field(
        None, description="The class of the user who is not logged in; default: the library's."
    )
    session_protection: Literal["basic", "strong", "off"] | None = Field(
        None,
        description="What becomes of a session that comes from another address or browser: basic: "
        "it is no longer fresh; strong: it is removed; off: nothing. Default: basic.",
    )


def apply_login(context: StepContext, options: LoginOptions) -> LoginManager:
    """Set the manager up; it is the app's ``login_manager``, as Flask-Login has it."""
    from flask_login import LoginManager

    app, manager = context.app, get_instance(options.manager, LoginManager, "manager")
    for name, value in vars(options).items():
        if value is None or name in OWN:
            continue
        if name in CALLBACKS:
            getattr(manager, name)(value)
        else:
            setattr(manager, name, value)
    if options.session_protection is not None:
        protection = options.session_protection
        app.config[PROTECTION] = None if protection == "off" else protection
    manager.init_app(app)
    app.extensions["login"] = manager
    context.on_assembled(lambda _report: _check(context, manager))
    return manager


def _check(context: StepContext, manager: LoginManager) -> None:
    """Tell of what only a request would show, once all modules that may change it are imported."""
    if manager._user_callback is None and manager._request_callback is None:  # noqa: SLF001 - nothing else has them
        context.mark_partial("nothing says who a user is: give `user_loader` or `request_loader`")
    known = context.app.view_functions
    for view in (manager.login_view, manager.refresh_view, *manager.blueprint_login_views.values()):
        if view and not view.startswith(URLS) and view not in known:
            remedy = render_suggestion(view, known, "Name an endpoint, or a URL.")
            context.mark_partial(f"no view has the endpoint '{view}'. {remedy}")


STEP = CatalogStep(
    name="login",
    group="security",
    summary="Know who is logged in, through Flask-Login.",
    options=LoginOptions,
    apply=apply_login,
    packages=("flask_login",),
    extra="login",
    never_skip=True,
    once=True,
    inherent=(Inherent("extension", "login", "The step keeps the manager there as well."),),
)
