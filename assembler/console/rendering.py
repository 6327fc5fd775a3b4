"""Render the pages, with a Jinja environment of their own: the app's may not work."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assembler.console.highlighting import highlight_line
from assembler.journal.page import render_uptime
from assembler.rendering.diagnostics import escape_unprintable
from assembler.rendering.waterfall import SCRIPT, STYLE, Bar, render_waterfall

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ASSETS", "load_asset", "render"]

FOLDER = Path(__file__).parent
LIMIT_TEXT = 2000  # characters of one value; the JSON has all of it
ASSETS = {"console.css": "text/css", "console.js": "text/javascript", "icon.svg": "image/svg+xml"}
SHARED = {"console.css": STYLE, "console.js": SCRIPT}  # with the page of `inspect --html`
MIB = 1024 * 1024


def render(template: str, /, **values: object) -> str:
    """Render a template of this package; every text in it is escaped, cut, and shown as it is."""
    return _load_environment().get_template(template).render(values)


@cache
def load_asset(name: str) -> str:
    """Return a file of `ASSETS`."""
    return SHARED.get(name, "") + (FOLDER / "assets" / name).read_text("utf-8")


@cache
def _load_environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        uptime=render_uptime,
        mib=lambda size: "" if size is None else f"{size / MIB:.0f} MiB",
        moment=lambda text: text.replace("T", " ")[:19],
        short=lambda digest: digest.removeprefix("sha256:")[:12],
        waterfall=_draw,
        yaml=lambda text: highlight_line(_show(text)),
    )
    return env


def _show(value: Any) -> Any:  # noqa: ANN401 - whatever a template writes
    """Make what cannot be seen visible, and cut what is long."""
    if hasattr(value, "__html__") or not isinstance(value, str):  # it is escaped already
        return "" if value is None else value
    rest = len(value) - LIMIT_TEXT
    text = f"{value[:LIMIT_TEXT]}… ({rest:,} more characters)" if rest > 0 else value
    return "\n".join(map(escape_unprintable, text.split("\n")))


def _draw(steps: list[Mapping[str, Any]], title: str) -> str:
    bars = [
        Bar(
            escape_unprintable(step["name"]),
            step["start_ms"],
            step["import_ms"],
            step["run_ms"],
            link=f"step-{index}",
        )
        for index, step in enumerate(steps)
    ]
    return render_waterfall(bars, title)  # which escapes every text
