"""Describe why gunicorn cannot start, or cannot fork a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.failures import describe_failure

if TYPE_CHECKING:
    from assembler.runners.loading import Serving

__all__ = ["build_start_fault"]


def build_start_fault(serving: Serving, error: Exception) -> ProfileError:
    """Build the error of what gunicorn refuses, or what a class or hook of the project raises."""
    failure = describe_failure(error)
    is_refusal = isinstance(error, RuntimeError)  # how gunicorn reports what it cannot load
    said = failure.text.partition(": ")[2] if is_refusal else failure.text
    found = codes.WRONG_SERVER_SETTING.at(
        serving.loaded.plan.profile.server.place_of("with"),
        f"{serving.server} cannot start: {said or failure.text}",
        hint="Check the classes, the hooks and the files that `server.with` names.",
        related=failure.related,
    )
    return ProfileError([found])
