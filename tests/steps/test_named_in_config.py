"""Code that config values name, and libraries import, is within the policy's allow list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "debug: true\nconfig: [{{use: values, with: {{SECRET_KEY: {key}, {value}}}}}]\n{rest}"
KEY = "k7Jq2mX9vR4tB8wZ"
PANEL = "flask_debugtoolbar.panels.timer.TimerDebugPanel"
MODULES = {
    "pyproject.toml": '[tool.assembler]\nallow = ["shop"]\n',
    "shop/__init__.py": "",
    "shop/own.py": "class EmailBackend: ...\n",
}


def build(value: str, step: str) -> str:
    """Return a profile with a config value, and a step."""
    return TEXT.format(key=KEY, value=value, rest=f"extensions: [{step}]\n")


@pytest.mark.parametrize(
    ("value", "step"),
    [
        ("CACHE_TYPE: antigravity.Sky", "cache"),
        ("MAIL_BACKEND: antigravity.Sky", "mail"),
        (f"DEBUG_TB_PANELS: [{PANEL}, antigravity.Sky]", "debug_toolbar"),
    ],
)
def test_code_that_is_not_allowed_is_refused(tmp_path: Path, value: str, step: str) -> None:
    """At what sets it; the module is not imported."""
    (found,) = get_diagnostics(tmp_path, build(value, step), MODULES)
    assert found.code == "ASM701"
    assert '"antigravity"' in found.message
    assert found.place.span.line == 4


@pytest.mark.parametrize(
    ("value", "step"),
    [
        ("CACHE_TYPE: SimpleCache", "cache"),
        ("CACHE_TYPE: flask_caching.backends.SimpleCache", "cache"),
        ("MAIL_BACKEND: shop.own", "mail"),
        ("MAIL_BACKEND: shop.own.EmailBackend", "mail"),
        (f"DEBUG_TB_PANELS: [{PANEL}]", "debug_toolbar"),
    ],
)
def test_what_is_allowed_and_the_library_s_own_is_taken(
    tmp_path: Path, value: str, step: str
) -> None:
    """By a short name, by a module, or by a class in one."""
    assert step in assemble_text(tmp_path, build(value, step), MODULES).extensions
