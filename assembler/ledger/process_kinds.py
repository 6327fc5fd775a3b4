"""Look at what of the process an app changes: logging, threads, greenlets, open files."""

from __future__ import annotations

import logging
import os
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any

from assembler.ledger.form import Kind

if TYPE_CHECKING:
    from assembler.ledger.naming import Namer

__all__ = ["PROCESS_KINDS"]

DESCRIPTORS = "/proc/self/fd"  # on Linux; elsewhere what is open is not told
# Of the process, and no file that a step opened.
LEFT_OUT = re.compile(r"anon_inode:|pipe:|/dev/(null|pts|tty|urandom)|.*\.(pyc|so)$|/proc/")
NUMBER = re.compile(r"\d+")


class _Loggers:
    """What the table of loggers had in it when somebody last looked: mostly it is the same."""

    known: list[logging.Logger | logging.PlaceHolder]
    found: list[logging.Logger]

    def __init__(self) -> None:
        self.known, self.found = [], [logging.root]


_loggers = _Loggers()


def _list_loggers() -> list[logging.Logger]:
    """Return the loggers that there are; asking for one by name would make it."""
    known = [*logging.root.manager.loggerDict.values()]
    if known != _loggers.known:
        loggers = [one for one in known if not isinstance(one, logging.PlaceHolder)]
        _loggers.known, _loggers.found = known, [logging.root, *loggers]
    return _loggers.found


def _take_handlers(_app: object) -> dict[str, Any]:
    return {
        logger.name: logger.handlers
        for logger in _list_loggers()
        if logger.handlers and type(logger.handlers[0]) is not logging.NullHandler
    }


def _show_handler(namer: Namer, _key: str, handler: logging.Handler) -> str:
    formatter = handler.formatter
    said = [namer.name(handler), logging.getLevelName(handler.level)]
    if formatter is not None:
        said.append(f"{namer.name(formatter)} {getattr(formatter, '_fmt', None)!r}")
    target = getattr(handler, "baseFilename", None) or getattr(
        getattr(handler, "stream", None), "name", None
    )
    said += [str(target)] if isinstance(target, (str, int)) else []
    return " ".join([*said, *(f"filter {namer.name(one)}" for one in handler.filters)])


# The same object for the same state, so that two looks see that nothing has changed.
_STATES: dict[tuple[int, bool, bool], tuple[int, bool, bool]] = {}


def _take_levels(_app: object) -> dict[str, Any]:
    return {
        logger.name: _STATES.setdefault(
            state := (logger.level, logger.propagate, logger.disabled), state
        )
        for logger in _list_loggers()
        if logger.level or not logger.propagate or logger.disabled
    }


def _show_level(_namer: Namer, _key: str, state: tuple[int, bool, bool]) -> str:
    level, propagates, is_disabled = state
    said = [logging.getLevelName(level)]
    return " ".join(said + ["alone"] * (not propagates) + ["disabled"] * is_disabled)


def _take_filters(_app: object) -> dict[str, Any]:
    return {one.name: one.filters for one in _list_loggers() if one.filters}


def _take_threads(_app: object) -> dict[int, Any]:
    threading = sys.modules.get("threading")
    if threading is None:
        return {}
    main = threading.main_thread()
    return {id(one): one for one in threading.enumerate() if one is not main}


def _is_timer(_key: int, thread: object) -> bool:
    """Return whether a thread ends by itself: if it is still there, is a matter of time."""
    return issubclass(type(thread), sys.modules["threading"].Timer)


def _show_thread(_key: int, thread: Any) -> str:  # noqa: ANN401 - a Thread
    return NUMBER.sub("N", thread.name)


def _show_daemon(namer: Namer, _key: int, thread: Any) -> str:  # noqa: ANN401 - a Thread
    return f"{namer.name(thread)}{' daemon' if thread.daemon else ''}"


class _Open:
    """What was open when somebody last looked; nobody asks again while the numbers are the same.

    A file that takes the number of one which was closed in the same step goes unseen, for a third
    of what a look costs.
    """

    numbers: list[str]
    found: dict[tuple[str, str], str]

    def __init__(self) -> None:
        self.numbers, self.found = [], {}


_last = _Open()


def _take_open(_app: object) -> dict[tuple[str, str], str]:
    try:
        numbers = os.listdir(DESCRIPTORS)  # noqa: PTH208 - a tenth of the time
    except OSError:
        return {}
    if numbers != _last.numbers:
        targets = ((number, _read_target(number)) for number in numbers)
        _last.found = {
            (number, target): target
            for number, target in targets
            if target is not None and LEFT_OUT.match(target) is None
        }
        _last.numbers = numbers
    return _last.found


def _read_target(number: str) -> str | None:
    try:
        # Interned, so that the same target is the same object.
        return sys.intern(os.readlink(f"{DESCRIPTORS}/{number}"))  # noqa: PTH115 - as above
    except OSError:  # of the folder itself, which is closed again
        return None


def _show_open(key: tuple[str, str], _value: object) -> str:
    return "socket" if key[1].startswith("socket:") else key[1]


def _show_socket(_namer: Namer, key: tuple[str, str], target: str) -> str:
    """Return where a socket leads; what it is, as long as it is open."""
    if not target.startswith("socket:"):
        return "open"
    import _socket  # noqa: PLC0415 - `socket` itself is to be patched

    try:
        descriptor = os.dup(int(key[0]))
    except OSError:
        return "closed since"
    try:
        end = _socket.socket(fileno=descriptor)
    except OSError:  # another file has its number by now
        os.close(descriptor)
        return "closed since"
    try:
        for verb, ask in (("connected to", end.getpeername), ("bound to", end.getsockname)):
            try:
                address = ask()
            except OSError:
                continue
            if address:
                return f"{verb} {address}"
        return "not connected"
    finally:
        end.close()


def _take_warnings(_app: object) -> dict[str, Any]:
    return {"filters": warnings.filters}


def _show_filter(namer: Namer, _key: str, rule: tuple[Any, ...]) -> str:
    action, message, category, module, line = rule
    said = [action, namer.name(category)]
    said += [namer.describe(one) for one in (message, module, line) if one]
    return " ".join(said)


PROCESS_KINDS = (
    Kind(
        "log_handler",
        "log handlers",
        _take_handlers,
        is_ordered=True,
        show=_show_handler,
        is_of_process=True,
    ),
    Kind("log_level", "log levels", _take_levels, show=_show_level, is_of_process=True),
    Kind("log_filter", "log filters", _take_filters, is_ordered=True, is_of_process=True),
    Kind(
        "warning_filter",
        "warning filters",
        _take_warnings,
        is_ordered=True,
        show=_show_filter,
        is_of_process=True,
    ),
    Kind(
        "thread",
        "threads",
        _take_threads,
        show_key=_show_thread,
        show=_show_daemon,
        skips=_is_timer,
        is_of_process=True,
    ),
    Kind(
        "open",
        "open files and sockets",
        _take_open,
        show_key=_show_open,
        show=_show_socket,
        is_lasting=False,
        is_of_process=True,
    ),
)
