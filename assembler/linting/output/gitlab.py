"""Render findings as a Code Quality report, which GitLab shows in a merge request.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.diagnostic import Severity
from assembler.rendering.diagnostics import render_text

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.rendering.findings import Findings

__all__ = ["render_findings"]

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render_findings(findings: Findings) -> str:
    """Return a JSON list with an object for each finding."""
    issues = [
        _build_issue(found, fingerprint, findings.get_report_path(found.place.path))
        for found, fingerprint in zip(findings.shown, findings.fingerprints, strict=True)
    ]
    return json.dumps(issues, indent=2) + "\n"


def _build_issue(found: Diagnostic, fingerprint: str, path: str) -> dict[str, Any]:
    hint = "" if found.hint is None else f". {render_text(found.hint)}"
    return {
        "description": f"{found.code} {render_text(found.message)}{hint}",
        "check_name": found.name,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[found.severity],
        "location": {
            "path": render_text(path),
            "lines": {"begin": found.place.span.line, "end": found.place.span.end_line},
        },
    }
