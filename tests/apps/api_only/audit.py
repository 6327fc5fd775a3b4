"""A log handler that keeps the last warnings in memory, for `/health` to count."""

from __future__ import annotations

import logging
from collections import deque

__all__ = ["AuditHandler", "audit_handler"]


class AuditHandler(logging.Handler):
    """Keep the messages of the last hundred records."""

    def __init__(self, level: int = logging.WARNING) -> None:
        """Start with nothing kept."""
        super().__init__(level)
        self.messages: deque[str] = deque(maxlen=100)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())


audit_handler = AuditHandler()
