"""List the formats in which findings are written: each is one module with `render_findings`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assembler.rendering.findings import Findings

__all__ = ["FORMATS", "render_findings"]

FORMATS = {
    "full": "assembler.linting.output.full",
    "concise": "assembler.linting.output.concise",
    "json": "assembler.linting.output.json_list",
    "sarif": "assembler.linting.output.sarif",
    "github": "assembler.linting.output.github",
    "gitlab": "assembler.linting.output.gitlab",
    "junit": "assembler.linting.output.junit",
}


def render_findings(findings: Findings, output_format: str) -> str:
    """Return ``findings`` in a format of the table; only that one's module is imported."""
    text: str = import_module(FORMATS[output_format]).render_findings(findings)
    return text
