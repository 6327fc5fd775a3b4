"""Logging as the API's operators want it."""

from __future__ import annotations

import logging.config

__all__ = ["configure_logging"]


def configure_logging() -> None:
    """Send the package's records to the server's error stream, one line each."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
            "handlers": {
                "server": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://flask.logging.wsgi_errors_stream",
                    "formatter": "line",
                }
            },
            "loggers": {"api_only": {"level": "INFO", "handlers": ["server"]}},
        }
    )
