"""Add a log handler to the app's logger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.adapters.form import Adapter

if TYPE_CHECKING:
    import logging

    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_log_handler(attachment: Attachment) -> object:
    """Call ``app.logger.addHandler(it)``, with its level and format set."""
    logger, handler = attachment.app.logger, attachment.target
    if attachment.is_made:
        # Apps of one name share their logger: the next of them replaces the handler of this step.
        handler.name = attachment.step.name
        for old in [old for old in logger.handlers if old.name == handler.name]:
            logger.removeHandler(old)
            old.close()
    _set_up(handler, attachment.options)
    logger.addHandler(handler)
    return attachment.target


def _set_up(handler: logging.Handler, options: dict[str, Any]) -> None:
    from logging import Formatter

    for key, value in options.items():
        try:
            if key == "level":
                handler.setLevel(value.upper() if isinstance(value, str) else value)
            else:
                handler.setFormatter(Formatter(value))
        except (TypeError, ValueError) as error:
            unusable = f'"{value}" cannot format log records: {error}'
            raise StepFault(
                f'unknown log level "{value}"' if key == "level" else unusable,
                hint="Write a level such as WARNING, and a format such as `%(message)s`.",
                option=(key,),
                code=codes.WRONG_OPTION,
            ) from error


ADAPTER = Adapter(
    name="log_handler",
    summary="Add a log handler to the app's logger.",
    attach=attach_log_handler,
    classes=frozenset({"logging.Handler"}),
    unfit="is not a log handler",
    maker="callable",
    takes_class=True,
    options=("level", "format"),
)
