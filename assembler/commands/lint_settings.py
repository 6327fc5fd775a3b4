"""Render what is in force for ``assembler lint --show-settings``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembler.diagnostics.diagnostic import Severity
    from assembler.linting.selection import Selection
    from assembler.policy import Policy

__all__ = ["render_settings"]


def render_settings(
    policy: Policy, selection: Selection, level: Severity, paths: Sequence[str]
) -> str:
    """Return the settings, the rules and the files, in lines."""
    settings = policy.settings
    off = [code for code in CODES if code.number not in selection.numbers]
    lines = [
        f"policy: {policy.shown if policy.path else 'none, so all defaults'}",
        f"root: {policy.root or 'none'}",
        f"profiles: {settings.profiles}",
        f"pythonpath: {', '.join(settings.pythonpath) or 'none'}",
        f"allow: {'anything' if settings.allow is None else ', '.join(settings.allow)}",
        f"fail level: {level}",
        f"docs url: {settings.docs_url or 'none'}",
        f"rules on: {len(CODES) - len(off)} of {len(CODES)}",
        *_render_list("rules off", (f"{code.number} {code.name}" for code in off)),
        *_render_list(
            "per-file ignores",
            (
                f"{pattern}: {', '.join(rules)}"
                for pattern, rules in settings.per_file_ignores.items()
            ),
        ),
        *_render_list("files", paths),
    ]
    return "\n".join(lines)


def _render_list(title: str, items: Iterable[str]) -> list[str]:
    shown = [f"  {item}" for item in items]
    return [f"{title}:", *shown] if shown else [f"{title}: none"]
