"""Render findings as SARIF 2.1.0, which GitHub's code scanning and many editors read.

Of the rules it names those that found something, each with its page.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from assembler.diagnostics.codes import find_code
from assembler.diagnostics.diagnostic import Severity
from assembler.linting.pages import get_page
from assembler.rendering.diagnostics import build_page_url, find_shown_fix, render_text
from assembler.version import __version__

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code, Diagnostic, Edit, Fix, Place, Related
    from assembler.rendering.findings import Findings

__all__ = ["render_findings"]

Json = dict[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
CHECKOUT = "%SRCROOT%"
FINGERPRINT = "assembler/v1"
IN_LINK = re.compile(r"[\[\]\\]")


def render_findings(findings: Findings) -> str:
    """Return a log with one run."""
    numbers = sorted({found.code for found in findings.shown})
    codes = [code for number in numbers if (code := find_code(number)) is not None]
    indexes = {code.number: index for index, code in enumerate(codes)}
    driver: Json = {"name": "assembler", "version": __version__}
    run: Json = {
        "tool": {"driver": {**driver, "rules": [_build_rule(code, findings) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {CHECKOUT: {"description": {"text": "The root of the checkout."}}},
        "results": [
            _build_result(found, indexes[found.code], fingerprint, findings)
            for found, fingerprint in zip(findings.shown, findings.fingerprints, strict=True)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _build_rule(code: Code, findings: Findings) -> Json:
    page = get_page(code)
    url = build_page_url(findings.docs_url, code.name)
    return {
        "id": code.number,
        "name": code.name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.sections["What it does"]},
        "help": {"text": page.text, "markdown": page.text},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": LEVELS[code.severity]},
        "properties": {
            "problem.severity": PROBLEMS[code.severity],
            "tags": [f"{code.number[:4]}xx"],
        },
    }


def _build_result(found: Diagnostic, index: int, fingerprint: str, findings: Findings) -> Json:
    hint = "" if found.hint is None else f". {found.hint}"
    result: Json = {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": LEVELS[found.severity],
        "message": {"text": _build_text(f"{found.message}{hint}")},
        "locations": [{"physicalLocation": _build_location(found.place, findings)}],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if found.related:
        result["relatedLocations"] = [
            _build_related(number, related, findings)
            for number, related in enumerate(found.related, start=1)
        ]
    fix = find_shown_fix(found, findings.lines)
    if fix is not None:
        result["fixes"] = [_build_fix(fix, findings)]
    return result


def _build_text(text: str) -> str:
    """Escape what SARIF would read as a link: ``[text](1)``."""
    text = render_text(text)
    return IN_LINK.sub(r"\\\g<0>", text) if "](" in text else text


def _build_related(number: int, related: Related, findings: Findings) -> Json:
    return {
        "id": number,
        "physicalLocation": _build_location(related.place, findings),
        "message": {"text": _build_text(related.message)},
    }


def _build_location(place: Place, findings: Findings) -> Json:
    return {
        "artifactLocation": _build_artifact(place.path, findings),
        "region": _build_region(place),
    }


def _build_artifact(path: str, findings: Findings) -> Json:
    shown = findings.get_report_path(path)
    uri = quote(shown.encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@")
    return (
        {"uri": f"file://{uri}"} if shown.startswith("/") else {"uri": uri, "uriBaseId": CHECKOUT}
    )


def _build_region(place: Place) -> Json:
    line, column, end_line, end_column = place.span
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _build_fix(fix: Fix, findings: Findings) -> Json:
    by_path: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.place.path, []).append(edit)
    return {
        "description": {"text": _build_text(fix.message)},
        "artifactChanges": [
            {
                "artifactLocation": _build_artifact(path, findings),
                "replacements": [
                    {
                        "deletedRegion": _build_region(edit.place),
                        "insertedContent": {"text": edit.text},
                    }
                    for edit in edits
                ],
            }
            for path, edits in by_path.items()
        ],
    }
