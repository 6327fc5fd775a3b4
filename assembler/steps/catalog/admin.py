"""Look after the app's data in a browser, with Flask-Admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredCallable, ReferredObject
from assembler.steps.own_routes import UrlPath

if TYPE_CHECKING:
    from flask import Flask
    from flask_admin import Admin, BaseView

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "AdminOptions"]


class AdminOptions(FrozenOptions):
    """Whom it is for, and what is in it."""

    views: list[ReferredObject] = Field(
        [],
        description="Views of Flask-Admin, in their order: as {$call: …}, which makes one for each "
        "app, or classes, as {$import: …}, which are called without arguments.",
    )
    index_view: ReferredObject = Field(
        None, description="The view of the first page, in the same way; default: the library's."
    )
    authorize: ReferredCallable = Field(
        None,
        description="A callable, as {$import: …}, that takes the request and returns True "
        "if it may see the pages; default: only a request from this machine may.",
    )
    name: str | None = Field(
        None, min_length=1, description="The title of the pages; default: the app's name."
    )
    url: UrlPath = Field("/admin", description="The path below which the pages are.")
    swatch: str = Field("default", min_length=1, description="The colours, a swatch of Bootswatch.")


def apply_admin(context: StepContext, options: AdminOptions) -> Admin:
    """Add the pages, and refuse them to everybody whom `authorize` does not let in."""
    from flask_admin import Admin, AdminIndexView
    from flask_admin.theme import Bootstrap4Theme

    app = context.app
    _check_babel(app)
    index = options.index_view
    if index is None or (isinstance(index, type) and issubclass(index, AdminIndexView)):
        index = (index or AdminIndexView)(url=options.url)
    admin = Admin(
        app,
        name=options.name or app.name,
        url=options.url,
        index_view=_make_view(index, ("index_view",)),
        theme=Bootstrap4Theme(swatch=options.swatch),
        csp_nonce_generator=app.jinja_env.globals.get("csp_nonce"),  # of `security_headers`
    )
    for number, view in enumerate(options.views):
        admin.add_view(_make_view(view, ("views", number)))
    _guard(app, admin, options)
    return admin


def _make_view(given: object, option: tuple[str | int, ...]) -> BaseView:
    from flask_admin import BaseView

    view = given() if isinstance(given, type) and issubclass(given, BaseView) else given
    if isinstance(view, BaseView):
        return view
    message = f"expected a view of flask_admin, got {type(view).__name__}"
    hint = 'Make it with `{$call: "module:View", args: […]}`.'
    raise StepFault(message, hint=hint, option=option)


def _check_babel(app: Flask) -> None:
    """Reject Flask-Babel that is installed and not set up: every page would be 500."""
    from importlib.util import find_spec

    if find_spec("flask_babel") is not None and "babel" not in app.extensions:
        message = "Flask-Babel is installed, and Flask-Admin answers 500 unless it is set up"
        raise StepFault(message, hint="Add the step `babel` before it.")


def _guard(app: Flask, admin: Admin, options: AdminOptions) -> None:
    from flask import abort, request

    from assembler.journal.loopback import is_loopback_request
    from assembler.steps.authorizing import is_authorized

    def refuse() -> None:
        # The project may add views later.
        if request.blueprint not in {view.endpoint for view in admin._views}:  # noqa: SLF001 - nothing else lists them
            return
        if options.authorize is None:
            may_see = is_loopback_request(request.environ)
        else:
            may_see = is_authorized("admin", options.authorize, request)
        if not may_see:
            abort(403)

    app.before_request(refuse)


STEP = CatalogStep(
    name="admin",
    summary="Look after data in a browser, through Flask-Admin.",
    options=AdminOptions,
    apply=apply_admin,
    packages=("flask_admin",),
    extra="admin",
    group="pages",
    never_skip=True,
    once=True,
)
