"""Write log records as lines of text or of JSON, in one time zone."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo
    from typing import TextIO

__all__ = ["TEXT_PATTERN", "ZonedFormatter", "build_formatter", "set_handler"]

TEXT_PATTERN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
JSON_FIELDS = {"asctime": "time", "levelname": "level", "name": "logger", "message": "message"}
HANDLER_NAME = "assembler"


class ZonedFormatter(logging.Formatter):
    """Format times as ISO 8601 with milliseconds and offset; ``zone`` ``None``: local time."""

    zone: tzinfo | None = None

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
            pass

        formatter = ZonedJsonFormatter(list(JSON_FIELDS), rename_fields=JSON_FIELDS)
    formatter.zone = zone
    return formatter


def set_handler(formatter: logging.Formatter, stream: TextIO) -> None:
    """Give the root logger one handler of ours, in place of an earlier app's.

    All other handlers stay: ``dictConfig`` would close every handler of the process, the server's
    too.
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.name == HANDLER_NAME]:
        root.removeHandler(handler)
        handler.close()
    ours = logging.StreamHandler(stream)
    ours.name = HANDLER_NAME
    ours.setFormatter(formatter)
    root.addHandler(ours)
