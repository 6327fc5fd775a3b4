"""Write log records as lines of text or of JSON, in one time zone."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assembler.steps.request_scope import IDS, find_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

__all__ = [
    "TEXT_PATTERN",
    "ZonedFormatter",
    "build_formatter",
    "format_line",
    "format_server_lines",
    "remove_handlers",
    "set_handlers",
]

TEXT_PATTERN = "%(asctime)s %(levelname)s %(name)s%(ids)s: %(message)s"
JSON_FIELDS = {"asctime": "time", "levelname": "level", "name": "logger", "message": "message"}
HANDLER_NAME = "assembler"
# What a pattern may name besides, and its value for a line that is of no request.
NO_IDS = {"ids": "", "request_id": "-", "trace_id": "-", "span_id": "-"}
ACCESS = "gunicorn.access"
SERVERS = ("gunicorn.error", ACCESS)
# The fields of a line about a request, by gunicorn's names for them.
ACCESS_FIELDS = {
    "method": "m",
    "path": "U",
    "status": "s",
    "bytes": "B",
    "seconds": "L",
    "peer": "h",
}


class ZonedFormatter(logging.Formatter):
    """Format times as ISO 8601 with milliseconds and offset; ``zone`` ``None``: local time.

    A line has the ids of its request and of its trace.
    """

    zone: tzinfo | None = None
    is_json = False

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - the standard library's name
        """Return when the record was made."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone(self.zone)
        return moment.strftime(datefmt) if datefmt else moment.isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        known = vars(record)
        for name, value in find_ids(_find_environ(record)).items():
            known.setdefault(name, value)
        return super().format(record)


class TextFormatter(ZonedFormatter):
    """Format lines by a pattern."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as above
        """Return the line by the pattern; the ids together are a field of it as well."""
        known = vars(record)
        ids = " ".join(f"{name}={known[name]}" for name in NO_IDS if name in known)
        with_ids = logging.makeLogRecord({**known, "ids": f" [{ids}]"}) if ids else record
        return super().formatMessage(with_ids)


def _find_environ(record: logging.LogRecord) -> Mapping[str, object] | None:
    """Return what a line about a request has of its environ: the request is answered already."""
    if record.name != ACCESS or not isinstance(record.args, dict):
        return None
    return {IDS: record.args.get(f"{{{IDS}}}e")}


def build_formatter(pattern: str | None, zone: tzinfo | None) -> ZonedFormatter:
    """Return the formatter of text lines, or, for the pattern ``None``, of JSON lines.

    Raises:
        ValueError: if the pattern is not a logging format.
        ModuleNotFoundError: for JSON, if python-json-logger is not installed.
    """
    formatter: ZonedFormatter
    if pattern is not None:
        formatter = TextFormatter(pattern, defaults=NO_IDS)
    else:
        from pythonjsonlogger.json import JsonFormatter  # noqa: PLC0415 - an extra brings it

        class ZonedJsonFormatter(ZonedFormatter, JsonFormatter):
            is_json = True

            def format(self, record: logging.LogRecord) -> str:
                if record.name == ACCESS and isinstance(record.args, dict):
                    vars(record).update(_find_access_fields(record.args))
                return super().format(record)

        formatter = ZonedJsonFormatter(list(JSON_FIELDS), rename_fields=JSON_FIELDS)
    formatter.zone = zone
    return formatter


def _find_access_fields(atoms: Mapping[str, Any]) -> dict[str, object]:
    """Return the fields of a line about a request, from those of gunicorn."""
    found = {name: atoms.get(atom) for name, atom in ACCESS_FIELDS.items()}
    with suppress(ValueError):  # a status of the app's own making
        found |= {"status": int(atoms["s"]), "seconds": float(atoms["L"])}
    return found


def set_handlers(handlers: Sequence[logging.Handler], formatter: logging.Formatter) -> None:
    """Give the root logger our handlers, in place of an earlier app's.

    All other handlers stay: ``dictConfig`` would close every handler of the process, the server's
    too.
    """
    remove_handlers(_find_handlers())
    for handler in handlers:
        handler.name = HANDLER_NAME
        handler.setFormatter(formatter)
        logging.getLogger().addHandler(handler)


def remove_handlers(handlers: Iterable[logging.Handler]) -> None:
    """Take handlers of ours from the root logger, and close them."""
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
        handler.close()


def format_server_lines(formatter: logging.Formatter) -> None:
    """Give gunicorn's own lines the format, wherever they go; what the project set up stays."""
    for name in SERVERS:
        for handler in logging.getLogger(name).handlers:
            is_stream = isinstance(handler, logging.StreamHandler)  # one of syslog's is none
            if is_stream and getattr(handler, "_gunicorn", False):
                handler.setFormatter(formatter)


def format_line(text: str, fields: Mapping[str, Any], name: str = "assembler") -> str:
    """Return ``text`` in the format that `set_handlers` chose, as a line of the logger ``name``.

    JSON has ``fields`` besides, and the event among them instead of the text. A text of several
    lines, which is for people, stays as it is in every other format.
    """
    for handler in _find_handlers():
        record = logging.LogRecord(name, logging.INFO, "", 0, text, None, None)
        vars(record).update(fields)
        if isinstance(handler.formatter, ZonedFormatter) and handler.formatter.is_json:
            record.msg = fields.get("event", text)
        elif "\n" in text:
            return text
        return handler.format(record)
    return text


def _find_handlers() -> list[logging.Handler]:
    return [one for one in logging.getLogger().handlers if one.name == HANDLER_NAME]
