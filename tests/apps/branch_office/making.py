"""Functions that make the parts of one branch."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click
from flask import Blueprint, current_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["OfficeHandler", "make_command", "make_handler", "make_pages", "make_stamp"]


def make_pages(branch: str) -> Blueprint:
    """Make the branch's pages."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def greet() -> dict[str, object]:
        keys = ("GREETING", "BRANCH", "HALL")
        return {"branch": branch, **{key: current_app.config[key] for key in keys}}

    @pages.get("/parts")
    def list_parts() -> dict[str, object]:
        return {key: current_app.extensions[key] for key in ("order", "queue", "ledger")}

    return pages


def make_command(greeting: str) -> click.Command:
    """Make the command that greets."""
    return click.Command("greet", callback=lambda: click.echo(greeting))


class OfficeHandler(logging.NullHandler):
    """A log handler of one branch."""

    def __init__(self, branch: str) -> None:
        """Keep the branch."""
        super().__init__()
        self.branch = branch


def make_handler(branch: str) -> OfficeHandler:
    """Make the branch's log handler."""
    return OfficeHandler(branch)


def make_stamp(header: str) -> Callable[..., WSGIApplication]:
    """Make the middleware that adds a header."""

    def wrap(wsgi_app: WSGIApplication, value: str) -> WSGIApplication:
        def stamp(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            def start(
                status: str,
                headers: list[tuple[str, str]],
                exc_info: object = None,  # noqa: ARG001 - the form of WSGI
            ) -> Callable[[bytes], object]:
                return start_response(status, [*headers, (header, value)])

            return wsgi_app(environ, start)

        return stamp

    return wrap
