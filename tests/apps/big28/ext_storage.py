"""Files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask

    from big28.ext_redis import RedisClient

__all__ = ["Storage", "init_app"]


class Storage:
    """Texts by name below one folder; the writes are counted."""

    def __init__(self, root: Path, redis: RedisClient) -> None:
        """Make the folder where it is missing."""
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.redis = redis

    def append(self, name: str, text: str) -> None:
        """Add to a text."""
        self.redis.incr("writes")
        with (self.root / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def read(self, name: str) -> str:
        """Return a text, empty where there is none."""
        path = self.root / name
        return path.read_text(encoding="utf-8") if path.exists() else ""


def init_app(app: Flask) -> None:
    """Keep files where config says, a relative path in the instance folder."""
    require_steps(app, "storage", "redis")
    root = Path(app.instance_path, app.config["STORAGE_PATH"])
    app.extensions["storage"] = Storage(root, app.extensions["redis"])
