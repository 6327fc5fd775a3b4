"""Carry out a step whose ``use`` is an object reference: one file for each kind of object."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import click
from flask import Blueprint

from assembler.steps.adapters.blueprint import attach_blueprint
from assembler.steps.adapters.call import attach_call, attach_function
from assembler.steps.adapters.command import attach_command
from assembler.steps.adapters.error_handler import attach_error_handler
from assembler.steps.adapters.extension import attach_extension
from assembler.steps.adapters.form import Adapter, Attachment
from assembler.steps.adapters.log_handler import attach_log_handler, is_log_handler
from assembler.steps.adapters.middleware import attach_middleware
from assembler.steps.adapters.mount import attach_mount
from assembler.steps.adapters.registration import REGISTRATIONS
from assembler.steps.step_faults import build_unguessed_fault, build_unknown_adapter_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ADAPTERS", "Adapter", "Attachment", "choose_adapter", "guess_adapter"]

ADAPTERS: Mapping[str, Adapter] = {
    "extension": attach_extension,
    "blueprint": attach_blueprint,
    "command": attach_command,
    "call": attach_call,
    "function": attach_function,
    "middleware": attach_middleware,
    "error_handler": attach_error_handler,
    "log_handler": attach_log_handler,
    "mount": attach_mount,
    **REGISTRATIONS,
}


def choose_adapter(target: object, named: str | None) -> Adapter:
    """Give the adapter that the step names, else the one that fits the object.

    Raises:
        StepFault: if the name is unknown, or nothing fits.
    """
    name = named if named is not None else guess_adapter(target)
    adapter = ADAPTERS.get(name) if name is not None else None
    if adapter is not None:
        return adapter
    if named is not None:
        raise build_unknown_adapter_fault(named)
    is_module = isinstance(target, ModuleType)
    raise build_unguessed_fault("module" if is_module else f"{type(target).__name__} object")


def guess_adapter(target: object) -> str | None:
    """Tell the adapter from the object; ``None`` where nothing fits."""
    if hasattr(target, "init_app"):
        return "extension"
    if isinstance(target, Blueprint):
        return "blueprint"
    if isinstance(target, click.Command):  # before `call`: a command is callable too
        return "command"
    if is_log_handler(target):  # as `command`: a class of handlers is callable
        return "log_handler"
    return "call" if callable(target) else None
