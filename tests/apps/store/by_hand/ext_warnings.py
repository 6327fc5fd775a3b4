"""What becomes of warnings."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:  # noqa: ARG001 - every extension has this form
    """Write all that is of the future to the log."""
    warnings.filterwarnings("always", category=FutureWarning)
    logging.captureWarnings(capture=True)
