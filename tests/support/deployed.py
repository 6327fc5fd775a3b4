"""Render the deployment of a small shop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["PATHS", "SHOP", "render", "render_files"]

SHOP = {
    "pyproject.toml": '[tool.assembler]\npackage = "shop"\n',
    "profiles/base.yaml": """\
version: 1
abstract: true
config:
  - use: file
    with: {path: settings.toml}
  - use: env
    with: {prefix: SHOP}
  - use: values
    with:
      SECRET_KEY: {$file: "${CREDENTIALS_DIRECTORY:-/run/secrets}/secret_key"}
      API_KEY: {$file: keys/api}
extensions:
  - use: database
    with: {url: "${DATABASE_URL:?set it}"}
  - migrate
  - use: celery
    with: {broker_url: "${BROKER_URL:-redis://${REDIS_HOST:-127.0.0.1}/0}"}
""",
    "profiles/settings.toml": 'TITLE = "Shop: \\"7\\""\n',
    "profiles/web.yaml": """\
extends: base.yaml
extensions: [health]
server: {bind: "127.0.0.1:8000", drain_seconds: 5, with: {graceful_timeout: 20}}
""",
    "profiles/migrations.yaml": "extends: base.yaml\nrole: migrations\n",
    "profiles/worker.yaml": """\
extends: base.yaml
role: worker
worker: {health_file: /var/alive/worker, time_limit: 90}
""",
    "profiles/beat.yaml": "extends: base.yaml\nrole: beat\n",
}
PATHS = tuple(f"profiles/{name}.yaml" for name in ("web", "beat", "migrations", "worker"))
FILE = re.compile(r"^# ([\w.-]+\.(?:yaml|service))\n", re.MULTILINE)


def render(
    folder: Path, *args: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `assembler render` in a folder."""
    return run_cli(["-m", "assembler", "render", *args], folder, env)


def render_files(
    folder: Path,
    target: str,
    files: Mapping[str, str] | None = None,
    paths: tuple[str, ...] = PATHS,
) -> dict[str, str]:
    """Return what is rendered of the shop, with ``files`` in place of its own, by file name."""
    write_files(folder, {**SHOP, **(files or {})})
    done = render(folder, target, *paths)
    assert done.returncode == 0, done.stderr
    _, *parts = FILE.split(done.stdout)
    return dict(zip(parts[::2], parts[1::2], strict=True))
