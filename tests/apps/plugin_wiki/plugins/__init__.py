"""The plugins: whatever module is found in this package."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["load_plugins"]


def load_plugins(app: Flask, package: str) -> list[str]:
    """Set up each plugin of `package` by the order of names, but those that are off."""
    app.extensions["wiki_rewriters"] = {}
    off = app.config.get("WIKI_PLUGINS_OFF", [])
    found = sorted(module.name for module in iter_modules(import_module(package).__path__))
    names = [name for name in found if name not in off]
    for name in names:
        import_module(f"{package}.{name}").setup(app)
    return names
