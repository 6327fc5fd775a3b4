"""Assemble Flask apps from YAML profiles: patches, config, extensions, in the order declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.version import __version__

if TYPE_CHECKING:
    from assembler.assembling.create import create_app
    from assembler.diagnostics.diagnostic import Diagnostic, ProfileError
    from assembler.report import Report

__all__ = ["Diagnostic", "ProfileError", "Report", "__version__", "create_app"]

# Importing this package must stay cheap, and load no Flask: the linter would pay for it at every
# start, and patches would come too late.
PROVIDERS = {
    "create_app": "assembler.assembling.create",
    "Diagnostic": "assembler.diagnostics.diagnostic",
    "ProfileError": "assembler.diagnostics.diagnostic",
    "Report": "assembler.report",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import what is asked for, when it is asked for."""
    from importlib import import_module

    if name not in PROVIDERS:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(PROVIDERS[name]), name)
