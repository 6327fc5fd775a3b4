"""Ask the policy about code that a config value names, and a library imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.faults import of_config

if TYPE_CHECKING:
    from assembler.steps.forms import Context

__all__ = ["check_named"]


def check_named(context: Context, key: str, name: object, library: str) -> None:
    """Import what a string names, as the library is about to, but within the allow list.

    Args:
        context: The step's.
        key: The config key that holds it.
        name: The value; one without a dot is a short name of the library's.
        library: The package that imports it, whose own need no place on the list.

    Raises:
        StepFault: if that is not allowed, or names nothing.
    """
    if not isinstance(name, str) or "." not in name or name.startswith(f"{library}."):
        return
    module, _, attribute = name.replace(":", ".").rpartition(".")
    with of_config(key):
        context.resolve(f"{module}:{attribute}")
