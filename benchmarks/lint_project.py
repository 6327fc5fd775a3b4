"""Write a project with many profiles, and measure the commands that check them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["LINT", "PROFILE", "Commands", "open_project", "write_profiles"]

ROOT = Path(__file__).resolve().parent.parent
LINT = (sys.executable, "-m", "assembler", "lint", "--select", "ALL")  # and then what
# About 64 lines of every kind that a profile has; what they name is in the package beside them.
PROFILE = """\
# Role {number} of the shop.
version: 1
name: web{number}
role: web
description: Serves the shop's part {number}.
debug: ${{FLASK_DEBUG:-false}}
app:
  with: {{import_name: shop, instance_relative_config: true}}
patches:
  - use: gevent
    when: {{debug: false}}
  - use: grpc
  - use: psycopg2
config:
  - use: object
    with: {{target: "shop.settings:Production"}}
  - use: values
    with:
      SQLALCHEMY_DATABASE_URI: "${{DATABASE_URL:-sqlite:///shop.db}}"
      MAIL_SERVER: mail{number}.example.org
      SHOP_ITEMS: {number}
      SHOP_FEATURES: [search, cart, wishlist]
  - use: env
    with: {{prefix: SHOP{number}}}
extensions:
  - use: logging
    with:
      level: INFO
  - use: secret_key
  - use: compress
    when: {{installed: flask_compress}}
  - use: database
    with:
      db: {{$import: "shop.models:db"}}
      pool_size: ${{POOL_SIZE:-10}}
      max_overflow: 5
  - use: migrate
    after: [database]
  - use: imports
    name: models
    with:
      modules: [shop.models, shop.events]
  - use: attributes
    with:
      url_map.strict_slashes: false
  - use: directories
    with:
      paths: [uploads, cache]
  - use: shop.mail
    with:
      sender: {{$format: "shop@{{host}}", with: {{host: {{$config: MAIL_SERVER}}}}}}
  - use: shop.views:blueprint
    with: {{url_prefix: /part{number}}}
    before: [health]
  - use: shop.audit:record
    as: after_request
    when: {{$config: SHOP_AUDIT}}
  - use: health
  - use: proxy_fix
    with: {{x_for: 1, x_proto: 1}}
server:
  use: gunicorn
  bind: 127.0.0.1:5001
  workers: ${{WORKERS:-2}}
  with:
    graceful_timeout: 30
    max_requests: {requests}
"""
MODULES = {
    "__init__": "",
    "settings": "class Production:\n    MAIL_PORT = 25\n",
    "models": "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n",
    "events": "",
    "mail": "def init_app(app, sender):\n    app.extensions['mail'] = sender\n",
    "views": "from flask import Blueprint\n\nblueprint = Blueprint('shop', __name__)\n",
    "audit": "def record(response):\n    return response\n",
}


@dataclass(frozen=True, slots=True)
class Commands:
    """Two commands that are run in a folder; each gives its wall time and its peak of memory."""

    folder: Path
    here: tuple[str, ...]
    there: tuple[str, ...]
    status_there: int = 0
    is_one_process: bool = False  # whether `lint` may not share the work out
    root_there: Path = ROOT  # where the other finds our package

    def measure_here(self) -> Mapping[str, float]:
        """Run the one."""
        return self._measure(self.here, 0, ROOT)

    def measure_there(self) -> Mapping[str, float]:
        """Run the other."""
        return self._measure(self.there, self.status_there, self.root_there)

    def _measure(self, command: tuple[str, ...], status: int, root: Path) -> Mapping[str, float]:
        env = {**os.environ, "PYTHONPATH": str(root)}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
        with tempfile.TemporaryFile() as output:
            started = time.perf_counter()
            process = subprocess.Popen(  # noqa: S603 - of our own making
                command,
                cwd=self.folder,
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_keep_to_one_processor if self.is_one_process else None,  # noqa: PLW1509 - there are none
            )
            _, waited, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(waited)
            if process.returncode != status:
                output.seek(0)
                said = output.read(2000).decode("utf-8", "replace")
                message = f"{json.dumps(command)} ended with {process.returncode}: {said}"
                raise RuntimeError(message)
        # Linux counts in KiB, macOS in bytes.
        scale = 2**20 if sys.platform == "darwin" else 2**10
        return {"seconds": seconds, "MiB": usage.ru_maxrss / scale}


@contextmanager
def open_project(profiles: int) -> Iterator[Path]:
    """Write a project with a package and so many profiles; remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        folder = Path(name)
        (folder / "pyproject.toml").write_text("[tool.assembler]\n", "utf-8")
        (folder / "shop").mkdir()
        for module, text in MODULES.items():
            (folder / "shop" / f"{module}.py").write_text(text, "utf-8")
        write_profiles(folder / "profiles", profiles)
        yield folder


def write_profiles(folder: Path, number: int) -> None:
    """Write ``number`` profiles into a new folder."""
    folder.mkdir()
    for position in range(number):
        text = PROFILE.format(number=position, requests=1000 + position)
        (folder / f"web{position:05}.yaml").write_text(text, "utf-8")


def _keep_to_one_processor() -> None:
    """Let what is started see one processor, so that it uses one process; Linux alone needs it."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
