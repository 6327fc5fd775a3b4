"""Write a ledger as one page that needs nothing but itself: no network, no other file."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from assembler.ledger.orders import find_critical_path
from assembler.ledger.text import render_effect, render_total
from assembler.rendering.waterfall import SCRIPT, STYLE, Bar, render_waterfall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.ledger.values import Ledger, StepLedger

__all__ = ["build_bars", "render_page"]

# Nothing is loaded, whatever a name in the page may say.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
PAGE_STYLE = """\
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: var(--ink);
  background: var(--paper); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin: 1.6rem 0 .3rem }
.key span { display: inline-block; width: .9em; height: .9em; margin: 0 .3em 0 1em }
.key span:first-child { margin-left: 0 }
section:target { background: var(--mark); outline: .5rem solid var(--mark) }
section p, .faint { color: var(--faint); margin: .2rem 0 }
pre { margin: .3rem 0; overflow-x: auto; font: 13px/1.45 ui-monospace, monospace }
"""
KEY = (
    '<p class="key"><span style="background:var(--import)"></span>importing'
    '<span style="background:var(--run)"></span>running'
    '<span style="background:var(--critical)"></span>on the critical path</p>'
)


def render_page(ledger: Ledger, findings: Sequence[Diagnostic] = ()) -> str:
    """Return the page; every text in it is escaped."""
    title = f"Boot of {ledger.source}"
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        f"<title>{escape(title)}</title><style>\n{STYLE}{PAGE_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1><p>{escape(render_total(ledger))}</p>{KEY}",
        render_waterfall(build_bars(ledger), title),
        *_render_findings(findings),
        *(_render_step(index, step) for index, step in enumerate(ledger.steps)),
        f"<script>\n{SCRIPT}</script></body></html>\n",
    ]
    return "\n".join(parts)


def build_bars(ledger: Ledger) -> list[Bar]:
    """Return a bar for each step, where it stood in the boot."""
    path = [id(step) for step in find_critical_path(ledger)]
    bars, start_ms = [], 0.0
    for index, step in enumerate(ledger.steps):
        note = f"{step.kind} '{step.name}'\n{step.import_ms:.1f} ms imports"
        note += f" of {step.imported.modules} modules, {step.run_ms:.1f} ms run"
        note += "".join(f"\n{module} {ms:.1f} ms" for module, ms in step.imported.dearest)
        bars.append(
            Bar(
                step.name,
                start_ms,
                step.import_ms,
                step.run_ms,
                is_critical=id(step) in path,
                note=note,
                link=f"step-{index}",
            )
        )
        start_ms += step.total_ms
    return bars


def _render_findings(findings: Sequence[Diagnostic]) -> Iterator[str]:
    if findings:
        lines = [
            f"{one.place}: {one.severity}[{one.code}] {one.message}\n  hint: {one.hint}"
            for one in findings
        ]
        yield f"<h2>Findings</h2><pre>{escape(chr(10).join(lines))}</pre>"


def _render_step(index: int, step: StepLedger) -> str:
    place = "" if step.place is None else f"{step.place}, "
    reason = f": {step.reason}" if step.reason else ""
    times = f"{step.import_ms:.1f} ms imports of {step.imported.modules} modules"
    said = [f"{place}{step.kind}, {step.outcome}{reason}; {times}, {step.run_ms:.1f} ms run"]
    if step.imported.dearest:
        dearest = ", ".join(f"{module} {ms:.1f} ms" for module, ms in step.imported.dearest)
        said.append(f"dearest imports: {dearest}")
    if step.reads.found:
        said.append(f"config read: {', '.join(step.reads.found)}")
    if step.reads.absent:
        said.append(f"asked for and absent: {', '.join(step.reads.absent)}")
    effects = "\n".join(map(render_effect, step.effects))
    return "".join(
        [
            f'<section id="step-{index}"><h2>{escape(step.name)}</h2>',
            *(f"<p>{escape(one)}</p>" for one in said),
            f"<pre>{escape(effects)}</pre>" if effects else "",
            "</section>",
        ]
    )
