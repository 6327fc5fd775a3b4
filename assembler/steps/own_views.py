"""Answer the routes that assembler adds to an app, before anything of the app's does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Response

    from assembler.steps.forms import StepContext

    View = Callable[[], Response]

__all__ = ["add_own_views"]


class OwnViewsFirst:
    """A WSGI app that answers the routes, and leaves all else to the app.

    No request hook of the app's changes an answer, whenever it is registered: a login that refuses
    everybody, or a session that cannot be opened.
    """

    def __init__(self, app: WSGIApplication, views: Mapping[str, View]) -> None:
        """Keep the app, and what answers at each path."""
        self.app = app
        self._views = views

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        view = self._views.get(environ.get("PATH_INFO", ""))
        if view is None or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.app(environ, start_response)
        return view()(environ, start_response)


def add_own_views(context: StepContext, name: str, views: Mapping[str, View]) -> None:
    """Add routes to the app's, and answer them before its hooks.

    Where the server has an address of its own for them, they answer only there.

    Args:
        context: The step's, with the app.
        name: What their endpoints start with, as those of a blueprint; then comes the view's name.
        views: What answers, by its path. Called without a request; the answer is a WSGI app.
    """
    context.report.own_views.update(views)
    if context.report.boot.has_management:
        return
    app = context.app
    for path, view in views.items():
        app.add_url_rule(path, f"{name}.{view.__name__}", view, methods=["GET"])
    app.wsgi_app = OwnViewsFirst(app.wsgi_app, views)  # type: ignore[method-assign]  # as Flask documents it
