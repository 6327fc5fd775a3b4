"""Carry out one catalogue step on a real Flask app, with the context that the protocol promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.policy import find_policy
from assembler.references.reference import resolve_reference
from assembler.report import Patched, Report
from assembler.secrets.text_secrets import mask_text
from assembler.steps.catalog import get_catalog_step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from assembler.policy import Policy

__all__ = ["DIGEST", "StepBench", "apply_step", "build_report"]

DIGEST = "sha256:" + "0" * 64


def build_report() -> Report:
    """Return a report as the assembler starts it."""
    return Report(
        profile="web", path="profiles/web.yaml", role="web", digest=DIGEST, scrub=mask_text
    )


@dataclass
class StepBench:
    """The context of one step: keeps what the step asked for, so that a test can carry it out."""

    app: Flask
    root: Path
    env: Mapping[str, str] = field(default_factory=dict)
    report: Report = field(default_factory=build_report)
    patched: Patched = field(default_factory=Patched)
    policy: Policy = field(default_factory=lambda: find_policy({}, Path("/")))
    closers: list[Callable[[], object]] = field(default_factory=list)
    assembled: list[Callable[[Report], object]] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    loaded: Any = None
    watcher: Any = None

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names."""
        return resolve_reference(reference, self.policy)

    def mount(self, *_option: str) -> Flask:
        """Reject it: another profile is only mounted where one is assembled."""
        raise NotImplementedError

    def on_close(self, close: Callable[[], object]) -> None:
        """Keep what is to be called when the process ends."""
        self.closers.append(close)

    def on_ending(self, call: Callable[[], object]) -> None:
        """Keep what is to be called when the server begins to end."""
        self.report.endings.append(call)

    def on_assembled(self, call: Callable[[Report], object]) -> None:
        """Keep what is to be called with the finished report."""
        self.assembled.append(call)

    def mark_partial(self, reason: str) -> None:
        """Keep why the step works only in part."""
        self.partial.append(reason)

    def finish(self) -> None:
        """Call what waits for the finished report."""
        for call in self.assembled:
            call(self.report)

    def close(self) -> None:
        """Close in reverse order."""
        for close in reversed(self.closers):
            close()


def apply_step(context: StepBench, name: str, /, **options: object) -> Any:  # noqa: ANN401 - the step's
    """Check ``options`` and carry the catalogue step ``name`` out."""
    step = get_catalog_step(name)
    return step.apply(context, step.options.model_validate(options))
