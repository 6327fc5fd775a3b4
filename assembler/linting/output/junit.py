"""Render findings as a JUnit report, in which each file is a test case.

A file fails by what makes the run fail, as `--fail-level` has it; the rest is its output.

Source: https://github.com/jenkinsci/xunit-plugin, junit-10.xsd
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from assembler.rendering.diagnostics import render_diagnostics, render_text

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.rendering.findings import Findings

__all__ = ["render_findings"]

SUITE = "assembler lint"


def render_findings(findings: Findings) -> str:
    """Return an XML document."""
    by_path: dict[str, list[Diagnostic]] = {path: [] for path in sorted(findings.paths)}
    for found in findings.shown:
        by_path.setdefault(found.place.path, []).append(found)
    cases = [_build_case(path, several, findings) for path, several in sorted(by_path.items())]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": "0",
    }
    suites = ET.Element("testsuites", {"name": SUITE, **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": SUITE, **counts, "skipped": "0"})
    suite.extend(cases)
    ET.indent(suites)
    body = ET.tostring(suites).decode("ascii")  # whatever the encoding of standard output is
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _build_case(path: str, several: list[Diagnostic], findings: Findings) -> ET.Element:
    name = render_text(findings.get_report_path(path))
    case = ET.Element("testcase", {"name": name, "classname": "assembler.lint"})
    failing = [found for found in several if findings.fails(found)]
    passing = [found for found in several if not findings.fails(found)]
    if failing:
        # One element for all of them: most readers look only at the first.
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        first, text = failing[0], render_diagnostics(failing, lines=findings.lines)
        message = render_text(f"{text.splitlines()[0]}{more}")
        failure = ET.SubElement(case, "failure", {"type": first.code, "message": message})
        failure.text = _clean(text)
    if passing:
        text = render_diagnostics(passing, lines=findings.lines)
        ET.SubElement(case, "system-out").text = _clean(text)
    return case


def _clean(text: str) -> str:
    """Write what XML 1.0 cannot hold, such as control characters, as an escape."""
    return "\n".join(map(render_text, text.split("\n")))
