"""What is written down."""

import logging

from gunicorn.glogging import Logger as GunicornLogger


class Logger(GunicornLogger):
    """Write it as the shop does."""


class AuditHandler(logging.StreamHandler):  # type: ignore[type-arg]  # of whatever stream
    """Write down who did what."""
