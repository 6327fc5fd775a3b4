"""Set log levels, and the format of log lines."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import BeforeValidator, Field

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.language.flags import Flag
from assembler.policy import Use
from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.named_places import NamesFile
from assembler.steps.time_zones import find_zone

if TYPE_CHECKING:
    from logging import Formatter, Handler
    from typing import TextIO

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "LoggingOptions", "build_step_formatter"]


def _convert_level(value: object) -> object:
    return {"WARN": "WARNING", "FATAL": "CRITICAL"}.get(level := str(value).strip().upper(), level)


Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_convert_level)
]


class LoggingOptions(FrozenOptions):
    """Levels, format, and a file; lines go to the server's error log in any case."""

    level: Level = Field("INFO", description="The level of the root logger, in any case.")
    loggers: dict[str, Level] = Field(
        {}, description="Levels of other loggers by name, such as `sqlalchemy.engine`."
    )
    format: Literal["text", "json"] = Field(
        "text", description="One line of text per record, or one JSON object."
    )
    pattern: str | None = Field(
        None,
        description="The format of a line of text, in logging's %-style, such as `%(message)s`; "
        "default: time, level, logger, ids, message.",
    )
    timezone: str | None = Field(
        None, description="The time zone, such as Europe/Oslo; default: local time."
    )
    file: Annotated[str | None, NamesFile("instance", Use.FILE)] = Field(
        None,
        description="A file that gets the lines as well, relative to the app's instance folder. Any"
        " number of workers may write to one. Default: none.",
    )
    file_max_bytes: int = Field(
        10_485_760, ge=0, description="Rotate the file before it is longer; 0: never."
    )
    file_backups: int = Field(
        5, ge=1, le=1000, description="How many older files are kept, as `FILE.1` and so on."
    )
    server_lines: Flag = Field(
        default=True,
        description="Whether the server's own lines, its access log too, have this format.",
    )


def apply_logging(context: StepContext, options: LoggingOptions) -> None:
    """Set levels, and our handlers of the root logger.

    Both are the process's: of several apps the last one is in force.
    """
    import logging

    from flask.logging import default_handler, wsgi_errors_stream

    from assembler.steps.log_lines import format_server_lines, remove_handlers, set_handlers

    formatter = build_step_formatter(options)
    stream = logging.StreamHandler(cast("TextIO", wsgi_errors_stream))
    files = [] if options.file is None else [_open_file(context, options, options.file)]
    set_handlers([stream, *files], formatter)
    context.on_close(partial(remove_handlers, files))
    if options.server_lines:
        format_server_lines(formatter)
    # Flask gave the app's logger its own if the root had none yet: each line would come twice.
    context.app.logger.removeHandler(default_handler)
    for name, level in {"": options.level, **options.loggers}.items():
        logging.getLogger(name).setLevel(level)


def build_step_formatter(options: LoggingOptions) -> Formatter:
    """Return what makes the lines that the options ask for.

    Raises:
        StepFault: if they ask for what cannot be.
    """
    from assembler.steps.log_lines import TEXT_PATTERN, build_formatter

    zone = None if options.timezone is None else find_zone(options.timezone, "timezone")
    pattern = None if options.format == "json" else options.pattern or TEXT_PATTERN
    if options.pattern is not None and pattern is None:
        message = "a pattern is for lines of text, and the format is json"
        raise StepFault(message, hint="Remove one of them.", option=("pattern",))
    try:
        return build_formatter(pattern, zone)
    except ValueError as error:
        message = f"the pattern is not a logging format: {error}"
        hint = "Write it as for `logging.Formatter`, such as `%(levelname)s %(message)s`."
        raise StepFault(message, hint=hint, option=("pattern",)) from error
    except ModuleNotFoundError as error:
        message = "JSON lines need the package python-json-logger, which is not installed"
        hint = 'Run `pip install "flask-assembler[json-logging]"`.'
        raise StepFault(message, hint=hint, option=("format",), code=codes.EXTRA_MISSING) from error


def _open_file(context: StepContext, options: LoggingOptions, path: str) -> Handler:
    """Open the file; a canary writes to it, but leaves rotating to those that serve."""
    from assembler.steps.shared_log_file import SharedFileHandler

    limit = 0 if context.report.is_canary else options.file_max_bytes
    try:
        return SharedFileHandler(Path(context.app.instance_path, path), limit, options.file_backups)
    except OSError as error:
        message = f'the file "{path}" cannot be written to: {(error.strerror or "").lower()}'
        hint = "Name a file that this user may write to, in a folder that exists."
        raise StepFault(message, hint=hint, option=("file",)) from error


STEP = CatalogStep(
    name="logging",
    group="observability",
    summary="Set levels of loggers, and write lines of text or JSON.",
    options=LoggingOptions,
    apply=apply_logging,
    extra="json-logging",
)
