"""Ask the policy about code that a config value names, and a library imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.faults import of_config

if TYPE_CHECKING:
    from assembler.steps.forms import Context

__all__ = ["NAMED_KEYS", "NamedKey", "build_named_reference", "check_named"]


class NamedKey(NamedTuple):
    """A config key that names code, as a string or a list of strings."""

    step: str  # whose library imports it
    library: str  # the package, whose own need no place on the list
    overriding: tuple[str, ...] = ()  # options of the step, of which any takes its place


NAMED_KEYS = {
    "CACHE_TYPE": NamedKey("cache", "flask_caching", ("backend", "redis", "url")),
    "DEBUG_TB_PANELS": NamedKey("debug_toolbar", "flask_debugtoolbar"),
    "MAIL_BACKEND": NamedKey("mail", "flask_mailman", ("backend", "backend_class")),
}


def build_named_reference(key: str, name: object) -> str | None:
    """Return the reference to what a string names; ``None``: a short name, or the library's own."""
    library = NAMED_KEYS[key].library
    if not isinstance(name, str) or "." not in name or name.startswith(f"{library}."):
        return None
    module, _, attribute = name.replace(":", ".").rpartition(".")
    return f"{module}:{attribute}"


def check_named(context: Context, key: str, name: object) -> None:
    """Import what a string names, as the library is about to, but within the allow list.

    Args:
        context: The step's.
        key: The config key that holds it.
        name: The value; one without a dot is a short name of the library's.

    Raises:
        StepFault: if that is not allowed, or names nothing.
    """
    reference = build_named_reference(key, name)
    if reference is not None:
        with of_config(key):
            context.resolve(reference)
