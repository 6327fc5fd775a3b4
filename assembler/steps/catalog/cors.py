"""Allow pages of other origins to ask the app, with Flask-CORS."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field

from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.regexes import check_regex

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask_cors import CORS

    from assembler.report import Report
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "CorsOptions", "CorsRules"]

EVERYBODY = frozenset({"*", ".*"})
PARTS = frozenset({"blueprints", "resources"})  # which have rules of their own


def _check_pattern(value: str) -> str:
    return value if value in EVERYBODY else check_regex(value)


Pattern = Annotated[str, AfterValidator(_check_pattern)]


class CorsRules(FrozenOptions):
    """Who may ask, and for what; default: those of the step, the config's, else the library's."""

    origins: Pattern | list[Pattern] | None = Field(
        None,
        description="Origins that may ask, such as `https://shop.example.org`, or regular "
        'expressions that match the whole of one; default of the library: "*", every origin.',
    )
    methods: list[str] | None = Field(
        None, min_length=1, description="Methods that they may use; default: all common ones."
    )
    allow_headers: Pattern | list[Pattern] | None = Field(
        None, description="Request headers that they may send; default: all."
    )
    expose_headers: list[str] | None = Field(
        None,
        description="Response headers that their scripts may read; default: none but the simple "
        "ones.",
    )
    supports_credentials: Flag | None = Field(
        None, description="Whether they may send cookies and credentials; default: no."
    )
    max_age_seconds: int | None = Field(
        None,
        ge=0,
        description="How long a browser may keep the answer to a preflight; default: the browser's "
        "own.",
    )
    send_wildcard: Flag | None = Field(
        None,
        description="Whether `*` is answered where every origin may ask; else the caller's. "
        "Default: no.",
    )
    vary_header: Flag | None = Field(
        None, description="Whether `Vary: Origin` is sent; default: where it matters."
    )
    always_send: Flag | None = Field(
        None,
        description="Whether requests without an origin are answered with the headers, too; "
        "default: yes.",
    )
    allow_private_network: Flag | None = Field(
        None, description="Whether public pages may ask an app in a private network; default: no."
    )


class CorsOptions(CorsRules):
    """The rules of the whole app, and those of parts of it, which fall back on them."""

    resources: dict[Pattern, CorsRules] | None = Field(
        None,
        min_length=1,
        description="Rules by the start of paths, such as `/api/`, or a regular expression for it; "
        "other paths have none. Of several the longest counts. Default: all paths.",
    )
    blueprints: dict[str, CorsRules] = Field(
        {},
        description="Rules by the name of a blueprint, which count in place of all others there.",
    )


def apply_cors(context: StepContext, options: CorsOptions) -> CORS:
    """Add the headers to every answer that has none, those of errors too."""
    from flask_cors import CORS

    common = _build_settings(options)
    settings = dict(common)
    if options.resources is not None:
        settings["resources"] = {
            # Flask-CORS would compare what looks like a path with the whole of one.
            re.compile(".*" if pattern == "*" else pattern): _build_settings(rules)
            for pattern, rules in options.resources.items()
        }
    # Flask calls the hook for what an error handler returns, too: nothing has to be intercepted.
    cors = CORS(context.app, intercept_exceptions=False, **settings)
    if options.blueprints:
        own = {name: common | _build_settings(rules) for name, rules in options.blueprints.items()}
        _answer_in_blueprints(context.app, own)
        context.on_assembled(partial(_note_unknown, context.app, list(own)))
    return cors


def _build_settings(rules: CorsRules) -> dict[str, Any]:
    """Return the library's own settings."""
    settings = {
        name: value
        for name, value in vars(rules).items()
        if value is not None and name not in PARTS
    }
    if "max_age_seconds" in settings:
        settings["max_age"] = settings.pop("max_age_seconds")
    if rules.origins is not None:
        origins = [rules.origins] if isinstance(rules.origins, str) else rules.origins
        settings["origins"] = [_build_origin(origin) for origin in origins]
    return settings


def _build_origin(origin: str) -> str | re.Pattern[str]:
    """Return a pattern for the whole of an origin: Flask-CORS compares its start alone."""
    from flask_cors.core import probably_regex

    if origin in EVERYBODY or not probably_regex(origin):
        return origin
    return re.compile(rf"(?:{origin})\Z", re.IGNORECASE)


def _answer_in_blueprints(app: Flask, own: dict[str, dict[str, Any]]) -> None:
    """Answer by name: a blueprint takes no hooks of its own once it is registered."""
    from flask import request
    from flask_cors.core import FLASK_CORS_EVALUATED, get_cors_options, set_cors_headers

    rules = {name: get_cors_options(app, settings) for name, settings in own.items()}

    def add_headers(response: Response) -> Response:
        name = next((name for name in request.blueprints if name in rules), None)
        if name is not None:
            set_cors_headers(response, rules[name])
            setattr(response, FLASK_CORS_EVALUATED, True)  # the app's rules do not count here
        return response

    app.after_request(add_headers)


def _note_unknown(app: Flask, names: list[str], report: Report) -> None:
    """Tell of rules that are not in force: the step of the blueprint may be off on purpose."""
    report.notes += [
        f"cors: no blueprint is called '{name}', so that its rules are not in force"
        for name in names
        if name not in app.blueprints
    ]


STEP = CatalogStep(
    name="cors",
    group="requests",
    summary="Allow pages of other origins to ask, through Flask-CORS.",
    options=CorsOptions,
    apply=apply_cors,
    packages=("flask_cors",),
    extra="cors",
)
