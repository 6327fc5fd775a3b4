"""Have a WSGI app of assembler's answer below a path, before anything of the app's does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from assembler.steps.forms import StepContext

__all__ = ["LateApp", "OwnAppFirst", "add_own_app", "find_own_app"]

METHODS = ["GET", "POST"]


class LateApp:
    """A WSGI app that is made at the first request: a boot does not wait for it."""

    def __init__(self, build: Callable[[], WSGIApplication]) -> None:
        """Keep what makes it; two requests at once may both do."""
        self._build = build
        self._app: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        if self._app is None:
            self._app = self._build()
        return self._app(environ, start_response)


class OwnAppFirst:
    """A WSGI app that has ``own`` answer below ``prefix``, and leaves all else to the app.

    No request hook of the app's changes an answer: see `assembler.steps.own_views`.
    """

    def __init__(self, app: WSGIApplication, prefix: str, own: WSGIApplication) -> None:
        """Keep both."""
        self.app = app
        self._prefix, self._below = prefix, f"{prefix}/"
        self._own = own

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        path = environ.get("PATH_INFO", "")
        is_own = path.startswith(self._below) or path == self._prefix
        return (self._own if is_own else self.app)(environ, start_response)


def add_own_app(context: StepContext, blueprint_name: str, prefix: str, own: Any) -> None:  # noqa: ANN401 - a WSGI app
    """Have ``own`` answer below ``prefix``, and show that among the app's routes.

    Where the server has an address of its own for such routes, it answers only there.

    Args:
        context: The step's, with the app.
        blueprint_name: The name of the routes' blueprint; the endpoint of the first is ``index``.
        prefix: The path.
        own: A WSGI app; its ``PATH_INFO`` starts with the prefix.
    """
    from flask import Blueprint  # noqa: PLC0415 - a runner reads `find_own_app` before patching

    context.report.own_apps[prefix] = own
    if context.report.boot.has_management:
        return
    app = context.app
    blueprint = Blueprint(blueprint_name, __name__)
    for rule, endpoint in ((f"{prefix}/", "index"), (f"{prefix}/<path:page>", "page")):
        blueprint.add_url_rule(
            rule, endpoint, lambda **_: own, methods=METHODS, provide_automatic_options=False
        )
    app.register_blueprint(blueprint)
    own = _trust_prefixes(own, app.wsgi_app)
    app.wsgi_app = OwnAppFirst(app.wsgi_app, prefix, own)  # type: ignore[method-assign]  # as Flask documents it


def _trust_prefixes(own: WSGIApplication, around: Any) -> WSGIApplication:  # noqa: ANN401 - what is around the app
    """Have ``own`` take the prefix of the proxies that the app has been told to trust until now.

    It answers before what is around the app, and so does not see what that takes from headers. Of
    those only the prefix, which links and cookies need: the client stays whoever connects.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: PLC0415 - as above

    while around is not None:
        if isinstance(around, ProxyFix):
            return ProxyFix(own, x_for=0, x_proto=0, x_host=0, x_prefix=around.x_prefix)
        around = getattr(around, "app", None)
    return own


def find_own_app(apps: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a WSGI app
    """Return the app of ``apps``, by their prefixes, that answers at ``path``, or ``None``."""
    for prefix, app in apps.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return app
    return None
