"""Answer the requests of the console."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from pydantic import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from assembler.console import answers
from assembler.console.credentials import FORM_COOKIE, make_nonce
from assembler.console.door import TOO_MANY, Refusal, RefusedError
from assembler.console.openapi import build_openapi
from assembler.console.pages import BOOT, PAGES
from assembler.console.playground import LIMIT_TEXT_BYTES
from assembler.console.rendering import ASSETS, load_asset, render
from assembler.rendering.app_traceback import render_app_traceback

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from assembler.console.door import Door
    from assembler.console.shown import Page, Query, Shown
    from assembler.console.site import Site

__all__ = ["ConsoleApp"]

log = logging.getLogger("assembler")

LIMIT_BODY_BYTES = 16 * 1024
LIMIT_SENT_BYTES = LIMIT_BODY_BYTES + 3 * LIMIT_TEXT_BYTES  # each byte may be written as three
READ, SENT = ("GET", "HEAD"), ("GET", "HEAD", "POST")
NOT_OURS = "Open the page again, and retry."
FIRST = "now"
BROKEN = "This page failed; the app's log says why."


class ConsoleApp:
    """The console of one app, as a WSGI app."""

    def __init__(self, site: Site, door: Door) -> None:
        """Keep what is shown, and who guards it."""
        self._site = site
        self._door = door
        shown = {name: page for name, page in PAGES.items() if name not in site.left_out}
        self._links = list(shown.values())
        self._pages = {**shown, BOOT.name: BOOT} if "boots" in shown else shown

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = LIMIT_SENT_BYTES
        root = request.root_path.rstrip("/") + self._site.prefix
        path = request.path.removeprefix(self._site.prefix)
        call = _Call(self._site, self._door, request, root)
        try:
            response = self._respond(call, path)
        except RefusedError as error:
            response = call.refuse(path, error.refusal)
        except HTTPException as error:
            status = HTTPStatus(error.code or 400)
            response = call.refuse(path, Refusal(status, error.description or status.phrase))
        except Exception as error:  # noqa: BLE001 - a page shows what the project's objects say
            log.error("%s", render_app_traceback(error, self._site.mask))  # noqa: TRY400 - it is masked
            response = call.refuse(path, Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN))
        answers.secure(response)
        return response(environ, start_response)

    def _respond(self, call: _Call, path: str) -> Response:
        request = call.request
        if "token" in request.args and self._door.token is not None:
            _hide_query(request.environ)  # whatever the answer is
        if request.method == "POST" and path in {"/sign-in", "/sign-out"}:
            request.max_content_length = request.max_form_memory_size = LIMIT_BODY_BYTES
            return call.sign_in() if path == "/sign-in" else call.sign_out()
        page = self._pages.get(_find_name(path))
        call.methods = READ if page is None or page.send is None else SENT
        if request.method not in call.methods:
            detail = f"expected {' or '.join(call.methods)}, got {request.method}"
            return call.refuse(path, Refusal(HTTPStatus.METHOD_NOT_ALLOWED, detail))
        asset = path.removeprefix("/assets/")
        if asset in ASSETS:
            return Response(load_asset(asset), mimetype=ASSETS[asset])
        return self._guard(call, path)

    def _guard(self, call: _Call, path: str) -> Response:
        if "token" in call.request.args and self._door.token is not None:
            return call.take_token(path or "/")
        if not path:
            return answers.redirect(f"{call.root}/")
        refusal = self._door.find_refusal(call.request)
        return self._show(call, path) if refusal is None else call.refuse(path, refusal)

    def _show(self, call: _Call, path: str) -> Response:
        if path == "/api/openapi.json":
            return answers.build_json(
                build_openapi(self._pages.values(), call.root, call.session_name)
            )
        page = self._pages.get(_find_name(path))
        if page is None:
            return call.refuse(path, Refusal(HTTPStatus.NOT_FOUND, "There is no such page."))
        found = self._site.mask(self._load(page, call.request).model_dump(mode="json"))
        if path.startswith("/api/"):
            return answers.build_json(found)
        return call.render(f"{page.name}.html", page=page, links=self._links, data=found)

    def _load(self, page: Page, request: Request) -> Shown:
        """Return what a page shows.

        Raises:
            RefusedError: if the query, or what is sent, is wrong, or another site's page sent it.
        """
        query = _read(page.query, request.args.to_dict())
        if request.method != "POST" or page.send is None or page.form is None:
            return page.load(self._site, query)
        if not self._door.is_own_form(request):
            raise RefusedError(Refusal(HTTPStatus.FORBIDDEN, NOT_OURS))
        sent = {name: text for name, text in request.form.items() if name != "form"}
        return page.send(self._site, _read(page.form, sent), request.remote_addr or "")


class _Call:
    """One request, and the answers that it may get."""

    def __init__(self, site: Site, door: Door, request: Request, root: str) -> None:
        self.request = request
        self.root = root  # of the links in a page
        self.session_name = door.name_session(request)
        self.methods: tuple[str, ...] = READ
        self._site = site
        self._door = door
        self._nonce = request.cookies.get(FORM_COOKIE, "") or make_nonce()

    def render(self, template: str, **values: object) -> Response:
        text = render(
            template,
            root=self.root,
            profile=self._site.report.profile,
            form=self._nonce,
            can_sign_out=self.session_name in self.request.cookies,
            query=self.request.args.to_dict(),
            **values,
        )
        response = Response(text, mimetype="text/html")
        answers.keep_nonce(response, self.request, self.root, self._nonce)
        return response

    def refuse(self, path: str, refusal: Refusal) -> Response:
        status, is_data = refusal.status, path.startswith("/api/")
        if is_data:
            response = answers.build_problem(status, refusal.detail)
        else:
            response = self._render_refusal(refusal)
        if status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(self.methods)
        if refusal.wait_seconds:
            response.headers["Retry-After"] = str(refusal.wait_seconds)
        return response

    def _render_refusal(self, refusal: Refusal) -> Response:
        can_try = refusal.status == HTTPStatus.UNAUTHORIZED or refusal.detail == TOO_MANY
        values: dict[str, Any] = {"refusal": refusal, "links": [], "page": None}
        response = self.render("sign_in.html" if can_try else "fault.html", **values)
        response.status_code = int(refusal.status)
        return response

    def take_token(self, path: str) -> Response:
        """Move the token of an address into a cookie."""
        given = self.request.args["token"]
        rest = {key: text for key, text in self.request.args.items() if key != "token"}
        where = f"{self.root}{quote(path)}" + (f"?{urlencode(rest)}" if rest else "")
        return self._let_in(given, path, where)

    def sign_in(self) -> Response:
        """Take the token of the form."""
        if self._door.token is None or not self._door.is_own_form(self.request):
            return self.refuse("", Refusal(HTTPStatus.FORBIDDEN, NOT_OURS))
        return self._let_in(self.request.form.get("token", ""), "", f"{self.root}/")

    def sign_out(self) -> Response:
        """Forget who is in."""
        if not self._door.is_own_form(self.request):
            return self.refuse("", Refusal(HTTPStatus.FORBIDDEN, NOT_OURS))
        response = answers.redirect(f"{self.root}/")
        answers.keep_session(response, self.request, self.root, (self.session_name, None))
        return response

    def _let_in(self, given: str, path: str, where: str) -> Response:
        refusal = self._door.try_token(self.request, given)
        if refusal is not None:
            return self.refuse(path, refusal)
        assert self._door.token is not None
        response = answers.redirect(where)
        session = (self.session_name, self._door.token.make_session())
        answers.keep_session(response, self.request, self.root, session)
        return response


def _find_name(path: str) -> str:
    return path.removeprefix("/api/" if path.startswith("/api/") else "/") or FIRST


def _hide_query(environ: WSGIEnvironment) -> None:
    """Keep a token out of what a server may log."""
    environ["QUERY_STRING"] = "token=***"
    for name in ("RAW_URI", "REQUEST_URI"):
        if name in environ:
            environ[name] = f"{environ[name].partition('?')[0]}?token=***"


def _read(form: type[Query], given: dict[str, str]) -> Query:
    """Return a query; what is wrong with it is said without what was given."""
    try:
        return form.model_validate(given)
    except ValidationError as error:
        said = (
            f"{'.'.join(map(str, one['loc'])) or 'query'}: {one['msg']}" for one in error.errors()
        )
        raise RefusedError(Refusal(HTTPStatus.BAD_REQUEST, "; ".join(said))) from error
