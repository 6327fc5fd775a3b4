"""Find what other distributions add to a table, by its entry-point group."""

from __future__ import annotations

from typing import TypeVar

__all__ = ["find_entry_module", "find_entry_names", "load_entry"]

Form = TypeVar("Form")


def find_entry_names(group: str) -> list[str]:
    """Give the names that installed distributions add; reads every one's metadata."""
    # Imported here: most profiles name only what is in the tables.
    from importlib.metadata import entry_points  # noqa: PLC0415 - see above

    return [entry.name for entry in entry_points(group=group)]


def find_entry_module(group: str, name: str) -> str | None:
    """Give the module that `load_entry` would import; ``None``: no distribution adds ``name``."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - see find_entry_names

    found = [entry.module for entry in entry_points(group=group) if entry.name == name]
    return found[-1] if found else None


def load_entry(group: str, name: str, form: type[Form]) -> Form:
    """Load what a distribution adds under ``name``.

    Raises:
        KeyError: if none does.
        TypeError: if it is not of that form.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - see find_entry_names

    entry = {entry.name: entry for entry in entry_points(group=group)}[name]
    loaded = entry.load()
    if isinstance(loaded, form):
        return loaded
    message = f'the entry point "{name}" of {group} is no {form.__name__}: "{entry.value}"'
    raise TypeError(message)
