"""Show the steps in order, what became of each, and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.console.shown import NoQuery, Page, Shown
from assembler.ledger.findings import find_findings
from assembler.ledger.values import StepLedger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.console.site import Site
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.planning.plan import PlannedStep
    from assembler.report import StepReport

__all__ = ["PAGE", "AssemblyPage", "Step"]


class Effect(Shown):
    """A change that a step made to the app."""

    kind: str = Field(description="Such as route, hook, config, command, wsgi or signal.")
    key: str
    change: str = Field(description="added, changed, removed or moved.")
    detail: str
    was: str | None = Field(description="What a changed one was before.")


class Step(Shown):
    """A step, and what became of it."""

    kind: str
    name: str
    use: str
    place: str | None = Field(description="Where it is written, as `path:line:column`.")
    outcome: str
    reason: str | None
    start_ms: float = Field(description="The time that the steps before it took.")
    import_ms: float
    run_ms: float
    config_keys: list[str] = Field(description="What a config source has set.")
    effects: list[Effect] | None = Field(
        None, description="What it changed in the app; null: nobody has looked (`ledger`)."
    )
    reads: list[str] = Field([], description="The config keys that it has read, by the same look.")


class OtherPlace(Shown):
    """Another place that a finding is about."""

    place: str = Field(description="As `path:line:column`.")
    message: str


class Finding(Shown):
    """What to know of the steps: a conflict, an order that nothing keeps, a slip."""

    code: str
    name: str
    message: str
    hint: str | None
    place: str = Field(description="As `path:line:column`.")
    others: list[OtherPlace]


class AssemblyPage(Shown):
    """How the app was made."""

    profile: str
    total_ms: float
    is_recorded: bool = Field(description="Whether somebody has looked at what each step did.")
    steps: list[Step]
    findings: list[Finding] = Field(description="Of the same look; empty where nobody has looked.")


def load_assembly(site: Site, _query: NoQuery) -> AssemblyPage:
    """Read the report."""
    report = site.report
    return AssemblyPage(
        profile=report.profile,
        total_ms=round(report.total_ms, 3),
        is_recorded=site.ledger is not None,
        steps=list(_iter_steps(site)),
        findings=[] if site.ledger is None else list(map(_show, find_findings(site.ledger))),
    )


def _show(found: Diagnostic) -> Finding:
    return Finding(
        code=found.code,
        name=found.name,
        message=found.message,
        hint=found.hint,
        place=str(found.place),
        others=[OtherPlace(place=str(one.place), message=one.message) for one in found.related],
    )


def _iter_steps(site: Site) -> Iterator[Step]:
    planned = {(one.kind, one.step.name): one for one in site.loaded.plan.steps}
    keys = {change.source: list(change.keys) for change in site.report.config}
    ledger = site.ledger
    start_ms = 0.0
    for step in site.report.steps if ledger is None else ledger.steps:
        found = planned.get((step.kind, step.name))
        shown = _build_step(step, found, start_ms, keys.get(step.name, []))
        if isinstance(step, StepLedger):
            shown.effects = [Effect(**one._asdict()) for one in step.effects]
            shown.reads = list(step.reads.found)
        yield shown
        start_ms += step.import_ms + step.run_ms


def _build_step(
    step: StepReport | StepLedger, planned: PlannedStep | None, start_ms: float, keys: list[str]
) -> Step:
    return Step(
        kind=step.kind,
        name=step.name,
        use=step.use,
        place=None if planned is None else str(planned.step.place),
        outcome=str(step.outcome),
        reason=step.reason,
        start_ms=round(start_ms, 3),
        import_ms=round(step.import_ms, 3),
        run_ms=round(step.run_ms, 3),
        config_keys=keys if step.kind == "config" else [],
    )


PAGE = Page(
    "assembly", "Assembly", "The steps, in order, with their times.", AssemblyPage, load_assembly
)
