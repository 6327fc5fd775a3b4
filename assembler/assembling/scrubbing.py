"""Mask in texts the secrets of an app's profile, of its config and of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.excerpt import shorten_message
from assembler.planning.step_forms import find_secret_options
from assembler.secrets.masking import iter_profile_secrets
from assembler.secrets.memory import Secrets, iter_environment_secrets, iter_value_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Flask

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.planning.loading import Loaded

__all__ = ["Scrubber"]


@dataclass(slots=True)
class Scrubber:
    """Knows the secrets of one app. The report keeps it, and nothing else of the assembling."""

    loaded: Loaded
    secrets: Secrets = field(default_factory=Secrets)
    # What each config source gave, and whether it is a secret as a whole.
    given: list[tuple[Mapping[str, Any], bool]] = field(default_factory=list)
    app: Flask | None = None
    is_done: bool = False  # from then on nothing adds a secret
    _is_searched: bool = False
    _is_all_known: bool = False

    def scrub(self, text: str) -> str:
        """Return ``text`` with every secret masked that is known by now.

        Those of the profile, of config and of the environment, whoever reads it.
        """
        if not self._is_all_known:
            self._gather()
            self._is_all_known = self.is_done
        return self.secrets.scrub(text)

    def scrub_diagnostics(self, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Return ``diagnostics`` with every secret masked that is known by now, and then cut."""
        self._gather()
        masked = self.secrets.mask_diagnostics(diagnostics)
        return [replace(one, message=shorten_message(one.message), fix=None) for one in masked]

    def _gather(self) -> None:
        if not self._is_searched:  # only now: unless something fails, nobody needs them
            self._is_searched = True
            profile = self.loaded.plan.profile
            self.secrets.add(*iter_profile_secrets(profile.node, find_secret_options))
            # The project's own code may read what the caller's `env` stands in for.
            self.secrets.add(*iter_environment_secrets(os.environ))
            if self.loaded.env is not os.environ:
                self.secrets.add(*iter_environment_secrets(self.loaded.env))
        for values, is_secret in self.given:
            self.secrets.add(*iter_value_secrets(values, key="secret" if is_secret else None))
        if self.app is not None:
            self.secrets.add(*iter_value_secrets(self.app.config))
