"""Show the journal: a page for people, JSON for programs."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn

from flask import Blueprint, Response, abort, current_app, json, jsonify, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from assembler.journal.cursor import Cursor, is_boot_id, parse_cursor, render_cursor
from assembler.journal.loopback import is_loopback_request
from assembler.journal.page import load_page, render_uptime
from assembler.journal.queries import (
    MADE_OF,
    PRIVATE_COLUMNS,
    find_boot,
    find_boots,
    find_profiles,
)
from assembler.journal.record import find_process_facts
from assembler.journal.table import find_table_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import Connection, Table

    from assembler.report import Report

__all__ = ["RULES", "Journal", "build_journal_blueprint"]

INDEX, BOOTS, BOOT, PROFILES = "/", "/api/boots", "/api/boots/<boot_id>", "/api/profiles"
RULES = (INDEX, BOOTS, BOOT, PROFILES)
CONSOLE = "assembler_console.index"  # shows more of the same, where the app has it
LIMIT_PAGE = 100
ALLOWED = "GET, HEAD, OPTIONS"
NO_STORE = {"Cache-Control": "no-store"}
LINKS = {
    "assembler_journal.boots": "Every boot, the newest first (JSON)",
    "assembler_journal.profiles": "Every profile that ran here (JSON)",
    "assembler_health.live": "Does the process live? (JSON)",
    "assembler_health.ready": "Is it ready for requests? (JSON)",
    "assembler_metrics.metrics": "Metrics (Prometheus)",
}
PAGE_HEADERS = {
    **NO_STORE,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Journal:
    """What the routes show, and to whom."""

    db: SQLAlchemy
    table: Table
    report: Report
    page_size: int
    authorize: Callable[[Any], bool] | None = None
    started: float = field(default_factory=time.monotonic)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a connection of the app's pool; a database that is away, or behind, is a 503."""
        try:
            with self.db.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            fault = self._find_fault() or type(error).__name__
            current_app.logger.warning("the journal cannot be read: %s", fault)
            detail = "the journal cannot be read now: the database is away, or behind this code"
            _abort(HTTPStatus.SERVICE_UNAVAILABLE, detail)

    def _find_fault(self) -> str | None:
        """Return what the table lacks, as far as the database can be asked."""
        with suppress(SQLAlchemyError), self.db.engine.connect() as connection:
            fault = find_table_fault(connection, self.table)
            return fault and fault.text
        return None

    def is_private_shown(self) -> bool:
        """Return whether this request may see host, pid and versions.

        With ``authorize`` it alone decides: behind a proxy that adds no header, every request looks
        as if it came from this machine.
        """
        if self.authorize is not None:
            return self.authorize(request)
        return is_loopback_request(request.environ)


def build_journal_blueprint(journal: Journal) -> Blueprint:
    """Return the routes of `RULES`."""
    blueprint = Blueprint("assembler_journal", __name__)

    @blueprint.get(INDEX)
    def index() -> Response:
        if CONSOLE in current_app.view_functions:
            return Response(status=HTTPStatus.FOUND, headers={"Location": url_for(CONSOLE)})
        return Response(_render_index(journal), headers=PAGE_HEADERS, mimetype="text/html")

    def boots() -> Response:
        limit, after = _get_limit(journal.page_size), _get_cursor()
        with journal.connect() as connection:
            # One more than is shown, to know whether there is a next page.
            found = find_boots(connection, journal.table, limit + 1, after)
        shown = [_cut(boot, journal) for boot in found[:limit]]
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            cursor = Cursor(datetime.fromisoformat(last["started_at"]), last["id"])
            following = render_cursor(cursor)
        return _render({"boots": shown, "next": following})

    def boot(boot_id: str) -> Response:
        found = None
        if is_boot_id(boot_id):
            with journal.connect() as connection:
                found = find_boot(connection, journal.table, boot_id)
        if found is None:
            _abort(HTTPStatus.NOT_FOUND, f'no boot has the id "{boot_id}"')
        return _render(_cut(found, journal))

    def profiles() -> Response:
        with journal.connect() as connection:
            return _render({"profiles": find_profiles(connection, journal.table)})

    for rule, view in ((BOOTS, boots), (BOOT, boot), (PROFILES, profiles)):
        blueprint.add_url_rule(
            rule, view_func=view, methods=["GET"], provide_automatic_options=False
        )
        blueprint.add_url_rule(
            rule,
            view_func=_refuse_method,
            methods=["POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
            provide_automatic_options=False,
        )
    return blueprint


def _abort(status: HTTPStatus, detail: str, **headers: str) -> NoReturn:
    """End the request with RFC 9457 problem details, past the app's own error handlers."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "instance": request.path,
    }
    kind = "application/problem+json"
    abort(Response(json.dumps(body), status, {**NO_STORE, **headers}, content_type=kind))


def _refuse_method(**_values: str) -> Response:
    """Answer other methods here: Flask's own answer would be a page, not problem details."""
    if request.method == "OPTIONS":
        return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ALLOWED})
    detail = f"the journal is read-only, expected {ALLOWED}, got {request.method}"
    _abort(HTTPStatus.METHOD_NOT_ALLOWED, detail, Allow=ALLOWED)


def _get_limit(page_size: int) -> int:
    text = request.args.get("limit", str(page_size))
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LIMIT_PAGE:
        return int(text)
    _abort(HTTPStatus.BAD_REQUEST, f'expected a limit from 1 to {LIMIT_PAGE}, got "{text}"')


def _get_cursor() -> Cursor | None:
    text = request.args.get("cursor")
    try:
        return None if text is None else parse_cursor(text)
    except ValueError as error:
        _abort(HTTPStatus.BAD_REQUEST, f'the cursor "{text}" cannot be read: {error}')


def _cut(boot: dict[str, Any], journal: Journal) -> dict[str, Any]:
    """Remove what this request may not see, and what nobody sees here: the console shows it."""
    boot = {name: value for name, value in boot.items() if name not in MADE_OF}
    if journal.is_private_shown():
        return boot
    shown = {name: value for name, value in boot.items() if name not in PRIVATE_COLUMNS}
    if "report" in shown:
        shown["report"] = _cut_report(shown["report"])
    return shown


def _cut_report(report: dict[str, Any]) -> dict[str, Any]:
    """Remove what may name hosts and paths of this machine: free text, and the policy's file."""
    return {
        **{name: value for name, value in report.items() if name not in {"notes", "policy"}},
        "steps": [
            {name: value for name, value in step.items() if name != "reason"}
            for step in report.get("steps", [])
        ],
    }


def _render(body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.headers.update(NO_STORE)
    return response


def _render_index(journal: Journal) -> str:
    report = journal.report
    facts = {
        "Profile": report.profile,
        "Role": report.role,
        "Digest": report.digest,
        "Debug": "on" if report.debug else "off",
        "Up for": render_uptime(time.monotonic() - journal.started),
    }
    if journal.is_private_shown():
        process = find_process_facts()
        facts["Host"], facts["Process"] = process["host"], str(process["pid"])
        facts["Versions"] = ", ".join(f"{name} {of}" for name, of in process["versions"].items())
    known = current_app.view_functions
    return load_page().render(
        profile=report.profile,
        facts=facts,
        degraded=[step.name for step in report.find_degraded()],
        links={url_for(name): words for name, words in LINKS.items() if name in known},
    )
