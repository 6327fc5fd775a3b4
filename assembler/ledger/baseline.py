"""Keep what a boot took in a file, and tell what grew since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.files import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.ledger.values import Ledger, StepLedger

__all__ = ["Baseline", "check_budget", "load_baseline", "render_baseline"]

FORMAT = 1


class Baseline(NamedTuple):
    """What an earlier boot took, in milliseconds; the steps by kind and name."""

    total_ms: float
    steps: dict[tuple[str, str], float]

    def find_grown(self, ledger: Ledger) -> tuple[StepLedger, float]:
        """Return the step that grew most, and by how much; a new one by all that it takes."""
        grown = {
            index: step.total_ms - self.steps.get((step.kind, step.name), 0.0)
            for index, step in enumerate(ledger.steps)
        }
        index = max(grown, key=lambda one: grown[one])
        return ledger.steps[index], grown[index]


def render_baseline(ledger: Ledger) -> str:
    """Return what the steps of ``ledger`` took, as a file has it."""
    steps = [
        {"kind": step.kind, "name": step.name, "ms": round(step.total_ms, 1)}
        for step in ledger.steps
    ]
    data = {"format": FORMAT, "total_ms": round(ledger.total_ms, 1), "steps": steps}
    return f"{json.dumps(data, indent=2)}\n"


def load_baseline(file: Path) -> Baseline:
    """Read what `render_baseline` gave.

    Raises:
        ProfileError: if it cannot be read, or is something else.
    """
    place = Place(str(file))
    try:
        data: Any = json.loads(read_file(file))
        steps = {(step["kind"], step["name"]): float(step["ms"]) for step in data["steps"]}
        return Baseline(float({FORMAT: data["total_ms"]}[data["format"]]), steps)
    except OSError as error:
        hint = "Write one with `--write-baseline`."
        message = f"the baseline cannot be read: {(error.strerror or str(error)).lower()}"
        raise ProfileError([codes.FILE_UNREADABLE.at(place, message, hint=hint)]) from error
    except (ValueError, KeyError, TypeError) as error:
        hint = "Write it anew with `--write-baseline`."
        message = f"this is no baseline of format {FORMAT}"
        raise ProfileError([codes.WRONG_VALUE.at(place, message, hint=hint)]) from error


def check_budget(
    ledger: Ledger, budget_ms: float, baseline: Baseline | None = None
) -> Diagnostic | None:
    """Return the fault of a boot that took longer than it may, at the step that made it so."""
    if ledger.total_ms <= budget_ms:
        return None
    over = f"the boot took {ledger.total_ms:.0f} ms, more than its budget of {budget_ms:.0f} ms"
    if baseline is None:
        step = max(ledger.steps, key=lambda one: one.total_ms)
        said = f"'{step.name}' takes the most, {step.total_ms:.0f} ms"
    else:
        step, grown_ms = baseline.find_grown(ledger)
        was = step.total_ms - grown_ms
        said = f"'{step.name}' grew the most, from {was:.0f} to {step.total_ms:.0f} ms"
    place = Place(ledger.source)
    if step.place is not None:
        place = Place.in_line(step.place.path, step.place.line, step.place.column)
    hint = "Import later what a request seldom needs, or give the boot a larger budget."
    return codes.BOOT_BUDGET.at(place, f"{over}: {said}", hint=hint)
