"""Set log levels, and the format of log lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import BeforeValidator, Field

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.steps.forms import CatalogStep, Options

if TYPE_CHECKING:
    from datetime import tzinfo
    from typing import TextIO

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "LoggingOptions"]


def _convert_level(value: object) -> object:
    return {"WARN": "WARNING", "FATAL": "CRITICAL"}.get(level := str(value).strip().upper(), level)


Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_convert_level)
]


class LoggingOptions(Options):
    """Levels and format; lines go to the server's error log."""

    level: Level = Field("INFO", description="The level of the root logger, in any case.")
    loggers: dict[str, Level] = Field(
        {}, description="Levels of other loggers by name, such as `sqlalchemy.engine`."
    )
    format: Literal["text", "json"] = Field(
        "text", description="One line of text per record, or one JSON object."
    )
    pattern: str | None = Field(
        None,
        description="The format of a line of text, in logging's %-style, such as `%(message)s`.",
    )
    timezone: str | None = Field(
        None, description="The time zone, such as Europe/Oslo; default: local time."
    )


def apply_logging(context: StepContext, options: LoggingOptions) -> None:
    """Set levels, and our one handler of the root logger.

    Both are the process's: of several apps the last one is in force.
    """
    import logging

    from flask.logging import default_handler, wsgi_errors_stream

    from assembler.steps.log_lines import TEXT_PATTERN, build_formatter, set_handler

    zone = None if options.timezone is None else _find_zone(options.timezone)
    pattern = None if options.format == "json" else options.pattern or TEXT_PATTERN
    if options.pattern is not None and pattern is None:
        message = "a pattern is for lines of text, and the format is json"
        raise StepFault(message, hint="Remove one of them.", option=("pattern",))
    try:
        formatter = build_formatter(pattern, zone)
    except ValueError as error:
        message = f"the pattern is not a logging format: {error}"
        hint = "Write it as for `logging.Formatter`, such as `%(levelname)s %(message)s`."
        raise StepFault(message, hint=hint, option=("pattern",)) from error
    except ModuleNotFoundError as error:
        message = "JSON lines need the package python-json-logger, which is not installed"
        hint = 'Run `pip install "flask-assembler[json-logging]"`.'
        raise StepFault(message, hint=hint, option=("format",), code=codes.EXTRA_MISSING) from error
    set_handler(formatter, cast("TextIO", wsgi_errors_stream))
    # Flask gave the app's logger its own if the root had none yet: each line would come twice.
    context.app.logger.removeHandler(default_handler)
    for name, level in {"": options.level, **options.loggers}.items():
        logging.getLogger(name).setLevel(level)


def _find_zone(name: str) -> tzinfo:
    """Find the time zone called ``name``; UTC works without the machine's list as well."""
    from datetime import UTC
    from zoneinfo import ZoneInfo, available_timezones

    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f'unknown time zone "{name}"'
        hint = render_suggestion(
            name, available_timezones(), "Use one such as Europe/Oslo, or UTC."
        )
        raise StepFault(message, hint=hint, option=("timezone",)) from error


STEP = CatalogStep(
    name="logging",
    summary="Set levels of loggers, and write lines of text or JSON.",
    options=LoggingOptions,
    apply=apply_logging,
    extra="json-logging",
)
