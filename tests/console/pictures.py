"""Take the pictures of the documentation: pages of the default app, with fixed times and names.

``python -m tests.console.pictures`` writes them to ``docs/images``; so does ``make picture``.
"""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from werkzeug.wrappers import Request, Response

from assembler.console.pages import PAGES
from assembler.console.rendering import ASSETS, load_asset, render
from tests.console.browsing import serve_console
from tests.console.support import ROOT, TOKEN
from tests.support.browser import start_browser
from tests.support.processes import free_port, http_get, run_cli, start_process

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.support.browser import Browser

__all__ = ["HEIGHT", "IMAGES", "PICTURES", "WIDTH", "serve_default_app", "take_pictures"]

REPOSITORY = Path(__file__).parent.parent.parent
IMAGES = REPOSITORY / "docs" / "images"
WIDTH, HEIGHT = 1180, 760
# What differs at every start, and what it is in a picture.
FIXED: dict[str, Any] = {
    "age_seconds": 5025.0,
    "at": "2026-11-24T12:25:00+00:00",
    "bind": ["127.0.0.1:5001"],
    "digest": "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
    "errors": 0,
    "host": "web-1",
    "memory_bytes": 96 * 1024 * 1024,
    "policy": "pyproject.toml",
    "requests": 1204,
    "pid": 4711,
    "since": "2026-11-24T12:30:00+00:00",
    "total_ms": 928.0,
    "uptime_seconds": 5025.0,
}
# Importing and running, as one boot on two cores took.
TIMES_MS = {
    "compress": (12.1, 0.2),
    "console": (0.0, 4.6),
    "database": (643.0, 7.5),
    "health": (1.5, 14.3),
    "journal": (28.0, 9.1),
    "logging": (0.0, 11.0),
    "proxy_fix": (1.3, 3.9),
}
OTHER_TIMES_MS = (0.0, 0.3)
EDIT = ("max_overflow: 10", "max_overflow: 20")


class Picture(NamedTuple):
    """A page, and how it is looked at."""

    page: str
    scheme: Literal["light", "dark"] = "light"


PICTURES = {
    "console-now.png": Picture("now"),
    "console-assembly.png": Picture("assembly"),
    "console-assembly-dark.png": Picture("assembly", "dark"),
}


@contextmanager
def serve_default_app(folder: Path) -> Iterator[dict[str, Any]]:
    """Serve the profile `web` of a copy in ``folder``, edit it, and return the pages' data."""
    for name in ("profiles", "migrations"):
        shutil.copytree(REPOSITORY / name, folder / name)
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    port = free_port()
    env = {
        "BIND": f"127.0.0.1:{port}",
        "CONSOLE_TOKEN": TOKEN,
        "DATABASE_URL": f"sqlite:///{folder}/boots.db",
        "HOME": str(folder),
        "SECRET_KEY": TOKEN,
        "XDG_RUNTIME_DIR": str(folder),
    }
    migrated = run_cli(["-m", "assembler", "migrate", "profiles/migrations.yaml"], folder, env)
    assert migrated.returncode == 0, migrated.stderr
    running = start_process(["-m", "assembler", "run", "profiles/web.yaml"], folder, folder, env)
    try:
        running.wait_for_http(f"http://127.0.0.1:{port}/health/ready")
        profile = folder / "profiles" / "web.yaml"
        profile.write_text(profile.read_text("utf-8").replace(*EDIT), "utf-8")
        yield {name: _load(port, name) for name in {one.page for one in PICTURES.values()}}
    finally:
        running.kill_group()


def _load(port: int, name: str) -> Any:  # noqa: ANN401 - whatever the page says
    address = f"http://127.0.0.1:{port}{ROOT}/api/{name}"
    return http_get(address, headers={"Authorization": f"Bearer {TOKEN}"}).json()


def take_pictures(browser: Browser, pages: dict[str, Any], folder: Path) -> None:
    """Write `PICTURES` to ``folder``."""
    with serve_console(_Still({name: freeze(data) for name, data in pages.items()})) as address:
        for name, picture in PICTURES.items():
            size = {"width": WIDTH, "height": HEIGHT}
            look = {"color_scheme": picture.scheme, "viewport": size}
            with browser.open_page(f"{address}/{picture.page}", **look) as page:
                page.screenshot(path=folder / name)


def freeze(data: Any) -> Any:  # noqa: ANN401 - JSON holds anything
    """Return the data with fixed values for what differs at every start."""
    if isinstance(data, list):
        return [freeze(one) for one in data]
    if not isinstance(data, dict):
        return data
    frozen = {key: FIXED.get(key, freeze(value)) for key, value in data.items()}
    if "steps" in frozen:
        _fix_times(frozen)
    for number, worker in enumerate(frozen.get("workers", ())):
        worker["pid"] += number
    return frozen


def _fix_times(assembly: dict[str, Any]) -> None:
    start_ms = 0.0
    for step in assembly["steps"]:
        step["start_ms"] = start_ms
        step["import_ms"], step["run_ms"] = TIMES_MS.get(step["name"], OTHER_TIMES_MS)
        start_ms += step["import_ms"] + step["run_ms"]


class _Still:
    """The console's pages as a WSGI app, with data that stays."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self._pages = pages

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's
        name = Request(environ).path.rpartition("/")[2]
        if name in ASSETS:
            response = Response(load_asset(name), mimetype=ASSETS[name])
        else:
            response = Response(self._render(name), mimetype="text/html")
        return response(environ, start_response)

    def _render(self, name: str) -> str:
        return render(
            f"{name}.html",
            root=ROOT,
            profile="web",
            form="",
            can_sign_out=True,
            query={},
            page=PAGES[name],
            links=[page for key, page in PAGES.items() if key != "playground"],
            data=self._pages[name],
        )


def main() -> int:
    """Write the pictures of the documentation."""
    with (
        TemporaryDirectory() as folder,
        serve_default_app(Path(folder)) as pages,
        start_browser() as browser,
    ):
        take_pictures(browser, pages, IMAGES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
