"""Mask secrets in what gunicorn logs."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from assembler.rendering.console import mask_environment

if TYPE_CHECKING:
    from logging import LogRecord

__all__ = ["mask_record"]


def mask_record(record: LogRecord) -> bool:
    """Mask a record in place, whatever renders it later; a filter that lets all pass."""
    text = record.getMessage()
    if record.exc_info:
        text = "\n".join((text, "".join(traceback.format_exception(*record.exc_info)).rstrip()))
    record.msg, record.args, record.exc_info = mask_environment(text), (), None
    return True
