"""Logging, before anything logs."""

from __future__ import annotations

import logging

__all__ = ["quieten"]


def quieten(name: str) -> None:
    """Let a logger say warnings and worse only."""
    logging.getLogger(name).setLevel(logging.WARNING)
