"""Keep the old address of `assembler.steps` alive for one release, with a warning."""

from __future__ import annotations

import warnings

from assembler.steps import *  # noqa: F403 - the same names

__all__ = ["CatalogStep", "Flag", "Options", "Patch", "Source", "StepFault"]  # noqa: F405 - as above

warnings.warn(
    "assembler.forms is now assembler.steps, and will be removed in 0.3",
    DeprecationWarning,
    stacklevel=2,
)
