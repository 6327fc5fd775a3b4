"""Turn diagnostics into plain JSON types and back, for another process."""

from __future__ import annotations

from typing import Any

from assembler.diagnostics.diagnostic import Diagnostic, Place, Related, Severity, Span

__all__ = ["dump_diagnostic", "parse_diagnostic", "parse_place"]

FIELDS = ("code", "name", "severity", "message", "place", "hint", "related")


def dump_diagnostic(found: Diagnostic) -> dict[str, Any]:
    """Return a finding as plain JSON types, without its fix."""
    return {name: getattr(found, name) for name in FIELDS}


def parse_diagnostic(plain: dict[str, Any]) -> Diagnostic:
    """Return the finding that `dump_diagnostic` gave."""
    plain["severity"] = Severity(plain["severity"])
    plain["place"] = parse_place(plain["place"])
    plain["related"] = tuple(Related(parse_place(at), text) for at, text in plain["related"])
    return Diagnostic(**plain)


def parse_place(plain: list[Any]) -> Place:
    """Return the place of a path and a span."""
    path, span = plain
    return Place(path, Span(*span))
