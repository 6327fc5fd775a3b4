"""Draw what came one after another, and how long each took, as an SVG for a page.

The page gives the colours: `STYLE` has them for light and for dark.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["SCRIPT", "STYLE", "Bar", "render_waterfall"]

WIDTH = 1000
LABELS = 260  # of the width
CHART = WIDTH - LABELS - 70  # the rest is for the last bar's number
ROW = 24
AXIS = 26
TICKS = 8  # at most
LIMIT_NAME = 36  # characters
STYLE = """\
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --line: #d8dce2; --faint: #5d6670;
  --import: #7a8fd6; --run: #e0a03c; --critical: #c2355b; --mark: #eef1f7 }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --paper: #16181c; --line: #353a42; --faint: #9aa3ad; --import: #8fa5f0;
    --run: #e8b45f; --critical: #ff7d9c; --mark: #23272e } }
.waterfall { width: 100%; height: auto; font: 12px system-ui, sans-serif }
.waterfall text { fill: var(--ink) }
.waterfall .tick { fill: var(--faint) }
.waterfall .grid { stroke: var(--line) }
.waterfall .import { fill: var(--import) }
.waterfall .run { fill: var(--run) }
.waterfall .back { fill: transparent }
.waterfall a { outline: none }
.waterfall a:hover .back, .waterfall a:focus .back { fill: var(--mark) }
.waterfall a:focus .back { stroke: var(--critical) }
.waterfall .critical .edge { fill: var(--critical) }
.waterfall .critical text.name { font-weight: 600 }
.waterfall .edge { fill: none }
"""
# The arrows go from row to row, as Tab does; without it the page works as well.
SCRIPT = """\
for (const chart of document.querySelectorAll(".waterfall")) {
  const rows = [...chart.querySelectorAll("a")];
  chart.addEventListener("keydown", event => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    const next = step && rows[rows.indexOf(document.activeElement) + step];
    if (next) { next.focus(); event.preventDefault(); }
  });
}
"""


class Bar(NamedTuple):
    """One row: what, when it began, and how long it imported and ran; in milliseconds."""

    name: str
    start_ms: float
    import_ms: float
    run_ms: float
    is_critical: bool = False
    note: str = ""  # shown when the pointer is over it
    link: str = ""  # where it leads: the id of a part of the page

    @property
    def total_ms(self) -> float:
        """How long it took."""
        return self.import_ms + self.run_ms


def render_waterfall(bars: Sequence[Bar], title: str) -> str:
    """Return the drawing; every text in it is escaped."""
    total_ms = max((bar.start_ms + bar.total_ms for bar in bars), default=0.0) or 1.0
    scale = CHART / total_ms
    height = AXIS + ROW * len(bars)
    box = f'viewBox="0 0 {WIDTH} {height}"'
    parts = [
        f'<svg class="waterfall" {box} role="group" aria-label="{escape(title)}">',
        *_render_axis(total_ms, scale, height),
        *(_render_row(bar, AXIS + ROW * index, scale) for index, bar in enumerate(bars)),
        "</svg>",
    ]
    return "\n".join(parts)


def find_tick_ms(total_ms: float) -> float:
    """Return the distance of the ticks: 1, 2 or 5 times a power of ten."""
    power = 10.0 ** (len(str(int(total_ms))) - 3)
    while True:
        for factor in (1, 2, 5):
            if total_ms / (factor * power) <= TICKS:
                return factor * power
        power *= 10


def _render_axis(total_ms: float, scale: float, height: int) -> Iterator[str]:
    tick_ms = find_tick_ms(total_ms)
    for number in range(int(total_ms / tick_ms) + 1):
        x = LABELS + number * tick_ms * scale
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{AXIS - 6}" y2="{height}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="14">{number * tick_ms:g} ms</text>'


def _render_row(bar: Bar, y: int, scale: float) -> str:
    left = LABELS + bar.start_ms * scale
    middle = left + bar.import_ms * scale
    end = max(left + bar.total_ms * scale, left + 1)  # what takes no time is a line
    name = bar.name if len(bar.name) <= LIMIT_NAME else f"{bar.name[: LIMIT_NAME - 1]}…"
    said = f"{bar.total_ms:.1f} ms"
    label = f"{bar.name}: {said}, {bar.import_ms:.1f} ms of them imports"
    if bar.is_critical:
        label += ", on the critical path"
    return "".join(
        [
            f'<a href="#{escape(bar.link)}"{" class=critical" if bar.is_critical else ""} ',
            f'aria-label="{escape(label)}"><title>{escape(bar.note or label)}</title>',
            f'<rect class="back" x="0" y="{y}" width="{WIDTH}" height="{ROW}"/>',
            f'<rect class="edge" x="0" y="{y + 3}" width="3" height="{ROW - 6}"/>',
            f'<text class="name" x="8" y="{y + 16}">{escape(name)}</text>',
            f'<rect class="import" x="{left:.1f}" y="{y + 5}" width="{middle - left:.1f}" ',
            f'height="{ROW - 10}"/>',
            f'<rect class="run" x="{middle:.1f}" y="{y + 5}" width="{end - middle:.1f}" ',
            f'height="{ROW - 10}"/>',
            f'<text class="tick" x="{end + 5:.1f}" y="{y + 16}">{said}</text></a>',
        ]
    )
