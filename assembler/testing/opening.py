"""Assemble the apps of one test, and close them after it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import pytest

from assembler.assembling.create import create_app
from assembler.diagnostics.diagnostic import ProfileError
from assembler.rendering.diagnostics import render_diagnostics
from assembler.secrets.memory import build_environment_secrets
from assembler.testing.asking import find_path, load_asked_plan
from assembler.testing.patched_process import is_patched_process

if TYPE_CHECKING:
    from flask import Flask

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.testing.asking import Asked

__all__ = ["AppOpener"]

NOT_HERE = (
    "the profile '{profile}' has patches, and this process runs other tests: name it in "
    "@pytest.mark.profiles, or assemble it with patches='assume'"
)


class AppOpener:
    """Assembles apps, and closes all of them at the end."""

    def __init__(self, config: pytest.Config) -> None:
        """Open none yet."""
        self._config = config
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Begin a test."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._stack.close()

    def open(self, asked: Asked) -> Flask:
        """Assemble an app; what is wrong with its profile fails the test, without a traceback."""
        app, found = self._assemble(asked)
        if app is None:  # said out of the handler, which pytest would show as well
            masked = build_environment_secrets(os.environ).mask_diagnostics(found)
            pytest.fail(render_diagnostics(masked, output_format="full"), pytrace=False)
        self._stack.callback(app.extensions["assembler"].close)
        if asked.has_savepoint(self._config):
            from assembler.testing.savepoint import roll_back_after  # noqa: PLC0415 - SQLAlchemy

            self._stack.enter_context(roll_back_after(app))
        return app

    def _assemble(self, asked: Asked) -> tuple[Flask | None, tuple[Diagnostic, ...]]:
        try:
            if asked.patches == "apply" and not is_patched_process():
                self._refuse_patches(asked)
            app = create_app(
                find_path(self._config, asked.profile),
                config=asked.config,
                arguments=asked.arguments,
                env=asked.env,
                patches=asked.patches,
            )
        except ProfileError as error:
            return None, tuple(error.diagnostics)
        return app, ()

    def _refuse_patches(self, asked: Asked) -> None:
        """Refuse to patch the process of all tests, whose modules were loaded unpatched."""
        if load_asked_plan(self._config, asked).plan.patch_calls:
            pytest.fail(NOT_HERE.format(profile=asked.profile), pytrace=False)
