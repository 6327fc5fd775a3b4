"""Write log records as lines of text or of JSON, in one time zone."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from typing import TextIO

__all__ = ["TEXT_PATTERN", "ZonedFormatter", "build_formatter", "format_line", "set_handler"]

TEXT_PATTERN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
JSON_FIELDS = {"asctime": "time", "levelname": "level", "name": "logger", "message": "message"}
HANDLER_NAME = "assembler"


class ZonedFormatter(logging.Formatter):
    """Format times as ISO 8601 with milliseconds and offset; ``zone`` ``None``: local time."""

    zone: tzinfo | None = None
    is_json = False

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - the standard library's name
        """Return when the record was made."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone(self.zone)
        return moment.strftime(datefmt) if datefmt else moment.isoformat(timespec="milliseconds")


def build_formatter(pattern: str | None, zone: tzinfo | None) -> ZonedFormatter:
    """Return the formatter of text lines, or, for the pattern ``None``, of JSON lines.

    Raises:
        ValueError: if the pattern is not a logging format.
        ModuleNotFoundError: for JSON, if python-json-logger is not installed.
    """
    if pattern is not None:
        formatter = ZonedFormatter(pattern)
    else:
        from pythonjsonlogger.json import JsonFormatter  # noqa: PLC0415 - an extra brings it

        class ZonedJsonFormatter(ZonedFormatter, JsonFormatter):
            is_json = True

        formatter = ZonedJsonFormatter(list(JSON_FIELDS), rename_fields=JSON_FIELDS)
    formatter.zone = zone
    return formatter


def set_handler(formatter: logging.Formatter, stream: TextIO) -> None:
    """Give the root logger one handler of ours, in place of an earlier app's.

    All other handlers stay: ``dictConfig`` would close every handler of the process, the server's
    too.
    """
    root = logging.getLogger()
    for handler in _find_handlers():
        root.removeHandler(handler)
        handler.close()
    ours = logging.StreamHandler(stream)
    ours.name = HANDLER_NAME
    ours.setFormatter(formatter)
    root.addHandler(ours)


def format_line(text: str, fields: Mapping[str, Any]) -> str:
    """Return ``text`` in the format that `set_handler` chose; as JSON ``fields`` instead of it."""
    for handler in _find_handlers():
        record = logging.LogRecord("assembler", logging.INFO, "", 0, text, None, None)
        if isinstance(handler.formatter, ZonedFormatter) and handler.formatter.is_json:
            record.msg = fields.get("event", text)
            vars(record).update(fields)
        return handler.format(record)
    return text


def _find_handlers() -> list[logging.Handler]:
    return [one for one in logging.getLogger().handlers if one.name == HANDLER_NAME]
