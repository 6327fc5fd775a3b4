"""Files, in a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import obstore
from obstore.store import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

__all__ = ["Storage", "init_app"]


class Storage:
    """A store of obstore's that lets other greenlets run meanwhile."""

    def __init__(self, folder: Path) -> None:
        """Keep files in this folder."""
        self.store = LocalStore(folder, mkdir=True)
        is_patched = "gevent" in sys.modules and self.is_patched()
        self.run: Callable[..., Any] = self.make_pool().apply if is_patched else self.call

    @staticmethod
    def is_patched() -> bool:
        """Return whether threads are greenlets."""
        from gevent.monkey import is_module_patched

        return is_module_patched("threading")

    @staticmethod
    def make_pool() -> Any:
        """Return a pool of real threads."""
        from gevent.threadpool import ThreadPool

        return ThreadPool(16)

    @staticmethod
    def call(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Call in this thread."""
        return function(*args)

    def put(self, path: str, data: bytes) -> None:
        """Write a file."""
        self.run(obstore.put, (self.store, path, data))

    def get(self, path: str) -> bytes:
        """Read a file."""
        return self.run(lambda store: bytes(obstore.get(store, path).bytes()), (self.store,))

    def list(self, prefix: str) -> list[Any]:
        """List a folder."""
        return self.run(lambda store: obstore.list(store, prefix).collect(), (self.store,))


def init_app(app: Flask) -> None:
    """Make it, in the instance folder."""
    app.extensions["storage"] = Storage(Path(app.instance_path, app.config["FILES"]))
