"""Carry out one config source on a real Flask app, with the context that the protocol promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.policy import Policy, Use, find_policy
from assembler.references.reference import resolve_reference
from assembler.steps.sources import get_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from assembler.diagnostics.faults import StepFault

__all__ = ["SourceBench", "load_source"]


@dataclass
class SourceBench:
    """The context of one source; the folder is that of the profile."""

    app: Flask
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)
    argument: object | None = None
    policy: Policy = field(default_factory=lambda: find_policy({}, Path("/")))
    root: Path = field(init=False)
    notes: list[str] = field(default_factory=list)
    warnings: list[StepFault] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take the policy's root, else the profile's folder, as the assembler does."""
        self.root = self.policy.root or self.folder

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names."""
        return resolve_reference(reference, self.policy)

    def check_file(self, path: Path, use: Use) -> None:
        """Refuse a file that the policy does not allow."""
        fault = self.policy.find_refusal(path, use, instance=Path(self.app.instance_path))
        if fault is not None:
            fault.option = ("path",)
            raise fault

    def note(self, text: str) -> None:
        """Keep a note."""
        self.notes.append(text)

    def warn(self, fault: StepFault) -> None:
        """Keep a warning."""
        self.warnings.append(fault)


def load_source(context: SourceBench, name: str, /, **options: object) -> dict[str, Any]:
    """Check ``options``, carry the source ``name`` out, put its values into the app's config."""
    source = get_source(name)
    checked = options if source.options is None else source.options.model_validate(options)
    values = source.load(context, checked)
    context.app.config.update(values)
    return dict(values)
