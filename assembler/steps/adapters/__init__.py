"""List the adapters: how a step uses an object that it names.

Each is one file with an ``ADAPTER``, loaded when it is asked for; Flask's own registration methods
are one table in `registration`.
"""

from __future__ import annotations

from functools import cache
from types import FunctionType, ModuleType

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.references.reference import is_profile_path
from assembler.steps.adapters.form import (
    NEVER_CALLED,
    Adapter,
    Attachment,
    build_init_fault,
    build_unfit_fault,
    check_values,
    find_app_hint,
    make_target,
)
from assembler.steps.adapters.registration import REGISTRATIONS
from assembler.steps.entry_points import FormTable

__all__ = [
    "ADAPTER_NAMES",
    "GUESSED",
    "NEVER_CALLED",
    "Adapter",
    "Attachment",
    "attach_object",
    "build_init_fault",
    "build_unfit_fault",
    "build_unguessed_fault",
    "find_adapter",
    "find_app_hint",
    "get_adapter",
    "guess_adapter",
]

TABLE: dict[str, str] = {
    "extension": "assembler.steps.adapters.extension",
    "blueprint": "assembler.steps.adapters.blueprint",
    "command": "assembler.steps.adapters.command",
    "log_handler": "assembler.steps.adapters.log_handler",
    "call": "assembler.steps.adapters.call",
    "function": "assembler.steps.adapters.function",
    "middleware": "assembler.steps.adapters.middleware",
    "error_handler": "assembler.steps.adapters.error_handler",
    "mount": "assembler.steps.adapters.mount",
    "add_url_rule": "assembler.steps.adapters.url_rule",
}
# Chosen by the object where `as` is left out, in this order: a command and a class of log handlers
# can be called too.
GUESSED = ("extension", "blueprint", "command", "log_handler", "call")

ADAPTER_NAMES = (*TABLE, *REGISTRATIONS)
FILES = FormTable(Adapter, "ADAPTER", TABLE)


def get_adapter(name: str) -> Adapter:
    """Return the adapter called ``name``.

    Raises:
        KeyError: if there is none.
    """
    return REGISTRATIONS.get(name) or FILES.get(name)


def find_adapter(name: str | None) -> Adapter | None:
    """Return the adapter that ``as`` names; ``None`` where it is left out or unknown."""
    return get_adapter(name) if name is not None and name in ADAPTER_NAMES else None


def guess_adapter(target: object) -> Adapter:
    """Return the adapter that fits an object.

    Raises:
        StepFault: if none does.
    """
    guessed = _load_guessed()
    first = guessed[0]
    assert first.method is not None
    if hasattr(target, first.method):  # as nearly every module and instance
        return first
    if type(target) is FunctionType:
        return guessed[-1]  # "call", in a fifth of the time
    is_builtin = type(target).__module__ == "builtins" and not isinstance(target, type)
    for adapter in guessed:
        if not (is_builtin and adapter.classes) and adapter.is_guessed(target):
            return adapter
    is_module = isinstance(target, ModuleType)
    raise build_unguessed_fault("module" if is_module else f"{type(target).__name__} object")


@cache  # asked for nearly every step of every app
def _load_guessed() -> tuple[Adapter, ...]:
    return tuple(map(get_adapter, GUESSED))


def attach_object(name: str | None, attachment: Attachment) -> tuple[Adapter, object]:
    """Attach an object to its app with the adapter that ``as`` names, else with one that fits.

    Returns:
        The adapter, and what ``{$step: name}`` means.

    Raises:
        StepFault: if the object or the options do not fit the adapter, or no adapter fits.
    """
    target = attachment.target
    if name is None:  # it fits: a class makes the object, and anything else is the object
        adapter = guess_adapter(target)
        is_maker = isinstance(target, type) and adapter.maker is not None
    else:
        adapter, use = get_adapter(name), attachment.step.use
        is_maker = adapter.is_maker(target, has_init=attachment.init is not None)
        if not is_maker and not adapter.fits(target) and use and not is_profile_path(use):
            raise build_unfit_fault(adapter, use)
    if is_maker:
        attachment = make_target(adapter, attachment)
    elif attachment.init:
        raise build_init_fault()
    if attachment.options or adapter.required is not None:
        check_values(adapter, attachment.options)
    return adapter, adapter.attach(attachment)


def build_unguessed_fault(kind: str) -> StepFault:
    """Describe an object that no adapter fits; ``kind`` is what it is."""
    return StepFault(
        f"cannot tell how to attach this {kind} to the app: "
        "it has no init_app and cannot be called",
        hint="Name an object that has an `init_app` or takes the app, or set `as`.",
        code=codes.WRONG_ADAPTER,
    )
