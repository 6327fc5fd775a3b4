"""Show diagnostics as a page, where there is no app to answer."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from assembler.rendering.diagnostics import render_diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["build_fault_page"]

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The profile cannot be assembled</title>
<style>body {{ font-family: sans-serif; margin: 2em }} pre {{ overflow-x: auto }}</style>
<h1>The profile cannot be assembled</h1>
<pre>{text}</pre>
<p>The server waits for the next change to the profile or to the project's files.</p>
"""


def build_fault_page(diagnostics: Iterable[Diagnostic]) -> WSGIApplication:
    """Build a WSGI app that answers every request with ``diagnostics`` and the status 500."""
    text = render_diagnostics(diagnostics, output_format="full")
    body = PAGE.format(text=escape(text)).encode("utf-8", "backslashreplace")
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("500 Internal Server Error", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return answer
