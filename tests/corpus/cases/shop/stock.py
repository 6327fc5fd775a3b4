"""Ask the stock, over gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Open the channel, which connects at the first call."""
    app.extensions["stock"] = grpc.insecure_channel("127.0.0.1:1")
