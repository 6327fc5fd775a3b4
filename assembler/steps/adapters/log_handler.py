"""Add a log handler to the app's logger."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.references.signature import call_checked
from assembler.steps.step_faults import OPTIONS

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["attach_log_handler", "is_log_handler"]


def is_log_handler(target: object) -> bool:
    """Tell whether ``target`` is a handler, or a class of handlers."""
    kind = target if isinstance(target, type) else type(target)
    return issubclass(kind, logging.Handler)


def attach_log_handler(attachment: Attachment) -> object:
    """Call ``app.logger.addHandler(it)``; a class is called first, with the options of ``with``.

    ``level`` and ``format`` stand in ``init`` for a class, and in ``with`` for a handler.
    """
    attachment.require("log_handler", fits=is_log_handler(attachment.target))
    logger, handler = attachment.app.logger, attachment.target
    settings = attachment.options
    if isinstance(handler, type):
        settings = attachment.init
        handler = call_checked(handler, options=attachment.options)
        # Apps of one name share their logger: the next of them replaces the handler of this step.
        handler.name = attachment.name
        for old in [old for old in logger.handlers if old.name == handler.name]:
            logger.removeHandler(old)
            old.close()
    else:
        attachment.refuse_init()
    attachment.refuse_other_options(OPTIONS["log_handler"], settings)
    _set_up(handler, settings)
    logger.addHandler(handler)
    return handler


def _set_up(handler: logging.Handler, settings: dict[str, Any]) -> None:
    for key, value in settings.items():
        try:
            if key == "level":
                handler.setLevel(value.upper() if isinstance(value, str) else value)
            else:
                handler.setFormatter(logging.Formatter(value))
        except (TypeError, ValueError) as error:
            said = str(error)
            raise StepFault(
                f'"{key}" is none of logging\'s: {said[:1].lower()}{said[1:]}',
                hint="Write a level such as WARNING, and a format such as `%(message)s`.",
                option=(key,),
                code=codes.WRONG_OPTION,
            ) from error
