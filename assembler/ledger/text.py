"""Write a ledger as text: a table of the steps, then what each of them did."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from assembler.ledger.findings import find_unread
from assembler.ledger.look import PLURALS
from assembler.ledger.mending import find_place, render_remedy
from assembler.ledger.missing_steps import find_missing_steps
from assembler.ledger.orders import find_critical_path
from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.ledger.baseline import Baseline
    from assembler.ledger.comparing import Difference
    from assembler.ledger.values import Effect, Ledger, StepLedger
    from assembler.ledger.verifying import Verdict

__all__ = [
    "SIGNS",
    "render_difference",
    "render_effect",
    "render_headline",
    "render_ledger",
    "render_verdict",
    "summarize_effects",
]

SIGNS = {"added": "+", "changed": "~", "removed": "-", "moved": ">"}
CRITICAL = "*"
LIMIT_DEAREST = 5
HEADER = ("", "kind", "step", "outcome", "import ms", "run ms", "modules", "effects")


def render_ledger(ledger: Ledger, baseline: Baseline | None = None) -> str:
    """Return the whole account; with a baseline also what each step took then."""
    path = find_critical_path(ledger)
    lines = [render_total(ledger), ""]
    header = HEADER if baseline is None else (*HEADER[:6], "was ms", *HEADER[6:])
    rows = [_build_row(step, baseline, is_critical=step in path) for step in ledger.steps]
    lines.append(render_table(header, rows))
    path_ms = sum(step.total_ms for step in path)
    names = " > ".join(step.name for step in path)
    lines += [f"{CRITICAL} critical path, {path_ms:.0f} ms: {names}"]
    if dearest := find_dearest(ledger):
        said = ", ".join(f"{module} {ms:.0f} ms ('{step}')" for module, ms, step in dearest)
        lines.append(f"dearest imports: {said}")
    if unread := find_unread(ledger):
        lines.append(f"not read while assembling: {', '.join(unread)}")
    for step in ledger.steps:
        lines += ["", *_render_step(step)] if step.effects or step.reason else []
    return "".join(f"{line}\n" for line in lines)


def render_total(ledger: Ledger) -> str:
    """Return on one line what the boot took."""
    import_ms = sum(step.import_ms for step in ledger.steps)
    modules = sum(step.imported.modules for step in ledger.steps)
    imports = f"{import_ms:.0f} ms of them imports of {modules} modules"
    return f"{ledger.source}: {ledger.total_ms:.0f} ms, {imports}"


def find_dearest(ledger: Ledger) -> list[tuple[str, float, str]]:
    """Return the modules that took longest, with their own milliseconds and the step."""
    dearest = [
        (module, ms, step.name) for step in ledger.steps for module, ms in step.imported.dearest
    ]
    return sorted(dearest, key=lambda one: -one[1])[:LIMIT_DEAREST]


def summarize_effects(effects: tuple[Effect, ...]) -> str:
    """Return how many effects of each kind there are."""
    counts = Counter(effect.kind for effect in effects)
    return ", ".join(
        f"{count} {PLURALS[kind] if count > 1 else kind.replace('_', ' ')}"
        for kind, count in counts.items()
    )


def render_effect(effect: Effect) -> str:
    """Return one effect on one line, with its sign first."""
    was = "" if effect.was is None else f" (was {effect.was})"
    kind = effect.kind.replace("_", " ")
    return f"{SIGNS[effect.change]} {kind} {effect.key}: {effect.detail}{was}"


def render_verdict(verdict: Verdict, *, is_verbose: bool = False) -> str:
    """Return whether two apps are the same, and every difference with the line to mend it.

    Those that do not count are listed if it is to be verbose.
    """
    missing = find_missing_steps(verdict.unexpected, verdict.profile)
    told = {id(one) for step in missing for one in step.differences}
    lines = [render_headline(verdict), *(f"hint: {step.hint}" for step in missing)]
    for one in verdict.unexpected:
        place = find_place(one, verdict.profile)
        lines += ["", f"{'' if place is None else f'{place}: '}{render_difference(one)}"]
        lines += [f"  factory: {one.left}"] if one.left is not None else []
        lines += [f"  profile: {one.right}"] if one.right not in {None, one.left} else []
        lines += [] if id(one) in told else [f"  hint: {render_remedy(one)}"]
    silent = {"expected": verdict.expected, "inherent": verdict.inherent}
    for word, differences in silent.items() if is_verbose else ():
        for one, reason in differences:
            lines += ["", f"{word}: {render_difference(one)}: {reason}"]
    return "".join(f"{line}\n" for line in lines)


def render_headline(verdict: Verdict) -> str:
    """Return on one line whether two apps are the same."""
    factory, profile = verdict.factory.source, verdict.profile.source
    count, known = len(verdict.unexpected), len(verdict.expected)
    said = f"{profile} makes the app of {factory}"
    if count:
        said = f"{profile} differs from {factory} in {count} part{'s' if count > 1 else ''}"
    if known:
        said += f", with {known} expected difference{'s' if known > 1 else ''}"
    return said


def render_difference(difference: Difference) -> str:
    """Return on one line what differs, without what it is on either side."""
    said = {
        "added": "only the profile has it",
        "removed": "only the factory has it",
        "changed": "not the same",
        "moved": "not at the same place",
    }[difference.change]
    return f"{difference.kind.replace('_', ' ')} {difference.key}: {said}"


def _build_row(
    step: StepLedger, baseline: Baseline | None, *, is_critical: bool
) -> tuple[str, ...]:
    row: tuple[str, ...] = (
        *(CRITICAL if is_critical else "", step.kind, step.name, step.outcome),
        *(f"{step.import_ms:.1f}", f"{step.run_ms:.1f}"),
    )
    if baseline is not None:
        was = baseline.steps.get((step.kind, step.name))
        row = (*row, "new" if was is None else f"{was:.1f}")
    return (*row, str(step.imported.modules or ""), summarize_effects(step.effects))


def _render_step(step: StepLedger) -> Iterator[str]:
    place = "" if step.place is None else f"{step.place} "
    yield f"{place}{step.kind} '{step.name}'{f': {step.reason}' if step.reason else ''}"
    for effect in step.effects:
        yield f"  {render_effect(effect)}"
