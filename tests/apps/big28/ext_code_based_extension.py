"""The strategies, by name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from flask import Flask

__all__ = ["CodeBasedExtension", "code_based_extension", "init_app"]


class CodeBasedExtension:
    """Modules of one package, by name, once they are loaded."""

    def __init__(self) -> None:
        """Start with none."""
        self.modules: dict[str, ModuleType] = {}

    def load(self, package: str) -> None:
        """Import every module of a package."""
        for module in iter_modules(import_module(package).__path__):
            self.modules[module.name] = import_module(f"{package}.{module.name}")

    def get(self, name: str) -> ModuleType:
        """Return one, or raise KeyError: it is not there, or nothing was loaded yet."""
        return self.modules[name]


code_based_extension = CodeBasedExtension()


def init_app(app: Flask) -> None:
    """Load the strategies; the controllers ask for theirs as they are imported."""
    code_based_extension.load("big28.strategies")
    app.extensions["code_based_extension"] = code_based_extension
